# SPDX-License-Identifier: MIT
"""What fstab names on a memory card, and no fixed disk has, is mounted at the boot: by the serial number at once, by UUID once the disks of the system have had their time."""

import struct
import subprocess

from harness import keeper, slots
from harness.policy import BASIC, policy

COLD = LONG = True
QEMU = slots.BUILT_IN
PATIENT = "defaults,x-systemd.device-timeout=600s"
PARTITIONS = {"serial": (2048, 4096), "uuid": (6144, 4096)}    # sector and length
NAMES = "sekimori-names.service"
UNREAD_S = 120      # on a real machine 20, which may be short for an emulated one


def write(vm, card):
    """Two file systems, each with a letter in it."""
    (name, size_mib), = card.files
    image, tree = vm.directory / name, vm.directory / "letter.tree"
    tree.mkdir()
    (tree / "letter").write_text("hello\n")
    rows = b"".join(struct.pack("<B3sB3sII", 0, b"", 0x83, b"", *each) for each in PARTITIONS.values())
    with open(image, "wb") as disk:
        disk.truncate(size_mib << 20)
        disk.seek(446)
        disk.write(rows.ljust(64, b"\0") + b"\x55\xaa")
    for start, length in PARTITIONS.values():
        subprocess.run(["mkfs.ext4", "-q", "-F", "-d", tree, "-E", f"offset={start * 512}", image, str(length // 2)], check=True, stdout=subprocess.DEVNULL)


def moment(vm, unit, what):
    """Microseconds since the boot."""
    return int(vm.sh(f"systemctl show -P {what}Monotonic {unit}"))


def run(vm):
    card = slots.card()
    write(vm, card)
    slots.await_built_in(vm)
    vm.plug_blindly(card)
    serial = vm.wait("ls /dev/disk/by-id/mmc-*-part1", what="the card").strip()
    names = {"serial": serial, "uuid": "UUID=" + vm.sh("blkid -o value -s UUID /dev/mmcblk0p2").strip()}
    for place, name in names.items():
        vm.sh(f"mkdir -p /srv/{place} && echo '{name} /srv/{place} ext4 {PATIENT} 0 2' >>/etc/fstab")
    vm.sh("systemctl daemon-reload && mount -a && sync")
    keeper.be_patient(vm, UNREAD_S)
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC]))

    began, ended = reboot(vm)
    for place in names:
        vm.sh(f"findmnt -no SOURCE /srv/{place} | grep -q mmcblk0 && grep -qx hello /srv/{place}/letter")
    mounted = {place: moment(vm, f"srv-{place}.mount", "ActiveEnterTimestamp") for place in names}
    vm.log(f"mounted: {mounted}")
    assert mounted["serial"] < ended < mounted["uuid"], (ended, mounted)
    assert ended - began >= UNREAD_S * 1e6, (began, ended)
    said = vm.sh(f"journalctl -b -u {keeper.UNIT} -o cat --no-pager")
    assert "mmc_host" in said and f"fstab {names['uuid']} (removable)" in said, said

    # Nothing waits for a nofail line but the keeper: what was mounted so before it was in force still is.
    vm.sh(f"sed -i '/srv.uuid/s/{PATIENT}/&,nofail/' /etc/fstab")
    keeper.be_patient(vm, 45)       # less than the minute that the keeper waits
    _, ended = reboot(vm)
    assert moment(vm, keeper.UNIT, "ActiveEnterTimestamp") > ended


def reboot(vm):
    """When they were left unread, from and to: microseconds since the boot."""
    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=600, what="the machine is up")
    vm.sh("[ ! -e /run/sekimori/keeper.unread ] && ! grep -qs SEKIMORI_UNREAD /run/udev/data/*")
    began, ended = (moment(vm, NAMES, f"ExecMain{each}Timestamp") for each in ("Start", "Exit"))
    vm.log(f"unread from {began} to {ended}")
    return began, ended
