#!/bin/sh
# SPDX-License-Identifier: MIT
# modprobe 30 (Debian 12): in modprobe.d a comment may stand behind a blacklist line, and behind an install line, where a shell drops it.
# Behind an options line it is part of the options: every word of it is handed to the kernel, which leaves out what it does not know and
# takes what looks like a parameter. Who notes the former value beside the new one ("delay_use=5 # was delay_use=1") hands over both, the
# former last. Of two names behind one blacklist the second is passed over. No word is said of either.
# Guess before the run: a comment behind a line is dropped, or the line is refused.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download kmod=30+20221128-1 libkmod2=30+20221128-1 liblzma5 libzstd1 libssl3 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=root/lib/$multiarch:root/usr/lib/$multiarch
export LD_LIBRARY_PATH

# Two modules that do nothing, for a kernel that is nowhere.
mkdir -p tree/lib/modules/1.0/kernel modprobe.d
touch tree/lib/modules/1.0/modules.order tree/lib/modules/1.0/modules.builtin
for name in usb_storage uas; do
        printf '.section .modinfo, "a"\n.asciz "license=GPL"\n.asciz "name=%s"\n' $name | cc -c -x assembler -o tree/lib/modules/1.0/kernel/$name.ko -
done
root/sbin/depmod -b tree 1.0 2>log || { cat log; exit 3; }

# seen LINE MODULE WANTED: what modprobe would do for a module whose configuration is that line
seen() {
        echo "$1" >modprobe.d/test.conf
        got=$(root/sbin/modprobe --config modprobe.d --dirname tree --set-version 1.0 --dry-run --verbose --use-blacklist "$2" 2>&1 | sed 's,[^ ]*/,,; s/ *$//')
        echo "$1: ${got:-nothing}"
        [ "${got:-nothing}" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

root/sbin/modprobe --version | head -n 1
seen 'options usb_storage delay_use=5' usb_storage 'insmod usb_storage.ko delay_use=5'
seen 'options usb_storage delay_use=5 # was delay_use=1' usb_storage 'insmod usb_storage.ko delay_use=5 # was delay_use=1'
seen 'blacklist usb_storage # not here' usb_storage nothing
seen 'blacklist usb_storage uas' uas 'insmod uas.ko'
