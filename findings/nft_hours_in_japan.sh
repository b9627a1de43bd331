#!/bin/sh
# SPDX-License-Identifier: MIT
# nftables 1.0.6 (Debian 12): hours are typed in local time and kept by the kernel in UTC. A range that goes over midnight there, as an
# office's 08:30-17:15 in Japan does, is turned inside out and keeps its meaning. Two comparisons and a single one are not: each bound is
# moved by itself. "From 08:30 and until 17:15" becomes "from 23:30 and until 08:15", which no hour is; "before 09:00" becomes "before
# 00:00", likewise. In Japan such rules never match, and list, where the office is, as they were typed (two comparisons even as the
# range which they are not any more). A day is not moved at all: Monday 08:30 is loaded as Monday 23:30 UTC, which is Tuesday 08:30 there.
# Guess before the run: all forms mean the same, and the day goes with its hour.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11 libmnl0 libjansson4 libxtables12 libedit2 libbsd0 libmd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# A rule typed in Japan, in a network namespace of its own, after one packet: as it lists in ZONE, and how often it matched.
rule() { # rule MATCH ZONE
        printf 'table ip t {\n chain c {\n  type filter hook output priority 0\n  %s counter\n }\n}\n' "$1" | unshare --map-root-user --net env LD_LIBRARY_PATH="$libraries" sh -c "
                ip link set lo up && TZ=Asia/Tokyo root/usr/sbin/nft -f - &&
                python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"\", (\"127.0.0.1\", 9))' &&
                TZ=$2 root/usr/sbin/nft list ruleset" 2>&1 | sed -n 's/^\t*\(meta .*\) counter packets \([0-9]*\) .*/\1, matched \2/p'
}

# seen MATCH ZONE WANTED
seen() {
        got=$(rule "$1" "$2")
        echo "$1: in $2: $got"
        case $got in $3) ;; *) echo "not what was seen before: $3"; exit 1 ;; esac
}

TZ=Asia/Tokyo date +%z | grep -qx +0900 || { echo "no time zones here (tzdata)"; exit 3; }
LD_LIBRARY_PATH="$libraries" root/usr/sbin/nft --version
# What an office types.
seen 'meta hour "08:30"-"17:15"' UTC 'meta hour != "08:15"-"23:30", matched ?'
seen 'meta hour >= "08:30" meta hour <= "17:15"' UTC 'meta hour "23:30"-"08:15", matched 0'
seen 'meta hour >= "08:30" meta hour <= "17:15"' Asia/Tokyo 'meta hour "08:30"-"17:15", matched 0'
seen 'meta hour < "09:00"' Asia/Tokyo 'meta hour < "09:00", matched 0'
seen 'meta hour < "09:00"' UTC 'meta hour < "00:00", matched 0'
seen 'meta day "Monday" meta hour "08:30"' UTC 'meta day "Monday" meta hour "23:30", matched ?'
# The whole day, so that it matters not when this is run: as a range it matches, as two comparisons it does not.
seen 'meta hour "00:00"-"23:59:59"' Asia/Tokyo 'meta hour *, matched [1-9]'
seen 'meta hour >= "00:00" meta hour <= "23:59:59"' Asia/Tokyo 'meta hour *, matched 0'
