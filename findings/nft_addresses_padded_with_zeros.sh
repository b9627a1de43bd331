#!/bin/sh
# SPDX-License-Identifier: MIT
# nftables 1.0.6 (Debian 12): network ledgers, in Japan above all, pad the parts of an address to three digits. nft takes such an
# address and reads each part that begins with a zero in base 8: 192.168.010.000/24 becomes 192.168.8.0/24, another network, and
# nothing is said; ports, TTLs and rates are read so, too. Where a part has an 8 or a 9 in it the word is none of that any more, and
# nft asks the name service for a host of that name: a ruleset that loaded for 010 fails for 018, or waits for DNS.
# A whole number is an address as well: 167772161 is 10.0.0.1.
# Guess before the run: a padded part is refused, as inet_pton(3) does, or counts as decimal.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11 libmnl0 libjansson4 libxtables12 libedit2 libbsd0 libmd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# A ruleset in a network namespace of its own, as the kernel then has it.
loaded() { unshare --map-root-user --net env LD_LIBRARY_PATH="$libraries" sh -c 'root/usr/sbin/nft -f - && root/usr/sbin/nft list ruleset' 2>&1; }

# seen MATCH WANTED: what becomes of a rule
seen() {
        got=$(printf 'table ip t {\n chain c {\n  %s drop\n }\n}\n' "$1" | loaded | sed -n 's/^\t*\(ip .*\|tcp .*\|limit .*\) drop$/\1/p; s/.*Error: \(Could not resolve hostname\).*/\1/p')
        echo "$1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

LD_LIBRARY_PATH="$libraries" root/usr/sbin/nft --version
seen 'ip daddr 192.168.10.0/24' 'ip daddr 192.168.10.0/24'
seen 'ip daddr 192.168.010.000/24' 'ip daddr 192.168.8.0/24'
seen 'ip daddr { 010.001.002.003 }' 'ip daddr 8.1.2.3'
seen 'ip daddr 10.1.18.3' 'ip daddr 10.1.18.3'
seen 'ip daddr 10.1.018.3' 'Could not resolve hostname'
seen 'ip daddr 167772161' 'ip daddr 10.0.0.1'
seen 'tcp dport 0443' 'tcp dport 291'
