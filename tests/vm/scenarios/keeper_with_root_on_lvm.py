# SPDX-License-Identifier: MIT
"""Root on LVM on NVMe grows onto a second disk that the policy lets in, and stands on both from then on; a foreign volume group gives nothing."""

from harness import roots, slots
from harness.policy import BASIC, policy
from harness.roots import FOREIGN, Disk

DEBIAN = LONG = True
ROOT = "/dev/mapper/vg-root"


def run(vm):
    nvme, foreign, second = Disk("nvme", 2), Disk("virtio", 5, size_mib=32), slots.virtual_disk(4)
    roots.prepare(vm)
    roots.plug(vm, nvme, foreign)
    vm.sh(f"vgcreate -q {FOREIGN} {foreign.node} && lvcreate -q -Wn -L 8M -n data {FOREIGN} && vgchange -q -an {FOREIGN}")
    vm.sh(f"echo 'size=890M' | sfdisk -q {nvme.node} && udevadm settle && vgcreate -q vg {nvme.node}-part1 && lvcreate -q -Wn -L 780M -n root vg &&"
          " lvcreate -q -Wn -L 32M -n swap vg && mkfs.ext4 -q -O ^has_journal /dev/vg/root && mkswap -q /dev/vg/swap", timeout=200)
    roots.fill(vm, "/dev/vg/root", f"{ROOT} / ext4 rw 0 1\n/dev/vg/swap none swap sw 0 0\n", then="vgchange -q -an vg")
    roots.boot(vm, ROOT, nvme, foreign, strangers=[roots.stranger("nvme", 3)])
    roots.stands(vm, ROOT, nvme, refused=["stranger-nvme", foreign.serial, roots.CAME_ON])
    vm.sh(f"[ -b /dev/mapper/{FOREIGN}-data ] && ! head -c 1 /dev/mapper/{FOREIGN}-data && ! mount /dev/mapper/{FOREIGN}-data /mnt")

    # As an administrator does it: a rule lets the disk in, LVM takes it.
    rule = {"name": "the second disk of the terminal", "match": {"bus": "virtio", "serial": second.serial}, "action": "allow"}
    vm.start_agent(policy([*BASIC, rule]))
    vm.plug_blindly(second)
    node = "/dev/" + roots.called(vm, second.serial)
    vm.wait(f"head -c 1 {node} >/dev/null", what="the second disk is let in")
    vm.sh(f"pvcreate -q {node} && vgextend -q vg {node} && lvextend -q -r -l +100%FREE vg/root && lvs -o devices vg | grep {node}", timeout=200)
    vm.sh("head -c 100M /dev/zero >/root/zeroes 2>/dev/null; sync")
    vm.push(policy(BASIC))
    vm.wait("journalctl -b -u sekimori-keeper -o cat | grep 'no order changes'", what="the order to take it back is passed over")
    vm.sh(f"rm /root/zeroes; sync; echo 3 >/proc/sys/vm/drop_caches; lvs -o devices vg | grep {node} && touch /root/still && sync")

    vm.power_cycle(orderly=True)
    roots.stands(vm, ROOT, nvme, second, refused=["stranger-nvme", foreign.serial, roots.CAME_ON])
    vm.sh("[ -e /root/still ]")
