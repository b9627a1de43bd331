# SPDX-License-Identifier: MIT
"""A card, a disc, an NVMe and a virtual disk are let in by rules, for writing or for reading; another medium is another record, and may be the wrong one; the rest stays out."""

from harness import keeper, media, slots
from harness.policy import BASIC, policy

COLD = True
QEMU = slots.BUILT_IN
OURS, OTHER = (f"5e41b0c2-0000-4000-8000-00000000000{n}" for n in (2, 3))
TRIES = "/usr/local/lib/vm/write_tries.py"


def rule(bus, action, **match):
    return {"name": f"{bus} to {action}", "match": {"bus": bus, **match}, "action": action}


def put(vm, medium, token=None):
    media.fill(vm, medium, letter=f"{medium}\n")
    if token:
        media.token(vm, medium, token)
    vm.plug_blindly(medium)
    return medium


def is_written(vm, node, medium):
    vm.wait(f"[ -b {node} ] && mount {node} /mnt", what=f"{medium} is mounted")
    before = media.digest(vm, medium)
    vm.sh(f"grep -qx '{medium}' /mnt/letter && echo more >/mnt/more && umount /mnt && sync")
    assert media.digest(vm, medium) != before


def is_read_only(vm, disk, medium):
    """All of it, through a view; and no byte of it changes."""
    before = media.digest(vm, medium)
    keeper.view_of(vm, disk)
    view = vm.wait(f"for each in $(grep -lx {disk} /sys/class/block/loop*/loop/backing_file | cut -d/ -f5); do"
                   f" [ \"$(sha256sum </dev/$each)\" = '{before}  -' ] && echo /dev/$each; done | grep .",
                   what=f"{medium} is read through a view").split()[-1]
    assert vm.run(f"head -c 1 {disk}").status != 0
    vm.sh(f"{TRIES} {disk} {view} {view}p1; sync", timeout=180)
    assert media.digest(vm, medium) == before


def records(vm, what, bus):
    return [record for record in vm.audit(f"device-{what}") if record["bus"] == bus]


def by_medium(vm, card):
    """The slot, and what the card says of itself, are the same."""
    slots.eject(vm, card, "card")
    vm.push(policy([*BASIC, {"name": "ours", "match": {"medium": OURS, "interfaces": ["storage"]}, "action": "read-only"}]))
    card = put(vm, slots.card(), OTHER)
    vm.wait("grep device-refused /var/lib/sekimori/audit/audit.jsonl | grep -q '\"bus\":\"mmc\"'", what="the card is refused")
    vm.never("head -c 1 /dev/mmcblk0", what="the wrong medium is read")
    slots.eject(vm, card, "card")
    vm.wait("! ls -d /sys/class/block/mmcblk*", what="the card is out")
    is_read_only(vm, "/dev/mmcblk0", put(vm, slots.card(), OURS))


def run(vm):
    nvme, virtual = slots.nvme(1), slots.virtual_disk(2)
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC, rule("mmc", "allow"), rule("ata", "read-only", interfaces=["08:02:*"]),
                           rule("nvme", "read-only", serial=nvme.serial), rule("virtio", "allow", serial=virtual.serial)]))

    card = put(vm, slots.card())
    is_written(vm, "/dev/mmcblk0p1", card)
    slots.eject(vm, card, "card")
    vm.wait("! ls -d /sys/class/block/mmcblk*", what="the card is out")
    card = put(vm, slots.card())
    is_written(vm, "/dev/mmcblk0p1", card)
    assert len(records(vm, "allowed", "mmc")) == 2, records(vm, "allowed", "mmc")

    media.fill(vm, virtual, letter=f"{virtual}\n")
    is_written(vm, "/dev/" + keeper.plug_disk(vm, virtual) + "1", virtual)
    put(vm, nvme)
    is_read_only(vm, "/dev/" + vm.wait("ls /sys/class/block | grep -xE 'nvme[0-9]+n[0-9]+'", what="the NVMe disk").strip(), nvme)
    for node in ("/dev/nvme0", "/dev/ng0n1"):
        assert vm.run(f"exec 3<{node}").status != 0, node

    disc = put(vm, slots.disc())
    is_read_only(vm, "/dev/sr0", disc)
    slots.eject(vm, disc, "disc")
    is_read_only(vm, "/dev/sr0", put(vm, slots.disc()))
    assert len(records(vm, "allowed", "ata")) > 1, "another disc, another record"

    vm.plug_blindly(slots.floppy())
    for node in ("/dev/fd0", "/dev/sda"):       # the SATA disk has no rule, nor has anything on a floppy's bus
        assert vm.run(f"head -c 1 {node}").status != 0, node

    by_medium(vm, card)
