#!/bin/sh
# SPDX-License-Identifier: MIT
# pcscd 1.9.9 with libccid 1.5.2 (Debian 12): CCID is a USB class (0b), its driver is "generic", and its bundle is called CCIDCLASSDRIVER; but
# pcscd never looks at the class. It asks for vendor and product in the driver's list (Info.plist) and for nothing else: a reader whose
# interface is CCID to the letter, and which is too new or too rare for the list, is passed over and nobody told. A device with a listed
# number and a keyboard's interface is taken for a reader. The reader's name is the list's, too, not the one that the device gives.
# Guess before the run: whatever has an interface of class 0b is a reader.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download pcscd=1.9.9-2 libpcsclite1=1.9.9-2 libccid=1.5.2-1 libusb-1.0-0 libudev1 libsystemd0 umockdev=0.17.16-1 libumockdev0=0.17.16-1 libglib2.0-0 libpcap0.8 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
export LD_LIBRARY_PATH

device() { # device PORT VENDOR PRODUCT CLASS: a device with one interface, called "Reader of a town hall"
        cat <<DEVICE
P: /devices/pci0000:00/0000:00:14.0/usb1/1-$1/1-$1:1.0
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
A: bInterfaceClass=$4
A: bInterfaceNumber=00

P: /devices/pci0000:00/0000:00:14.0/usb1/1-$1
N: bus/usb/001/00$1
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/00$1
E: SUBSYSTEM=usb
A: bDeviceClass=00
A: busnum=1
A: devnum=$1
A: idVendor=$2
A: idProduct=$3
A: manufacturer=Example
A: product=Reader of a town hall

DEVICE
}

# In a mount namespace: no drivers and no settings but those of the packages.
cat >alone.sh <<'ALONE'
mkdir real lib && mount --bind /usr/lib real && ln -s "$PWD"/real/* lib/ && rm -f lib/pcsc && cp -r root/usr/lib/pcsc lib/ &&
        mount --bind lib /usr/lib && mount -t tmpfs none /run && mkdir /run/pcscd && mount -t tmpfs none /etc && cp root/etc/libccid_Info.plist /etc/ || exit 3
root/usr/bin/umockdev-run --device devices.umockdev -- timeout 60 root/usr/sbin/pcscd --foreground --debug >pcscd.log 2>&1 &
n=0
until grep -q 'Adding USB device' pcscd.log || [ $((n += 1)) -gt 150 ]; do sleep 0.1; done
kill $!
wait
ALONE

# pcscd looks at them in the order of the ports: the third is listed, so that it is known when the first has been judged.
{ device 2 1209 0001 0b; device 3 08e6 3437 03; } >devices.umockdev
unshare --mount sh alone.sh >log 2>&1 || :
for device in 'VID: 0x1209, PID: 0x0001' 'VID: 0x08E6, PID: 0x3437'; do
        got=$(grep -A 1 "Looking for a driver for $device" pcscd.log | sed -n 's/.*Adding USB device: //p' | head -n 1)
        echo "$device: ${got:=passed over}"
        case $device:$got in *1209*:'passed over' | *08E6*:'Gemalto PC Twin Reader') ;; *) echo "not what was seen before"; cat log pcscd.log; exit 1 ;; esac
done
