# SPDX-License-Identifier: MIT
"""Disks on no USB: slots and drives that the machine has from its first moment on, what is put into them, and what
else can be plugged in beside."""

import itertools

from .devices import Device

# QEMU plugs none of these into a running machine: a scenario with QEMU = BUILT_IN has them, the first four empty.
BUILT_IN = ["-drive", "if=none,id=card-slot", "-device", "sdhci-pci", "-device", "sd-card,id=card,drive=card-slot",
            "-device", "ide-cd,id=disc,bus=ide.0",
            "-device", "isa-fdc", "-device", "floppy,id=floppy,drive-type=144",
            "-blockdev", "driver=null-co,node-name=sata,size=8388608,read-zeroes=on",
            "-device", "ide-hd,id=sata-disk,drive=sata,bus=ide.1"]
FLOPPY_BYTES = 2880 * 512

_numbers = itertools.count(1)


def _named(kind):
    number = next(_numbers)
    return f"{kind}{number}", f"{kind.upper()}-{number:04}"


def _file(name, read_only=False):
    return ("blockdev-add", {"driver": "raw", "node-name": f"{name}-disk", "read-only": read_only,
                             "file": {"driver": "file", "filename": f"{{directory}}/{name}.img"}})


def _inserted(slot, name):
    return ("blockdev-insert-medium", {"id": slot, "node-name": f"{name}-disk"})


def await_built_in(vm):
    """Their drivers may come later than whatever asks which disks are new."""
    vm.wait("cd /sys/class/block && ls fd0 sr0 sda", what="the built-in drives")


def card(size_mib=8):
    """A memory card for the SD slot."""
    name, serial = _named("card")
    return Device("card", "", serial, name, (_file(name), _inserted("card", name)), ((f"{name}.img", size_mib),))


def disc(drive="disc"):
    """A disc for a drive with a tray, which closes over it."""
    name, serial = _named("disc")
    steps = (_file(name, read_only=True), ("blockdev-open-tray", {"id": drive}), _inserted(drive, name),
             ("blockdev-close-tray", {"id": drive}))
    return Device("disc", "", serial, name, steps, ((f"{name}.img", 8),))


def floppy():
    name, serial = _named("floppy")
    blank = {"driver": "null-co", "node-name": f"{name}-disk", "size": FLOPPY_BYTES, "read-zeroes": True}
    return Device("floppy", "", serial, name, (("blockdev-add", blank), _inserted("floppy", name)))


def eject(vm, medium, drive):
    """Out of its slot or drive, whose tray stays open."""
    if medium.kind == "disc":
        vm.qmp("blockdev-open-tray", {"id": drive})
    vm.qmp("blockdev-remove-medium", {"id": drive})
    vm.qmp("blockdev-del", {"node-name": f"{medium.name}-disk"})
    vm.plugged.remove(medium)


def disc_drive(controller):
    """An empty drive behind a SCSI controller that is there: of devices.scsi_disk()."""
    name, serial = _named("drive")
    return Device("drive", "", serial, name, (("device_add", {"driver": "scsi-cd", "id": name, "bus": f"{controller.name}-controller.0"}),))


def nvme(spare_port):
    name, serial = _named("nvme")
    add = {"driver": "nvme", "id": name, "drive": f"{name}-disk", "bus": f"spare{spare_port}", "serial": serial}
    return Device("nvme", "", serial, name, (_file(name), ("device_add", add)), ((f"{name}.img", 8),))


def virtual_disk(spare_port):
    """As a host gives one to a virtual desktop."""
    name, serial = _named("virtual")
    add = {"driver": "virtio-blk-pci", "id": name, "drive": f"{name}-disk", "bus": f"spare{spare_port}", "serial": serial}
    return Device("virtual", "", serial, name, (_file(name), ("device_add", add)), ((f"{name}.img", 8),))
