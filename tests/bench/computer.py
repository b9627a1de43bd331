# SPDX-License-Identifier: MIT
"""A simulated computer with eight devices in it, all waiting to be let in, and a bell that rings for each that is."""

import contextlib
import ctypes
import os
import select
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import bed as beds  # noqa: E402

PATIENCE_S = 20
DEVICES = [beds.a_hub(), beds.a_keyboard(), beds.a_mouse(), beds.a_card_reader(), beds.a_stick(), beds.a_phone(),
           beds.a_printer(), beds.a_headset()]


def identity(hardware):
    """(vid:pid, serial or None), as a rule names it."""
    return "%04x:%04x" % struct.unpack("<HH", hardware.head[8:12]), hardware.strings["serial"]


def show(bed, path, **files):
    for name, text in files.items():
        file = Path(bed.at(path, name.replace("__", "/")))
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "\n")


def show_all(bed, path, hardware):
    """What sysfs has besides, and usbguard looks for: without port/connect_type it would wait 0.2 s for it."""
    vendor, product = identity(hardware)[0].split(":")
    show(bed, path, idVendor=vendor, idProduct=product, bcdDevice="0100", version=" 2.00",
          port__connect_type="hotplug")


@contextlib.contextmanager
def computer():
    """Yields the bed and the paths of the eight."""
    with beds.Bed() as bed:
        show(bed, os.path.dirname(bed.usb1), uevent="DRIVER=xhci_hcd\nPCI_SLOT_NAME=0000:00:14.1")
        show_all(bed, bed.usb1, beds.Hardware(0x1D6B, 2))
        paths = [bed.plug(hardware, announce=False) for hardware in DEVICES]
        for path, hardware in zip(paths, DEVICES):
            show_all(bed, path, hardware)
        yield bed, paths


def shut(bed, paths):
    """All eight wait again."""
    for path in paths:
        Path(bed.at(path, "authorized")).write_text("0\n")


class Doorbell:
    """When each device was authorized, without polling."""

    def __init__(self, bed, paths):
        self.bed = bed
        self.libc = ctypes.CDLL(None)
        self.fd = self.libc.inotify_init1(os.O_CLOEXEC)
        self.waiting = {self._watch(path): path for path in paths}

    def _watch(self, path):
        return self.libc.inotify_add_watch(self.fd, self.bed.at(path, "authorized").encode(), beds.IN_MODIFY)

    def await_all(self):
        """Seconds on the monotonic clock, one for each device, in the order of their coming."""
        times = []
        while self.waiting:
            if not select.select([self.fd], [], [], PATIENCE_S)[0]:
                raise TimeoutError(f"not authorized after {PATIENCE_S} s: {', '.join(self.waiting.values())}")
            data, now = os.read(self.fd, 8192), time.monotonic()
            for at in range(0, len(data), 16):      # a watch on a file has no name behind it
                watch = struct.unpack_from("i", data, at)[0]
                if watch in self.waiting and self.bed.authorized(self.waiting[watch]):
                    del self.waiting[watch]
                    times.append(now)
        os.close(self.fd)
        return times
