#!/bin/sh
# SPDX-License-Identifier: MIT
# usbguard-rule-parser 1.1.2 (Debian 12): the condition `rule-evaluated` (was this rule ever looked at?) is read, and the library
# renders it as `rule-applied` (did this rule ever match a device?), with its duration and its negation. Every other condition comes
# out as it went in. So a rule that is read and written again has another condition; whoever converts rules must read the file that
# people wrote, not what the library says of it.
# Guess before the run: each condition is rendered by its own name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download usbguard=1.1.2+ds-3+b1 libusbguard1=1.1.2+ds-3+b1 libprotobuf32 libqb100 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
parser() { LD_LIBRARY_PATH=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu) root/usr/bin/usbguard-rule-parser "$@" 2>&1; }

# seen CONDITION RENDERED
seen() {
        got=$(parser "allow id 046d:c31c if $1" | sed -n 's/^OUTPUT: allow id 046d:c31c if //p')
        echo "$1 -> $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

seen 'rule-evaluated' 'rule-applied'
seen 'rule-evaluated(1h)' 'rule-applied(1h)'
seen '!rule-evaluated(10s)' '!rule-applied(10s)'
seen 'rule-applied(1h)' 'rule-applied(1h)'
seen 'localtime(08:30-17:15)' 'localtime(08:30-17:15)'
seen 'random(0.25)' 'random(0.25)'
seen 'allowed-matches(with-interface one-of { 08:*:* })' 'allowed-matches(with-interface one-of { 08:*:* })'
