# SPDX-License-Identifier: MIT
"""Where the kernel's BPF is missing no driver takes a card or a SATA disk; the system's and an allowed stick's are taken; --open gives all back."""

from harness import devices, keeper, media
from harness.policy import BASIC, allow, policy

BLOCK = "cd /sys/class/block && ls"
AUTOPROBE = "cat /sys/bus/scsi/drivers_autoprobe"


def names(vm):
    return set(vm.sh(BLOCK).split())


def run(vm):
    home, before, after, stick = devices.scsi_disk(spare_port=1), devices.scsi_disk(spare_port=2), devices.scsi_disk(spare_port=3), devices.stick()
    media.fill(vm, home, letter="hello\n")
    media.fill(vm, stick, letter="hello\n")
    ours, other = (keeper.plug_disk(vm, each) for each in (home, before))
    vm.sh(f"mkdir -p /srv && echo '/dev/{ours}1 /srv ext4 defaults 0 2' >>/etc/fstab && mount /srv && umount -l /sys/fs/bpf")
    vm.start_agent(policy([*BASIC, allow(stick)]))
    vm.sh(f"systemctl --root=/ --quiet enable {keeper.UNIT} && systemctl start {keeper.UNIT}")
    disks = vm.status()["disks"]
    assert not disks["denied_by_default"] and "no driver takes" in disks["note"], disks
    assert "ドライバーを割り当てません" in disks["note_ja"] and "/sys/fs/bpf に" in disks["note_ja"], disks
    assert other not in names(vm) and ours in names(vm)

    here = names(vm)
    vm.plug_blindly(after)
    vm.plug(stick)
    vm.await_verdict("allow", stick)
    disk = vm.await_disk(stick)
    vm.wait(f"mount {disk}1 /mnt && grep -qx hello /mnt/letter && umount /mnt", what="the stick")
    came = names(vm) - here
    assert all(name.startswith(disk.rsplit("/", 1)[1]) for name in came), came

    vm.unplug(stick)
    vm.sh(f"systemctl kill -s KILL {keeper.UNIT}; systemctl stop {keeper.UNIT}")
    assert vm.sh(AUTOPROBE).strip() == "0"
    assert names(vm) == here, "while it is gone nothing comes"
    vm.sh(f"systemctl start {keeper.UNIT} && grep -qx hello /srv/letter && echo more >/srv/more && sync")

    vm.sh("/usr/lib/sekimori/sekimori-keeper --open")
    vm.wait(f"[ -b /dev/{other} ]", what="the other disk again")
    assert vm.sh(AUTOPROBE).strip() == "1" and len(names(vm) - here) >= 2, names(vm)
    assert "opened by hand" in vm.status()["disks"]["note"], vm.status()["disks"]
