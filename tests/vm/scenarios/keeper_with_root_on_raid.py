# SPDX-License-Identifier: MIT
"""Root on a RAID1 of two SATA disks: both are the system's; a member fails and is added again; with only one it boots, too."""

from harness import roots
from harness.roots import Disk

DEBIAN = LONG = True


def run(vm):
    one, two = Disk("sata", 0), Disk("sata", 1)
    roots.prepare(vm)
    roots.plug(vm, one, two)
    vm.sh(f"for each in {one.node} {two.node}; do printf 'size=840M\\nsize=32M\\n' | sfdisk -q $each || exit 1; done; udevadm settle;"
          f" mdadm -q --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean --bitmap=internal {one.node}-part1 {two.node}-part1 &&"
          f" mkfs.ext4 -q -O ^has_journal /dev/md0 && mkswap -q {one.node}-part2 && mdadm --detail --scan >>/etc/mdadm/mdadm.conf", timeout=200)
    root, swap = roots.uuid(vm, "/dev/md0"), roots.uuid(vm, f"{one.node}-part2")
    roots.fill(vm, "/dev/md0", f"UUID={root} / ext4 rw 0 1\nUUID={swap} none swap sw 0 0\n", then="mdadm -q --stop /dev/md0")
    roots.boot(vm, f"UUID={root}", one, two, strangers=[roots.stranger("sata", 2)])
    roots.stands(vm, "/dev/md0", one, two, refused=["stranger-sata", roots.CAME_ON])
    member = f"/dev/{roots.called(vm, two.serial)}1"
    vm.sh(f"mdadm -q /dev/md0 --fail {member} && mdadm -q /dev/md0 --remove {member} && touch /root/alone && mdadm -q /dev/md0 --re-add {member}")
    vm.wait("grep -q '\\[UU\\]' /proc/mdstat", what="both members, again")

    # One is taken out.
    roots.boot(vm, f"UUID={root}", one)
    roots.stands(vm, "/dev/md0", one, refused=[roots.CAME_ON])
    vm.sh("grep -q '\\[U_\\]' /proc/mdstat && touch /root/degraded && sync")
