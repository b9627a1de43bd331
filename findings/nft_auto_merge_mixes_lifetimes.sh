#!/bin/sh
# SPDX-License-Identifier: MIT
# nftables 1.0.6 (Debian 12): a set with auto-merge makes one range of neighbours, and of their lifetimes keeps one. In one command the
# lower address's counts for both: a network that was to stay is gone after an hour because the one below it was let in for an hour, or
# one that was let in for an hour stays for ever because the one below it has no limit. In two commands it is the later one's, unless
# the new element lies within an old one: then it is as if it had not been added. Of two comments one stays. Nothing is said of any of it.
# Guess before the run: only elements of the same lifetime are merged.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11 libmnl0 libjansson4 libxtables12 libedit2 libbsd0 libmd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# What a set holds after commands of one element list each, in a network namespace of its own.
cat >added.sh <<'ADDED'
nft=root/usr/sbin/nft
$nft 'add table ip t; add set ip t s { type ipv4_addr; flags interval, timeout; auto-merge; }'
for elements; do $nft "add element ip t s { $elements }"; done
$nft list set ip t s | sed -n 's/^\t*elements = { \(.*\) }$/\1/p' | sed 's/ expires [0-9hms]*//g'
ADDED

# seen WANTED ELEMENTS...
seen() {
        wanted=$1
        shift
        got=$(unshare --map-root-user --net env LD_LIBRARY_PATH="$libraries" sh added.sh "$@" 2>&1)
        printf '[%s] ' "$@"
        echo "-> $got"
        [ "$got" = "$wanted" ] || { echo "not what was seen before: $wanted"; exit 1; }
}

LD_LIBRARY_PATH="$libraries" root/usr/sbin/nft --version
# Apart, each keeps its own.
seen '10.1.0.0/16, 10.3.0.0/16 timeout 1h' '10.1.0.0/16, 10.3.0.0/16 timeout 1h'
# In one command.
seen '10.1.0.0-10.2.255.255' '10.1.0.0/16, 10.2.0.0/16 timeout 1h'
seen '10.1.0.0-10.2.255.255 timeout 1h' '10.1.0.0/16 timeout 1h, 10.2.0.0/16'
seen '10.1.0.0-10.2.255.255 timeout 2h' '10.1.0.0/16 timeout 2h, 10.2.0.0/16 timeout 1h'
# In two.
seen '10.1.0.0-10.2.255.255' '10.1.0.0/16 timeout 1h' 10.2.0.0/16
seen '10.1.0.0-10.2.255.255 timeout 1h' 10.2.0.0/16 '10.1.0.0/16 timeout 1h'
seen '10.1.0.0-10.2.255.255 timeout 1h' 10.1.0.0/16 '10.2.0.0/16 timeout 1h'
seen '10.1.0.0/16 timeout 1h' '10.1.0.0/16 timeout 1h' 10.1.2.3
# Comments.
seen '10.1.0.0-10.2.255.255 comment "printers"' '10.1.0.0/16 comment "printers", 10.2.0.0/16 comment "scanners"'
