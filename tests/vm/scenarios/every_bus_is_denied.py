# SPDX-License-Identifier: MIT
"""No bus gives anything: SD, SATA, floppy, discs in changing trays, SCSI, NVMe, virtio, USB let in by hand; we are killed or not."""

from harness import devices, keeper, media, slots
from harness.exposure import Exposure

COLD = True
QEMU = slots.BUILT_IN
NAMES = ("mmcblk0", "sr0", "fd0", "sda")      # of what is built in
# What gives out numbers of its own, which are refused before there is a device.
DRIVERS = ("sg", "st", "bsg", "nvme", "nvme-generic", "firewire", "rpmb")
OWN_WORKS = ("dd if=/dev/zero of=/root/works bs=1M count=1 conv=fsync status=none; sync; echo 3 >/proc/sys/vm/drop_caches;"
             " cmp -n 1048576 /root/works /dev/zero && dd if=/dev/vda of=/dev/null bs=1M count=1 iflag=direct status=none")


def put(vm, medium):
    media.fill(vm, medium, letter=f"{medium}\n")
    vm.plug_blindly(medium)
    return medium


def change(vm, old, drive, new):
    """Another medium in the same drive. Of a disc the guest can only be told when it opens the drive: the kernel
    announces no second change as long as nobody has looked at the first."""
    slots.eject(vm, old, drive)
    if old.kind == "card":
        vm.wait("! ls -d /sys/class/block/mmcblk*", what="the card is out")
    put(vm, new)
    if new.kind == "card":
        vm.wait("ls -d /sys/class/block/mmcblk*", what="the other card")
    return new


def appear(vm, *disks):
    """Plugs them in; returns the names they have."""
    for disk in disks:
        media.fill(vm, disk, letter="hello\n")
    return [keeper.plug_disk(vm, disk) for disk in disks]


def by_hand(vm, *usb):
    """USB disks that somebody lets in past the gate: the plane alone is between."""
    for disk in usb:
        media.fill(vm, disk, letter="hello\n")
    vm.plug(*usb)
    for disk in usb:
        path = vm.authorize_by_hand(disk)
        vm.wait(f"cd {path} && ls -d *:*")
        vm.sh(f"cd {path} && for i in *:*; do echo 1 >$i/authorized && echo $i >/sys/bus/usb/drivers_probe; done")
    return [vm.await_disk(disk).rsplit("/", 1)[1] for disk in usb]


def numbers_are_refused(vm):
    for driver in DRIVERS:
        vm.sh(f"mknod /dev/none c $(sed -n 's/ {driver}$//p' /proc/devices | head -n 1) 254; ! cat /dev/none 2>/run/said;"
              " rm /dev/none; grep -q 'not permitted' /run/said")


def assert_nothing(vm, exposure, when):
    nodes = keeper.nodes(vm)
    vm.log(f"{when}: {' '.join(nodes)}")
    ways = keeper.led_in(vm, *nodes)
    assert not ways, ways
    exposure.await_window()
    got = [each for each in exposure.found() if each.opens or each.bytes]
    assert not got, got
    vm.sh(OWN_WORKS)


def run(vm):
    vm.sh("! grep -qE '^(nvme|st )' /proc/modules")
    keeper.turn_on(vm)
    vm.start_agent()
    numbers_are_refused(vm)
    exposure = Exposure(vm)
    slots.await_built_in(vm)
    disc, card = put(vm, slots.disc()), put(vm, slots.card())
    vm.plug_blindly(slots.floppy())
    vm.wait("ls -d /sys/class/block/mmcblk0", what="the card")
    scsi = devices.scsi_disk(spare_port=1)
    names = appear(vm, scsi)
    drive = slots.disc_drive(scsi)
    names.append(keeper.plug_disk(vm, drive))
    other_disc = put(vm, slots.disc(drive.name))
    names += appear(vm, slots.virtual_disk(2))
    assert_nothing(vm, exposure, "with everything running")

    keeper.kill_everything(vm)
    changed = {"sr0": change(vm, disc, "disc", slots.disc()),
               names[1]: change(vm, other_disc, drive.name, slots.disc(drive.name)),
               "mmcblk0": change(vm, card, "card", slots.card())}
    vm.sh("! ls /sys/class/nvme/*")      # the first NVMe disk, with nobody there to see its driver come
    names += appear(vm, slots.nvme(3), devices.scsi_disk(spare_port=4))
    names += by_hand(vm, devices.uas_disk(), devices.stick())
    assert_nothing(vm, exposure, "with keeper and agent killed")

    vm.sh("/usr/lib/sekimori/sekimori-keeper --open")      # the witness sees, and so do the tries
    exposure.await_window()
    found = {each.node: each for each in exposure.found()}
    blind = [name for name in (*NAMES, *names) if not found[name].bytes]
    assert not blind, blind
    round_about = {each.kind for each in found.values() if each.opens} - {"block"}
    assert {"scsi_generic", "bsg", "nvme", "nvme-generic"} <= round_about, round_about
    for name, medium in changed.items():
        assert vm.sh(f"sha256sum </dev/{name}").split()[0] == media.digest(vm, medium), name
    ways = keeper.led_in(vm, *keeper.nodes(vm))
    assert len(ways) > len(keeper.nodes(vm)), ways
