#!/bin/sh
# SPDX-License-Identifier: MIT
# usbguard-rule-parser 1.1.2 (Debian 12), -f FILE: blanks are free inside a rule, before a comment and between a rule and its comment;
# but a rule that is indented, one with a blank behind it, a line of blanks only, and the carriage return of a Windows editor are
# refused. The place that the message names is in line 1, whichever line it is.
# Guess before the run: blanks around a rule do not count, and the line is the file's.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download usbguard=1.1.2+ds-3+b1 libusbguard1=1.1.2+ds-3+b1 libprotobuf32 libqb100 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
parser() { LD_LIBRARY_PATH=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu) root/usr/bin/usbguard-rule-parser "$@" 2>&1; }

# seen THIRD_LINE WANTED: yes, or line:column of the complaint
seen() {
        printf 'allow id 1d6b:0002\n\n%b\n' "$1" >rules.conf
        if said=$(parser -f rules.conf); then got=yes; else got=$(echo "$said" | sed -n 's/.*rules.conf:\([0-9]*:[0-9]*\): .*/\1/p'); fi
        echo "third line '$1': $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

seen 'allow   id   046d:c31c' yes
seen '   # a comment' yes
seen 'allow id 046d:c31c   # a comment' yes
seen '  allow id 046d:c31c' 1:1
seen 'allow id 046d:c31c ' 1:19
seen 'allow id 046d:c31c\\r' 1:19
seen '   ' 1:1
