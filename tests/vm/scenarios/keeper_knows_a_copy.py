# SPDX-License-Identifier: MIT
"""A card that wears the UUID, label and partition UUID of fstab's disks is refused, hot, after the keeper is restarted, and at a boot, where it is not mounted either; the disks keep their place."""

import shutil
import struct
import subprocess

from harness import devices, keeper, slots
from harness.policy import BASIC, policy

COLD = True
QEMU = slots.BUILT_IN
PATIENT = "defaults,x-systemd.device-timeout=600s"
DISK_ID = 0x5EC1A0
# Sector and length of each partition. The fourth has none of the system's names: what somebody would carry away on the card.
PARTITIONS = (2048, 4096), (6144, 4096), (10240, 4096), (14336, 1024)
OTHER = 4
NAMES = {"uuid": "UUID={uuid}", "label": "LABEL=written", "partuuid": f"PARTUUID={DISK_ID:08x}-03"}    # of the first three


def table(*partitions):
    rows = b"".join(struct.pack("<B3sB3sII", 0, b"", 0x83, b"", *each) for each in partitions)
    return struct.pack("<IH", DISK_ID, 0) + rows.ljust(64, b"\0") + b"\x55\xaa"


def write(vm, home):
    """Three file systems, each with a letter in it."""
    (name, size_mib), = home.files
    image, tree = vm.directory / name, vm.directory / "letter.tree"
    tree.mkdir()
    (tree / "letter").write_text("hello\n")
    with open(image, "wb") as disk:
        disk.truncate(size_mib << 20)
        disk.seek(440)
        disk.write(table(*PARTITIONS[:len(NAMES)]))
    for (start, length), options in zip(PARTITIONS, ([], ["-L", "written"], []), strict=False):
        mkfs(image, start, length, *options, "-d", tree)


def mkfs(image, start, length, *options):
    subprocess.run(["mkfs.ext4", "-q", "-F", *options, "-E", f"offset={start * 512}", image, str(length // 2)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def forge(vm, home, card):
    """A copy of the whole disk, and the fourth partition."""
    (original, _), = home.files
    image = vm.directory / card.files[0][0]
    shutil.copy(vm.directory / original, image)
    with open(image, "r+b") as disk:
        disk.seek(440)
        disk.write(table(*PARTITIONS))
    mkfs(image, *PARTITIONS[OTHER - 1])


def assert_refused(vm, ours, when):
    ways = keeper.led_in(vm, *vm.sh("cd /sys/class/block && for each in mmcblk*; do echo /dev/$each; done").split())
    assert not ways, (when, ways)
    vm.sh(f"[ -e {keeper.LINK} ] && head -c 1 /dev/{ours} >/dev/null")
    said = vm.sh(f"journalctl -b -u {keeper.UNIT} -o cat --no-pager")
    stands = [line for line in said.splitlines() if line.startswith("the system stands on")]
    assert stands and not [line for line in stands if "mmc" in line], said
    vm.log(f"{when}: the card is refused")
    return said


def run(vm):
    home, card = devices.scsi_disk(spare_port=1), slots.card()
    write(vm, home)
    slots.await_built_in(vm)
    ours = keeper.plug_disk(vm, home)
    uuid = vm.sh(f"blkid -o value -s UUID /dev/{ours}1").strip()
    for place, name in NAMES.items():
        vm.sh(f"mkdir -p /srv/{place} && echo '{name.format(uuid=uuid)} /srv/{place} ext4 {PATIENT} 0 2' >>/etc/fstab")
    vm.sh("systemctl daemon-reload && mount -a && sync")
    keeper.be_patient(vm)
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC]))
    forge(vm, home, card)
    vm.plug_blindly(card)
    vm.wait("ls -d /sys/class/block/mmcblk0", what="the card")
    assert_refused(vm, ours, "hot")
    vm.sh(f"systemctl restart {keeper.UNIT}")
    assert_refused(vm, ours, "after a restart")
    vm.wait("grep -q '\"bus\":\"mmc\"' /var/lib/sekimori/audit/audit.jsonl", what="the record of it")

    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=600, what="the machine is up")
    vm.wait(f"ls -d /sys/class/block/mmcblk0p{OTHER}", what="the card, and the kernel has read its table")
    ours = vm.wait("cd /sys/class/block && grep -lsa " + home.serial + " sd*/device/vpd_pg80", what="the disk").split("/")[0]
    for place in NAMES:
        source = vm.sh(f"findmnt -no SOURCE /srv/{place}").strip()
        assert source.startswith(f"/dev/{ours}"), (place, source)
    said = assert_refused(vm, ours, "at a boot")
    vm.log(f"udev had read the card before: {'wears the name of another disk' in said}")
    for number in range(1, len(NAMES) + 1):
        vm.sh(f"head -c 1 /dev/{ours}{number} >/dev/null")
    for place in NAMES:
        vm.sh(f"grep -qx hello /srv/{place}/letter")
