#!/bin/sh
# SPDX-License-Identifier: MIT
# libblkid 2.38.1 (Debian 12): a stick that is exFAT as a whole, without partitions, is told as two things at once by `blkid --probe`:
# TYPE=exfat and PTTYPE=dos. The boot sector ends in 55 AA, and where a DOS partition table would be it is zero: a table without
# partitions. FAT, whose boot sector ends likewise, is known for what it is and not told so. udev asks the same library, so such a stick
# has ID_PART_TABLE_TYPE=dos beside ID_FS_TYPE=exfat: who tells "a medium with partitions" by the former is wrong for exFAT alone.
# Guess before the run: exFAT is told as FAT is, a file system and nothing else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download util-linux=2.38.1-5+deb12u3 libblkid1=2.38.1-5+deb12u3 libuuid1 exfatprogs=1.2.0-1+deb12u1 dosfstools=4.2-1 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=root/lib/$multiarch:root/usr/lib/$multiarch
export LD_LIBRARY_PATH

# seen NAME WANTED COMMAND...: what is told of an image made so
seen() {
        name=$1 wanted=$2
        shift 2
        truncate -s 64M "$name"
        "$@" "$name" >log 2>&1 || { cat log; exit 3; }
        got=$(root/sbin/blkid --probe --output export "$name" | sed -n '/^\(TYPE\|PTTYPE\)=/p' | sort | paste -sd ' ')
        echo "$name: $got"
        [ "$got" = "$wanted" ] || { echo "not what was seen before: $wanted"; exit 1; }
}

root/sbin/blkid --version
seen fat 'TYPE=vfat' root/sbin/mkfs.fat
seen exfat 'PTTYPE=dos TYPE=exfat' root/usr/sbin/mkfs.exfat
