#!/bin/sh
# SPDX-License-Identifier: MIT
# libkmod 30 (Debian 12), which udev loads drivers by: an alias line in modprobe.d is not one more answer for the devices that it fits, but
# the only one. The kernel's own table (modules.alias), where two drivers offer themselves, is not asked any more; nor is a module of
# that very name, where the alias is a plain word. If the module that the line names is not there, nothing is loaded, and modprobe
# --use-blacklist, which asks as udev does, says nothing: one line for one vendor takes the drivers of all that vendor's devices.
# Guess before the run: the line adds a module to those of the table.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download kmod=30+20221128-1 libkmod2=30+20221128-1 liblzma5 libzstd1 libssl3 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=root/lib/$multiarch:root/usr/lib/$multiarch
export LD_LIBRARY_PATH

# Modules that do nothing, for a kernel that is nowhere: two know the interfaces of USB storage, one knows none.
mkdir -p tree/lib/modules/1.0/kernel modprobe.d
touch tree/lib/modules/1.0/modules.order tree/lib/modules/1.0/modules.builtin
module() { # module NAME ALIAS
        printf '.section .modinfo, "a"\n.asciz "license=GPL"\n.asciz "name=%s"\n.asciz "alias=%s"\n' "$1" "$2" |
                cc -c -x assembler -o "tree/lib/modules/1.0/kernel/$1.ko" -
}
module usb_storage 'usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*'
module uas 'usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*'
module vendor_leds 'usb:none'
root/sbin/depmod -b tree 1.0 2>log || { cat log; exit 3; }
stick=usb:v1209p0001d0100dc00dsc00dp00ic08isc06ip50in00

# seen LINE NAME WANTED: what modprobe would load by that name where modprobe.d has the line
seen() {
        echo "$1" >modprobe.d/test.conf
        got=$(root/sbin/modprobe --config modprobe.d --dirname tree --set-version 1.0 --dry-run --verbose --use-blacklist "$2" 2>&1 |
                sed 's,^insmod [^ ]*/\([^ ]*\)\.ko *$,\1,' | sort | paste -sd ' ')
        echo "'$1': ${got:=nothing}"
        [ "$got" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

root/sbin/modprobe --version | head -n 1
seen '' $stick 'uas usb_storage'
seen 'alias usb:v046D* vendor_leds' $stick 'uas usb_storage'
seen 'alias usb:v1209* vendor_leds' $stick vendor_leds
seen 'alias usb:v1209* not_there' $stick nothing
seen '' usb_storage usb_storage
seen 'alias usb_storage vendor_leds' usb_storage vendor_leds
