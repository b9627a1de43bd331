# SPDX-License-Identifier: MIT
"""A card with a copy of all that fstab names (UUID, label, partition UUID and label, LVM, btrfs) is refused, hot and at twenty boots, and the disk never loses its place to it: not to a newer copy, nor where the initramfs has the card first."""

import shutil

from harness import keeper, roots, slots
from harness.policy import BASIC, policy
from harness.roots import Disk

DEBIAN = LONG = True
BOOTS = 20
BOOT_S = 120    # more than a scenario has for each of them
SIZE_MIB = 256
PATIENT = "defaults,x-systemd.device-timeout=600s"
GPT = """label: gpt
size=8M
size=8M
size=8M
size=8M, name=written
size=32M
size=120M
"""
# Where, by which name, what it is made with; the partitions of the table above, in its order.
PLACES = {"uuid": ("UUID={uuid}", "mkfs.ext4 -q {node}"), "label": ("LABEL=lettered", "mkfs.ext4 -q -L lettered {node}"),
          "partuuid": ("PARTUUID={partuuid}", "mkfs.ext4 -q {node}"), "partlabel": ("PARTLABEL=written", "mkfs.ext4 -q {node}"),
          "lvm": ("/dev/data/letters", "vgcreate -q data {node} && lvcreate -q -Wn -L 16M -n letters data && mkfs.ext4 -q /dev/data/letters"),
          "btrfs": ("UUID={uuid}", "mkfs.btrfs -q {node}")}
# Debian's own choice would have these in the initramfs, too (MODULES=most); there they are loaded in this order.
IN_INITRAMFS = r"sdhci_pci\nmmc_block\nahci\nsd_mod\nbtrfs\n"
CARD = "-drive if=none,id=card-slot{file} -device sdhci-pci -device sd-card,id=card,drive=card-slot".split(" ")


def card_slot(vm, name=None):
    """Empty, or with this card in it from the first moment on."""
    file = f",format=raw,file={vm.directory}/{name}" if name else ""
    return [word.format(file=file) for word in CARD]


def write(vm, home):
    """Each of them, with a letter in it, and its line of fstab."""
    vm.put("/run/table", GPT)
    vm.sh(f"sfdisk -q {home.node} </run/table && udevadm settle")
    for number, (place, (name, made)) in enumerate(PLACES.items(), start=1):
        node = f"{home.node}-part{number}"
        vm.sh(made.format(node=node) + "; udevadm settle", timeout=200)
        kind = vm.sh(f"blkid -p -o value -s TYPE {'/dev/data/letters' if place == 'lvm' else node}").strip()
        named = {word: vm.sh(f"blkid -p -o value -s {value} {node}").strip() for word, value in (("uuid", "UUID"), ("partuuid", "PART_ENTRY_UUID"))}
        vm.sh(f"mkdir -p /srv/{place} && echo '{name.format(**named)} /srv/{place} {kind} {PATIENT} 0 0' >>/etc/fstab &&"
              f" mount {'/dev/data/letters' if place == 'lvm' else node} /srv/{place} && echo hello >/srv/{place}/letter && umount /srv/{place}")
    vm.sh("vgchange -q -an data")


def made_of(vm):
    """{place: what is mounted there, down to the disks, as lsblk tells; of a btrfs its members}"""
    return {place: vm.sh(f"lsblk -snro NAME $(findmnt -no SOURCE /srv/{place})").split() for place in PLACES}


def assert_ours(vm, home, when):
    """Nothing of the card opens, and the system does not stand on it; the disk opens, and every place is on it."""
    vm.wait("ls -d /sys/class/block/mmcblk0", what="the card")
    vm.sh("udevadm settle")
    nodes = vm.sh("cd /sys/class/block && for each in mmcblk*; do echo /dev/$each; done").split()    # hot it is the disk alone
    said = vm.sh(f"[ -e {keeper.LINK} ] && journalctl -b -u {keeper.UNIT} -o cat --no-pager")
    stands = [line for line in said.splitlines() if line.startswith("the system stands on")]
    ways = keeper.led_in(vm, *nodes)
    assert not ways and not [line for line in stands if "mmc" in line], (when, ways, said)
    disk = roots.called(vm, home.serial)
    path = vm.sh(f"head -c 1 /dev/{disk} >/dev/null && readlink -f /sys/class/block/{disk}/device").strip()
    assert f"the system stands on {path}" in stands, (when, said)
    found = made_of(vm)
    vm.log(f"{when}: {len(nodes)} nodes refused, {found}")
    assert not [names for names in found.values() if [name for name in names if name.startswith("mmc")]], (when, found)


def run(vm):
    home, card = Disk("sata", 0, size_mib=SIZE_MIB), slots.card(size_mib=SIZE_MIB)
    vm.deadline += BOOTS * BOOT_S
    roots.prepare(vm)
    roots.plug(vm, home)
    write(vm, home)
    vm.start_agent(policy([*BASIC]))
    keeper.turn_on(vm)
    vm.extra = [*home.options(vm.directory), *card_slot(vm)]
    vm.power_cycle(orderly=True)
    up(vm)
    copy(vm, home, card.files[0][0], "older.img")
    vm.plug_blindly(card)
    assert_ours(vm, home, "hot")
    vm.plugged.remove(card)         # from here on another copy is in its slot when the power comes
    vm.sh("for each in /srv/*; do echo hello >$each/newer || exit 1; done")
    copy(vm, home, "newer.img")

    vm.extra = [*(word.replace(f"{home.name}.img", "older.img") for word in home.options(vm.directory)), *card_slot(vm, "newer.img")]
    for boot in range(BOOTS):
        vm.power_cycle(**(in_initramfs(vm) if boot == BOOTS // 2 else {}))
        up(vm)
        assert_ours(vm, home, f"boot {boot}")
        vm.sh("for each in /srv/*; do grep -qx hello $each/letter && [ ! -e $each/newer ] || exit 1; done")


def copy(vm, home, *names):
    """Bit for bit, of the disk as it is now."""
    vm.sh("sync")
    for name in names:
        shutil.copy(vm.directory / f"{home.name}.img", vm.directory / name)


def in_initramfs(vm):
    """From here on the card is there first, and the disk, too, before the root is mounted."""
    vm.sh(f"printf '{IN_INITRAMFS}' >>/etc/initramfs-tools/modules")
    vm.arguments = "rootdelay=10"
    return {"offline": "update-initramfs -u"}


def up(vm):
    vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=900, what="the machine is up")
