# SPDX-License-Identifier: MIT
"""The devices a scenario can plug in: each is the QMP commands that make QEMU present it.

Every device has a serial number of its own. That is how it is found in the guest, where bus numbers
and ports differ from one restore to the next."""

import itertools
from dataclasses import dataclass, field

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Device:
    """`id` is the USB vid:pid, `serial` its serial number, `steps` what to tell QEMU, in order."""

    kind: str
    id: str
    serial: str
    name: str
    steps: tuple
    files: tuple = field(default=())   # (name in the machine's directory, size in MiB): backing disks

    def __str__(self):
        return f"{self.kind} {self.serial}"


def _device(kind, driver, usb_id, serial, port, bus, properties=None, before=(), after=(), files=()):
    number = next(_numbers)
    name = f"{kind}{number}"
    serial = serial or f"{kind.upper()}-{number:04}"
    add = {"driver": driver, "id": name, "bus": bus, "serial": serial}
    add.update((k, v.replace("@", name)) if isinstance(v, str) else (k, v) for k, v in (properties or {}).items())
    if port:
        add["port"] = port
    steps = [*_filled(before, name), ("device_add", add), *_filled(after, name)]
    return Device(kind, usb_id, serial, name, tuple(steps), tuple((f"{name}.img", size) for size in files))


def _filled(steps, name):
    """The same steps with @ replaced by the device's name, at any depth."""
    def fill(value):
        if isinstance(value, dict):
            return {key: fill(each) for key, each in value.items()}
        return value.replace("@", name) if isinstance(value, str) else value
    return [(command, fill(arguments)) for command, arguments in steps]


_DISK = ("blockdev-add", {"driver": "raw", "node-name": "@-disk",
                          "file": {"driver": "file", "filename": "{directory}/@.img"}})


def stick(serial=None, port=None, bus="xhci.0", size_mib=8):
    """A USB memory stick."""
    return _device("stick", "usb-storage", "46f4:0001", serial, port, bus,
                   {"drive": "@-disk", "removable": True}, before=[_DISK], files=[size_mib])


def _scsi_disk(kind, driver, usb_id, serial, port, bus):
    return _device(kind, driver, usb_id, serial, port, bus, {"attached": False}, before=[_DISK], files=[8], after=[
        ("device_add", {"driver": "scsi-hd", "id": "@-lun", "drive": "@-disk", "bus": "@.0"}),
        ("qom-set", {"path": "/machine/peripheral/@", "property": "attached", "value": True})])


def uas_disk(serial=None, port=None, bus="xhci.0"):
    """A disk that speaks USB Attached SCSI."""
    return _scsi_disk("uas", "usb-uas", "46f4:0003", serial, port, bus)


def bot_disk(serial=None, port=None, bus="xhci.0"):
    """A disk behind a bulk-only bridge."""
    return _scsi_disk("bot", "usb-bot", "46f4:0001", serial, port, bus)


def phone(serial=None, port=None, bus="xhci.0"):
    """A phone or camera that speaks MTP."""
    return _device("mtp", "usb-mtp", "46f4:0004", serial, port, bus, {"rootdir": "{directory}", "desc": "@"})


def network_adapter(serial=None, port=None, bus="xhci.0"):
    return _device("net", "usb-net", "0525:a4a2", serial, port, bus, {"netdev": "@-peer"},
                   before=[("netdev_add", {"type": "hubport", "id": "@-peer", "hubid": 0})])


def serial_adapter(serial=None, port=None, bus="xhci.0"):
    return _device("tty", "usb-serial", "0403:6001", serial, port, bus,
                   {"chardev": "@-line", "always-plugged": True},
                   before=[("chardev-add", {"id": "@-line", "backend": {"type": "null", "data": {}}})])


def sound_card(serial=None, port=None, bus="xhci.0"):
    return _device("audio", "usb-audio", "46f4:0002", serial, port, bus)


def keyboard(serial=None, port=None, bus="xhci.0"):
    return _device("kbd", "usb-kbd", "0627:0001", serial, port, bus)


def mouse(serial=None, port=None, bus="xhci.0"):
    return _device("mouse", "usb-mouse", "0627:0001", serial, port, bus)


def tablet(serial=None, port=None, bus="xhci.0"):
    """A pointing device with absolute coordinates."""
    return _device("tablet", "usb-tablet", "0627:0001", serial, port, bus)


def card_reader(serial=None, port=None, bus="uhci.0"):
    return _device("ccid", "usb-ccid", "08e6:4433", serial, port, bus)


def hub(port, serial=None, bus="xhci.0"):
    """Devices behind it say port=f"{port}.1" and so on."""
    return _device("hub", "usb-hub", "0409:55aa", serial, port, bus)


def scsi_disk(spare_port, size_mib=8):
    """A disk that is on no USB: behind a SCSI controller that appears with it."""
    number = next(_numbers)
    name = f"scsi{number}"
    steps = (*_filled([_DISK], name),
             ("device_add", {"driver": "virtio-scsi-pci", "id": f"{name}-controller", "bus": f"spare{spare_port}"}),
             ("device_add", {"driver": "scsi-hd", "id": name, "drive": f"{name}-disk", "bus": f"{name}-controller.0",
                             "serial": f"SCSI-{number:04}"}))
    return Device("scsi", "", f"SCSI-{number:04}", name, tuple(steps), ((f"{name}.img", size_mib),))


def every_carrier():
    """One of each kind that could carry data off the terminal."""
    return [stick(), uas_disk(), bot_disk(), phone(), network_adapter(), serial_adapter(), sound_card()]
