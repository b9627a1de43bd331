# SPDX-License-Identifier: MIT
"""Root on a btrfs over a SATA and a virtual disk: both are the system's; in emergency mode nothing is refused."""

from harness import keeper, roots
from harness.roots import Disk

DEBIAN = LONG = True


def run(vm):
    sata, virtual = Disk("sata", 0, size_mib=600), Disk("virtio", 2, size_mib=600)
    roots.prepare(vm)
    roots.plug(vm, sata, virtual)
    vm.sh(f"for each in {sata.node} {virtual.node}; do printf 'size=560M\\nsize=32M\\n' | sfdisk -q $each || exit 1; done; udevadm settle;"
          f" mkfs.btrfs -q -d raid0 -m raid1 {sata.node}-part1 {virtual.node}-part1 && mkswap -q {virtual.node}-part2 && udevadm settle", timeout=200)
    root, swap = roots.uuid(vm, f"{sata.node}-part1"), roots.uuid(vm, f"{virtual.node}-part2")
    roots.fill(vm, f"{sata.node}-part1", f"UUID={root} / btrfs rw 0 0\nUUID={swap} none swap sw 0 0\n")
    roots.boot(vm, f"UUID={root}", sata, virtual, strangers=[roots.stranger("sata", 1), roots.stranger("virtio", 3)])
    roots.stands(vm, f"/dev/{roots.called(vm, sata.serial)}1", sata, virtual, refused=["stranger-sata", "stranger-virtio", roots.CAME_ON])

    vm.power_cycle(arguments="systemd.unit=emergency.target systemd.wants=guest-channel.service")
    vm.sh(f"[ ! -e {keeper.LINK} ] && head -c 1 /dev/vda >/dev/null && touch /root/still && ! systemctl is-active sysinit.target")
