#!/bin/sh
# SPDX-License-Identifier: MIT
# nft 1.0.6 (Debian 12; 1.1.3 of Debian 13 does the same): `oif` takes the index of a link or its name. A number is looked up as a name first:
# once a link is called "70", `oif 70` is that link, whatever its index, and the same text meant link 70 before. With zeros before it a number
# that stands bare is octal as long as it can be (0070 is link 56, and 0089 is link 89), in quotes it is decimal ("0070" is link 70). The list
# prints a link's name where it has one and the index where it has none, so what is listed and loaded again may mean another link.
# Guess before the run: a number is the index, decimal, whatever links are called ("index or name", nft(8)); quotes make it a name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libjansson4=2.14-2 libxtables12=1.8.9-2 \
        libedit2 libbsd0 libmd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

cat >inside.sh <<'SH'
set -eu
# the index that the kernel was given
link() {
        printf 'table inet t { chain c { oif %s accept; }; }\n' "$1" | nft -f - 2>/dev/null
        index=$(nft --debug=netlink list table inet t | sed -n 's/.*cmp eq reg 1 0x\([0-9a-f]*\) .*/\1/p' | head -1)
        nft delete table inet t
        echo "$1 is link $((0x$index))"
}
ip link add name first index 70 type veth peer name other index 71
link 70
ip link set other name 70
link 70
link 0070
link 0089
link '"0070"'
link '"0089"'
SH
said=$(LD_LIBRARY_PATH=$libraries PATH=$PWD/root/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin unshare -rn sh inside.sh)
echo "$said"
[ "$said" = '70 is link 70
70 is link 71
0070 is link 56
0089 is link 89
"0070" is link 70
"0089" is link 89' ] || { echo "not what was seen before"; exit 1; }
