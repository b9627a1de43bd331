#!/bin/sh
# SPDX-License-Identifier: MIT
# usbauth 1.0.5 (Debian 12), libusbauth-configparser 1.0.5: the manual has double quotes for text, "to specify strings containing spaces".
# The quotes stay part of the value, which then equals nothing that a device says: a product whose name has a blank cannot be named at
# all, in quotes or without. Without them a serial number is compared as a number in base 16 where it is one: a1 is A1. Of the manual's
# parameters, bNumConfigurations is read as "INVALID" and matches nothing, and connect_type is a syntax error (the library's own name
# is connectType), at which none of the file's rules are loaded.
# Guess before the run: text in quotes is equal to the same text, and the manual's parameters are read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download usbauth=1.0.5-1 libusbauth-configparser1=1.0.5-2 libudev1 libdbus-1-3 umockdev=0.17.16-1 libumockdev0=0.17.16-1 libglib2.0-0 libpcap0.8 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
export LD_LIBRARY_PATH

# A card reader with one interface, below a root hub.
cat >reader.umockdev <<'READER'
P: /devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
A: bInterfaceClass=0b
A: bInterfaceNumber=00
A: bInterfaceSubClass=00
A: bInterfaceProtocol=00
A: bNumEndpoints=03
A: authorized=0

P: /devices/pci0000:00/0000:00:14.0/usb1/1-1
N: bus/usb/001/002
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/002
E: SUBSYSTEM=usb
A: authorized=1
A: bDeviceClass=00
A: bNumConfigurations=1
A: busnum=1
A: devnum=2
A: devpath=1
A: idProduct=0a10
A: idVendor=1209
A: manufacturer=Example
A: product=Card Reader
A: serial=A1

P: /devices/pci0000:00/0000:00:14.0/usb1
N: bus/usb/001/001
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/001
E: SUBSYSTEM=usb
A: bDeviceClass=09
A: busnum=1
A: devnum=1
A: idProduct=0002
A: idVendor=1d6b

P: /devices/pci0000:00/0000:00:14.0
E: SUBSYSTEM=pci
READER

# Its rules are read from /etc/usbauth.conf only: an /etc of our own, in a mount namespace.
cat >alone.sh <<'ALONE'
mount -t tmpfs none /etc && cp rules /etc/usbauth.conf
root/usr/bin/umockdev-run --device reader.umockdev -- sh -c 'root/usr/sbin/usbauth init 2>&1; cat /sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/authorized'
ALONE

# seen MATCH WANTED: is the reader let in, where all else is denied?
seen() {
        printf 'deny all\nallow %s\n' "$1" >rules
        unshare --mount sh alone.sh >log 2>&1
        case $(tail -n 1 log) in 1) got=yes ;; 0) got=no ;; *) got=unknown ;; esac
        grep -q 'error at parsing' log && got="$got, a syntax error"
        echo "allow $1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; cat log; exit 1; }
}

seen 'idVendor==1209' yes
seen 'manufacturer==Example' yes
seen 'manufacturer=="Example"' no
seen 'product=="Card Reader"' no
seen 'product==Card Reader' 'no, a syntax error'
seen 'serial==A1' yes
seen 'serial==a1' yes
seen 'serial=="A1"' no
seen 'bNumConfigurations==1' no
seen 'connect_type==hotplug' 'no, a syntax error'
