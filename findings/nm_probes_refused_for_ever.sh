#!/bin/sh
# SPDX-License-Identifier: MIT
# NetworkManager 1.52.1 (Debian 13): a static address is taken once nobody has answered an ARP probe for it, 0.2 s (ipv4.dad-timeout, which
# is 0 in 1.42). Where a packet filter of the terminal refuses that probe (netdev egress: the caller reads ENOBUFS) it is sent again some
# twenty times a second, without an end: the connection stays at "getting IP configuration", no address, no warning, no time-out but
# nmcli's own. A host that lets no raw frame out has no network. Where the probe is lost on the wire the address is taken after 0.2 s.
# Guess before the run: it gives up or goes on after its time-out, as if nobody had answered.
# As root: makes a Debian 13 in a temporary folder (mmdebstrap), and runs it in namespaces of its own.
set -eu
[ "$(id -u)" = 0 ] || { echo 'only as root'; exit 3; }
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
cd "$work"
mmdebstrap --variant=minbase --aptopt='Apt::Install-Recommends "false"' --include=network-manager=1.52.1-1,dbus,iproute2,nftables trixie root \
        http://deb.debian.org/debian >log 2>&1 || { tail -5 log; exit 3; }

cat >root/inside.sh <<'SH'
set -eu
ip link add lan type veth peer name far
ip link set far up
mkdir -p /run/dbus /run/NetworkManager
printf '[main]\nno-auto-default=*\n[device]\nmatch-device=interface-name:lan\nmanaged=1\n[keyfile]\nunmanaged-devices=interface-name:far\n' >/etc/NetworkManager/conf.d/lan.conf
dbus-daemon --system --fork --nopidfile
NetworkManager --debug >/log 2>&1 &
manager=$!
trap 'kill $manager' EXIT # the rest ends with the namespace
until nmcli --terse general status >/dev/null 2>&1; do sleep 0.2; done

# seen WHAT: is there an address, and were more than ten probes refused?
seen() {
        address=none
        ! ip -o -4 address show lan | grep -q 10.9.0.2 || address=10.9.0.2
        refused=$(nft list counters 2>/dev/null | sed -n 's/.*packets \([0-9]*\) .*/\1/p')
        many=no
        [ "${refused:-0}" -lt 10 ] || many=yes
        echo "$1: address $address, refused again and again: $many, state $(nmcli --terse --fields GENERAL.STATE device show lan | sed 's/[^(]*(\(.*\))/\1/')"
}
nft 'table netdev t { counter refused { }; chain out { type filter hook egress device "lan" priority 0; ether type arp counter name refused drop; }; }'
nmcli connection add type ethernet con-name lan ifname lan ipv4.method manual ipv4.addresses 10.9.0.2/24 ipv6.method disabled >/dev/null
nmcli --wait 20 connection up lan >/dev/null 2>&1 || true
seen 'refused, after 20 s'
nft delete table netdev t
sleep 3
seen 'no longer refused'
nft 'table netdev t { counter refused { }; chain out { type filter hook egress device "lan" priority 0; ether type arp counter name refused drop; }; }'
nmcli connection modify lan ipv4.dad-timeout 0
nmcli --wait 20 connection up lan >/dev/null
seen 'refused, and dad-timeout 0'
SH
said=$(unshare --mount --net --pid --fork --kill-child sh -c 'mount -t sysfs -o ro sysfs root/sys && mount -t proc proc root/proc && mount -t tmpfs run root/run &&
        exec chroot root sh /inside.sh')
echo "$said"
[ "$said" = 'refused, after 20 s: address none, refused again and again: yes, state connecting (getting IP configuration)
no longer refused: address 10.9.0.2, refused again and again: no, state connected
refused, and dad-timeout 0: address 10.9.0.2, refused again and again: no, state connected' ] || { echo 'not what was seen before'; exit 1; }
