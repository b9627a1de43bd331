# SPDX-License-Identifier: MIT
"""A software USB device: what it says of itself, and what its endpoints do. Knows nothing of how it is plugged in."""

import struct

import usb_descriptors as d
from usb_functions import Disk, Keyboard, Sink

STALL = None


class Shape:
    """One face of a device: its descriptors, and a function behind each endpoint number."""

    def __init__(self, device, configuration, functions=None, strings=("Vendor", "Software device", "FAKE-1"), report=d.KEYBOARD_REPORT):
        self.device = device
        self.configuration = configuration
        self.functions = functions or {}
        self.strings = strings
        self.report = report


def keyboard(serial, vendor=0x1209, product=0x0B01):
    return Shape(d.device(vendor, product), d.configuration([d.hid_keyboard(0)], 1), {3: Keyboard()},
                 ("Vendor", "Software keyboard", serial))


def disk(serial, vendor=0x1209, product=0x0B02):
    unit = Disk()
    return Shape(d.device(vendor, product), d.configuration([d.mass_storage(0)], 1), {1: unit, 2: unit},
                 ("Vendor", "Software disk", serial))


def composite(serial, vendor=0x1209, product=0x0B03):
    """A keyboard that also carries a disk."""
    unit = Disk()
    interfaces = [d.hid_keyboard(0), d.mass_storage(1)]
    return Shape(d.device(vendor, product), d.configuration(interfaces, 2), {1: unit, 2: unit, 3: Keyboard()},
                 ("Vendor", "Software keyboard", serial))


def _sink(serial, product, name, *classes):
    """Takes whatever comes: at its pipe, and by control requests of its vendor's own."""
    sink = Sink(serial)
    pipe = d.interface(0, *classes, [d.endpoint(0x81, d.BULK, 512), d.endpoint(0x02, d.BULK, 512)])
    return Shape(d.device(0x1209, product), d.configuration([pipe], 1), {0: sink, 1: sink, 2: sink},
                 ("Vendor", name, serial))


def camera(serial):
    """A telephone's first face: PTP."""
    return _sink(serial, 0x0B04, "Software camera", 6, 1, 1)


def reader(serial):
    """A card reader by its class, without the descriptor that pcscd wants."""
    return _sink(serial, 0x0B05, "Software card reader", 0x0B, 0, 0)


def packets(product, name, report):
    """Generic HID that takes what comes."""
    def shape(serial):
        sink = Sink(serial)
        return Shape(d.device(0x1209, product), d.configuration([d.hid_generic(0, report)], 1), {1: sink, 2: sink},
                     ("Vendor", name, serial), report)
    return shape


def masked(ids, classes, function):
    """Says of itself what `classes` are, and has the ids and the pipes of something else."""
    def shape(serial):
        pipes = d.interface(0, *classes, [d.endpoint(0x81, d.BULK, 512), d.endpoint(0x02, d.BULK, 512)])
        unit = function(serial)
        return Shape(d.device(*ids), d.configuration([pipes], 1), {1: unit, 2: unit}, ("Vendor", "Keyboard", serial))
    return shape


# Each of these ids stands in the table of a Linux driver with any class.
A_DISK, AN_ADAPTER = (0x054C, 0x0099), (0x049F, 0x505A)     # unusual_devs.h, cdc_subset.c
IN_NO_TABLE = (0x1209, 0x0B06)
HID, CARD, HUB, PRINTER, AUDIO = (3, 6, 0x50), (0x0B, 6, 0x50), (9, 6, 0x50), (7, 6, 0x50), (1, 6, 0x50)

SHAPES = {"keyboard": keyboard, "disk": disk, "composite": composite, "camera": camera, "reader": reader,
          "hid_disk": masked(A_DISK, HID, lambda serial: Disk()), "card_disk": masked(A_DISK, CARD, lambda serial: Disk()),
          "hub_disk": masked(A_DISK, HUB, lambda serial: Disk()), "printer_disk": masked(A_DISK, PRINTER, lambda serial: Disk()),
          "audio_disk": masked(A_DISK, AUDIO, lambda serial: Disk()),
          "unlisted_card_disk": masked(IN_NO_TABLE, CARD, lambda serial: Disk()),
          "security_key": packets(0x0B07, "Software key", d.FIDO_REPORT),
          "key_that_types": packets(0x0B07, "Software key", d.FIDO_REPORT + d.KEYBOARD_REPORT),
          "pad": packets(0x0B08, "Software signature pad", d.PAD_REPORT),
          "hid_adapter": masked(AN_ADAPTER, HID, Sink), "card_adapter": masked(AN_ADAPTER, CARD, Sink)}


class Device:
    """Answers control requests and moves data. After each bus reset it may show its next shape."""

    def __init__(self, *shapes):
        self.shapes = list(shapes)
        self.configured = False
        self.resets = 0

    @property
    def shape(self):
        return self.shapes[0]

    def control(self, setup, data):
        """The answer to a control request: bytes, or STALL."""
        kind, request, value, _index, length = struct.unpack("<BBHHH", setup)
        if (kind, request) == (0x80, 6):
            return self._descriptor(value >> 8, value & 0xFF, length)
        if (kind, request) == (0x81, 6) and value >> 8 == d.HID_REPORT:
            return self.shape.report[:length]
        if kind == 0x40 and 0 in self.shape.functions:    # the vendor's own, to the device
            self.take(0, data)
            return b""
        if (kind, request) == (0x00, 9):
            self.configured = value != 0
            return b""
        if (kind, request) == (0x80, 0):
            return bytes(2)[:length]
        if (kind, request) == (0xA1, 0xFE):    # mass storage: the highest LUN
            return bytes(1)
        return b"" if kind in (0x00, 0x01, 0x02, 0x21) else STALL

    def _descriptor(self, kind, index, length):
        if kind == d.DEVICE:
            self._notice_reset()
            return self.shape.device[:length]
        if kind == d.CONFIGURATION:
            return self.shape.configuration[:length]
        if kind == d.STRING and index == 0:
            return d.LANGUAGES[:length]
        if kind == d.STRING and index <= len(self.shape.strings):
            return d.text(self.shape.strings[index - 1])[:length]
        return STALL

    def _notice_reset(self):
        """vhci does not tell of a bus reset. But once a device is configured, only a reset makes the kernel
        ask for the device descriptor again."""
        if self.configured:
            self.configured = False
            self.resets += 1
            if len(self.shapes) > 1:
                self.shapes.pop(0)

    def give(self, endpoint, length):
        function = self.shape.functions.get(endpoint)
        return function.give(length) if function else None

    def take(self, endpoint, data):
        function = self.shape.functions.get(endpoint)
        if function:
            function.take(data)

    def type_key(self):
        for function in self.shape.functions.values():
            if isinstance(function, Keyboard):
                function.type_key()
