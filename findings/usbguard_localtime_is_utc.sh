#!/bin/sh
# SPDX-License-Identifier: MIT
# usbguard-daemon 1.1.2 (Debian 12): the condition localtime(HH:MM-HH:MM) is held against UTC, whatever the zone of the machine is.
# The manual's word for it is "if the local time is in the specified time range". A list written for office hours in Japan
# (08:30-17:15) lets devices in from 17:30 to 02:15.
# Guess before the run: in a zone nine hours ahead, the hour of the clock on the wall lets the mouse in.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
cd "$work"
apt-get -q download usbguard=1.1.2+ds-3+b1 libusbguard1=1.1.2+ds-3+b1 libprotobuf32 libqb100 umockdev=0.17.16-1 libumockdev0=0.17.16-1 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=$work/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# A root hub and a mouse, as sysfs shows them.
cat >mouse.umockdev <<'MOUSE'
P: /devices/pci0000:00/0000:00:14.0/usb1/1-1
N: bus/usb/001/002
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/002
E: SUBSYSTEM=usb
A: authorized=0
A: authorized_default=1
A: bcdDevice=0100
A: bConfigurationValue=1
A: busnum=1
A: devnum=2
A: idProduct=c077
A: idVendor=046d
A: port/connect_type=hotplug
A: product=Mouse
A: speed=1.5
A: version= 2.00
H: descriptors=12010002000000086D0477C000010102000109022200010100A032090400000103010200092111010001222E000705810304000A

P: /devices/pci0000:00/0000:00:14.0/usb1
N: bus/usb/001/001
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/001
E: SUBSYSTEM=usb
A: authorized=1
A: authorized_default=1
A: bcdDevice=0600
A: bConfigurationValue=1
A: busnum=1
A: devnum=1
A: idProduct=0002
A: idVendor=1d6b
A: product=Hub
A: serial=0000:00:14.0
A: speed=480
A: version= 2.00
H: descriptors=12010002090001406B1D020000060302010109021900010100E0000904000001090000000705810304000C

P: /devices/pci0000:00/0000:00:14.0
E: DRIVER=xhci_hcd
E: PCI_SLOT_NAME=0000:00:14.0
E: SUBSYSTEM=pci
MOUSE

# decides FROM-TO: what the daemon, nine hours ahead of UTC, does with the mouse
decides() {
        rm -rf rules.d access audit.log rules.conf
        mkdir -m 700 rules.d access
        (umask 077
         echo "allow id 046d:c077 if localtime($1)" >rules.conf
         printf '%s\n' "RuleFile=$work/rules.conf" "RuleFolder=$work/rules.d/" "IPCAccessControlFiles=$work/access/" \
                ImplicitPolicyTarget=block PresentDevicePolicy=apply-policy PresentControllerPolicy=keep DeviceManagerBackend=uevent \
                AuditBackend=FileAudit "AuditFilePath=$work/audit.log" >daemon.conf)
        TZ=JST-9 LD_LIBRARY_PATH=$libraries timeout 20 root/usr/bin/umockdev-run --device mouse.umockdev -- \
                root/usr/sbin/usbguard-daemon -K -p "$work/pid" -c "$work/daemon.conf" >daemon.log 2>&1 &
        daemon=$!
        n=0
        until grep -q "1-1'.*target.new=\|target.new=.*1-1'" audit.log 2>/dev/null || [ $((n += 1)) -gt 150 ]; do sleep 0.1; done
        kill $daemon 2>/dev/null || :
        wait $daemon 2>/dev/null || :
        sed -n "/usb1\/1-1'/s/.*target.new='\([a-z]*\)'.*/\1/p" audit.log | tail -n 1
}

# around SECONDS-SINCE-1970: five minutes on either side, without going over midnight
around() { echo "$(date -u -d "@$(($1 - 300))" +%H:%M)-$(date -u -d "@$(($1 + 300))" +%H:%M)"; }

now=$(date -u +%s)
case $(date -u -d "@$now" +%H:%M) in 23:5*|00:0*|14:5*|15:0*) echo "too near to midnight, in UTC or in Japan: try again in 20 minutes"; exit 3 ;; esac
utc=$(decides "$(around "$now")")
wall=$(decides "$(around $((now + 9 * 3600)))")
echo "the hour in UTC: $utc; the hour on the wall in Japan: $wall"
[ "$utc" = allow ] && [ "$wall" = block ] || { echo "not what was seen before: allow; block"; cat daemon.log; exit 1; }
