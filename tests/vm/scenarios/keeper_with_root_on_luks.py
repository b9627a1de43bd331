# SPDX-License-Identifier: MIT
"""Root, home and swap on LVM in a LUKS on a virtual disk; an initramfs made anew on it boots, and the plane is in force again."""

from harness import roots
from harness.roots import KEY, MAPPED, Disk

DEBIAN = LONG = True
ROOT = "/dev/mapper/vg-root"


def run(vm):
    disk = Disk("virtio", 2)
    roots.prepare(vm)
    roots.plug(vm, disk)
    vm.sh(f"echo 'size=890M' | sfdisk -q {disk.node} && udevadm settle &&"
          f" cryptsetup luksFormat -q --label {MAPPED} --pbkdf pbkdf2 --pbkdf-force-iterations 1000 {disk.node}-part1 {KEY} &&"
          f" cryptsetup open --key-file {KEY} {disk.node}-part1 {MAPPED} && vgcreate -q vg /dev/mapper/{MAPPED} &&"
          " lvcreate -q -Wn -L 760M -n root vg && lvcreate -q -Wn -L 32M -n swap vg && lvcreate -q -Wn -L 32M -n home vg &&"
          " mkfs.ext4 -q -O ^has_journal /dev/vg/root && mkswap -q /dev/vg/swap && mkfs.ext4 -q /dev/vg/home", timeout=300)
    roots.fill(vm, "/dev/vg/root", f"{ROOT} / ext4 rw 0 1\n/dev/vg/swap none swap sw 0 0\n/dev/mapper/vg-home /home ext4 defaults 0 2\n",
               f"{MAPPED} LABEL={MAPPED} {KEY} luks,initramfs\n", then=f"vgchange -q -an vg && cryptsetup close {MAPPED}")
    roots.boot(vm, ROOT, disk, strangers=[roots.stranger("virtio", 3)])
    roots.stands(vm, ROOT, disk, refused=["stranger-virtio", roots.CAME_ON])

    vm.sh("echo 'KEYFILE_PATTERN=/etc/keys/*.key' >>/etc/cryptsetup-initramfs/conf-hook && echo UMASK=0077 >>/etc/initramfs-tools/initramfs.conf")
    roots.update_initramfs(vm)
    vm.power_cycle(orderly=True)
    roots.stands(vm, ROOT, disk, refused=["stranger-virtio", roots.CAME_ON])
