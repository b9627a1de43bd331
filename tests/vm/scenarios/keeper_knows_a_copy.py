# SPDX-License-Identifier: MIT
"""A card that wears the UUID of a disk of fstab is refused, hot, after the keeper is restarted, and at a boot; the disk keeps its place."""

import struct
import subprocess

from harness import devices, keeper, media, slots
from harness.policy import BASIC, policy

COLD = True
QEMU = slots.BUILT_IN
PATIENT = "defaults,x-systemd.device-timeout=600s"
COPY = 2048, 4096       # sector and length of the partition that wears the name; the other has none of the system's
OTHER = 6144, 10240


def forge(vm, card, uuid):
    """Two partitions: a copy of the name, and what somebody would carry away on it."""
    (name, size_mib), = card.files
    image = vm.directory / name
    with open(image, "wb") as disk:
        disk.truncate(size_mib << 20)
        disk.seek(446)
        disk.write(b"".join(struct.pack("<B3sB3sII", 0, b"", 0x83, b"", *each) for each in (COPY, OTHER)) + bytes(32) + b"\x55\xaa")
    for (start, length), options in ((COPY, ["-U", uuid]), (OTHER, [])):
        subprocess.run(["mkfs.ext4", "-q", "-F", *options, "-E", f"offset={start * 512}", image, str(length // 2)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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
    media.fill(vm, home, letter="hello\n")
    ours = keeper.plug_disk(vm, home)
    uuid = vm.sh(f"blkid -o value -s UUID /dev/{ours}1").strip()
    vm.sh(f"mkdir -p /srv && echo 'UUID={uuid} /srv ext4 {PATIENT} 0 2' >>/etc/fstab && systemctl daemon-reload && mount /srv")
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC]))
    forge(vm, card, uuid)
    vm.plug_blindly(card)
    vm.wait("ls -d /sys/class/block/mmcblk0", what="the card")
    assert_refused(vm, ours, "hot")
    vm.sh(f"systemctl restart {keeper.UNIT}")
    assert_refused(vm, ours, "after a restart")
    vm.wait("grep -q '\"bus\":\"mmc\"' /var/lib/sekimori/audit/audit.jsonl", what="the record of it")

    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=600, what="the machine is up")
    vm.wait("ls -d /sys/class/block/mmcblk0p2", what="the card, and the kernel has read its table")
    ours = vm.wait("cd /sys/class/block && grep -lsa " + home.serial + " sd*/device/vpd_pg80", what="the disk").split("/")[0]
    vm.log("/srv is on " + vm.sh("findmnt -no SOURCE /srv") + vm.sh(f"readlink -f /dev/disk/by-uuid/{uuid}"))
    said = assert_refused(vm, ours, "at a boot")
    vm.log(f"udev had read the card before: {'wears the name of another disk' in said}")
    vm.sh("grep -qx hello /srv/letter")
