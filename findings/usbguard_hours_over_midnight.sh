#!/bin/sh
# SPDX-License-Identifier: MIT
# usbguard-rule-parser 1.1.2 (Debian 12): the hours of a night shift, localtime(22:00-06:00), are no rule: refused with the name of a
# C++ class for a reason. The manual asks for "HH:MM[:SS]-HH:MM[:SS]" and speaks of no order. Its opposite, !localtime(06:00-22:00),
# is accepted and means the same but for the two ends.
# Guess before the run: a range whose end is before its beginning goes over midnight.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download usbguard=1.1.2+ds-3+b1 libusbguard1=1.1.2+ds-3+b1 libprotobuf32 libqb100 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
parser() { LD_LIBRARY_PATH=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu) root/usr/bin/usbguard-rule-parser "$@" 2>&1; }

# seen HOURS WANTED: yes where it is accepted, else the reason given
seen() {
        if said=$(parser "allow id 046d:c31c if $1"); then got=yes; else got=$(echo "$said" | sed -n 's/.*<argv>:1:[0-9]*: //p'); fi
        echo "$1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

seen 'localtime(08:30-17:15)' yes
seen 'localtime(22:00-06:00)' usbguard::Exception
seen '!localtime(06:00-22:00)' yes
