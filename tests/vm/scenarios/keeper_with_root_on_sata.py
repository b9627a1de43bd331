# SPDX-License-Identifier: MIT
"""Root on a SATA partition, a LUKS home, swap and a file system on NVMe: all of it is there after a boot with the plane in force."""

from harness import roots
from harness.roots import KEY, Disk

DEBIAN = LONG = True


def run(vm):
    sata, nvme = Disk("sata", 0), Disk("nvme", 2, size_mib=64)
    roots.prepare(vm)
    roots.plug(vm, sata, nvme)
    vm.sh(f"printf 'size=800M\\nsize=32M\\nsize=32M\\n' | sfdisk -q {sata.node} && echo 'size=32M' | sfdisk -q {nvme.node} && udevadm settle &&"
          f" mkfs.ext4 -q -O ^has_journal {sata.node}-part1 && mkswap -q {sata.node}-part3 && mkfs.ext4 -q {nvme.node}-part1 &&"
          f" cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 {sata.node}-part2 {KEY} &&"
          f" cryptsetup open --key-file {KEY} {sata.node}-part2 home && mkfs.ext4 -q /dev/mapper/home && cryptsetup close home", timeout=200)
    root, home, swap, srv = (roots.uuid(vm, f"{node}-part{n}") for node, n in ((sata.node, 1), (sata.node, 2), (sata.node, 3), (nvme.node, 1)))
    roots.fill(vm, f"{sata.node}-part1", f"UUID={root} / ext4 rw 0 1\nUUID={swap} none swap sw 0 0\n/dev/mapper/home /home ext4 defaults 0 2\n"
               f"UUID={srv} /srv ext4 nofail 0 2\n", f"home UUID={home} {KEY} luks\n")
    roots.boot(vm, f"UUID={root}", sata, nvme, strangers=[roots.stranger("sata", 1), roots.stranger("nvme", 3)])
    roots.stands(vm, f"/dev/{roots.called(vm, sata.serial)}1", sata, nvme, refused=["stranger-sata", "stranger-nvme", roots.CAME_ON])
