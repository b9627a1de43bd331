#!/bin/sh
# SPDX-License-Identifier: MIT
# udev 252 (Debian 12): udev(7) says of != that it holds if the key has not the value "or the specified key is not present at all". So it
# is for ENV, TAG and DRIVER. ATTR and ATTRS of a file that is not there match nothing, != as little as ==: the rule is passed over, for
# a label printer without a serial number (many have none) as well as for one with another. And ATTRS goes up the tree:
# ATTRS{idVendor}!="046d" is true of any Logitech mouse, as the hub above it is none.
# Guess before the run: as in the manual, for all of them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download udev=252.39-1~deb12u2 libkmod2 libblkid1 libacl1 umockdev=0.17.16-1 libumockdev0=0.17.16-1 libglib2.0-0 libpcap0.8 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
export LD_LIBRARY_PATH

# A mouse without a serial number, below a root hub that has one.
cat >mouse.umockdev <<'MOUSE'
P: /devices/pci0000:00/0000:00:14.0/usb1/1-1
N: bus/usb/001/002
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/002
E: SUBSYSTEM=usb
A: idProduct=c077
A: idVendor=046d

P: /devices/pci0000:00/0000:00:14.0/usb1
N: bus/usb/001/001
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/001
E: SUBSYSTEM=usb
A: idProduct=0002
A: idVendor=1d6b
A: serial=0000:00:14.0

P: /devices/pci0000:00/0000:00:14.0
E: SUBSYSTEM=pci
MOUSE

# seen MATCH WANTED: does a rule with it apply to the mouse? The machine's own rules are out of sight, in a mount namespace.
cat >alone.sh <<'ALONE'
for folder in /run /etc/udev /usr/lib/udev; do [ ! -d $folder ] || mount -t tmpfs none $folder; done
mkdir -p /run/udev/rules.d && cp rule /run/udev/rules.d/50-test.rules &&
        root/usr/bin/umockdev-run --device mouse.umockdev -- root/bin/udevadm test /devices/pci0000:00/0000:00:14.0/usb1/1-1
ALONE
seen() {
        echo "$1, ENV{APPLIES}=\"yes\"" >rule
        unshare --mount sh alone.sh >log 2>&1 || { cat log; exit 3; }
        grep -q '^Reading rules file: /run/udev/rules.d/50-test.rules' log || { cat log; exit 3; }
        got=$(sed -n 's/^APPLIES=//p' log)
        echo "$1: ${got:=no}"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

root/bin/udevadm --version
seen 'ENV{MISSING}!="A1B2"' yes
seen 'TAG!="A1B2"' yes
seen 'DRIVER!="A1B2"' yes
seen 'ATTR{serial}!="A1B2"' no
seen 'ATTR{serial}=="A1B2"' no
seen 'ATTR{serial}==""' no
seen 'ATTRS{missing}!="A1B2"' no
seen 'TEST!="serial"' yes
seen 'ATTR{idVendor}!="046d"' no
seen 'ATTRS{idVendor}!="046d"' yes
