#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Software USB devices, many at a time, that have the ids of one thing and the class of another.

  usb_masks.py hold MASK...   plug in and stay; at SIGTERM each says what reached it beyond its enumeration, as JSON

MASK: SERIAL:VENDOR:PRODUCT:RELEASE:CLASS, the three in between in hexadecimal. For each there is then what the kernel
made of it:

  usb_masks.py beneath SERIAL...   its drivers on USB, and the subsystems of all that lies beneath it, as JSON"""

import glob
import json
import os
import signal
import struct
import subprocess
import sys

import usb_descriptors as d
import vhci
from usb_device import Device, Shape

OF_THE_DEVICE, OF_THE_STANDARD = 0x1F, 0x60     # bits of bmRequestType that are 0 then (USB 2.0, table 9-2)
CLASSES = {"hid": (3, 1, 1), "smartcard": (0x0B, 0, 0), "hub": (9, 0, 1), "printer": (7, 1, 2), "audio": (1, 1, 0),
           "security-key": (3, 0, 0), "ups": (3, 0, 0), "camera": (6, 1, 1), "network-printer": (7, 1, 4), "vendor": (0xFF, 0xFF, 0xFF)}
REPORTS = {"hid": d.KEYBOARD_REPORT, "security-key": d.FIDO_REPORT, "ups": d.UPS_REPORT}


class Silent:
    """Has nothing to say."""

    def give(self, _length):
        """Nothing."""

    def take(self, data):
        """What comes is counted by whoever calls."""


class Watched(Device):
    """Keeps account of whatever is not the kernel's own enumeration."""

    def __init__(self, shape):
        super().__init__(shape)
        self.beyond = set()

    def control(self, setup, data):
        kind, request = struct.unpack("<BB", setup[:2])
        if kind & (OF_THE_DEVICE | OF_THE_STANDARD):
            self.beyond.add(f"request {kind:02x} {request:02x}")
        return super().control(setup, data)

    def give(self, endpoint, length):
        self.beyond.add(f"asked at endpoint {endpoint}")
        return super().give(endpoint, length)

    def take(self, endpoint, data):
        self.beyond.add(f"written to endpoint {endpoint}")
        super().take(endpoint, data)


def masked(serial, vendor, product, release, name):
    """With the pipes that disks and network adapters have, and one for reports where it is of the class HID."""
    report = REPORTS.get(name)
    pipes = [d.endpoint(0x81, d.BULK, 512), d.endpoint(0x02, d.BULK, 512)]
    if report:
        pipes.append(d.endpoint(0x83, d.INTERRUPT, 8, 4))
    interface = d.interface(0, *CLASSES[name], pipes, extra=d.hid_descriptor(report) if report else b"")
    silent = Silent()
    return Shape(d.device(int(vendor, 16), int(product, 16), release=int(release, 16)), d.configuration([interface], 1),
                 {1: silent, 2: silent, 3: silent}, ("Vendor", f"Software {name}", serial), report)


def hold(*masks):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    free = vhci.ports()
    plugs = {}
    for port, mask in zip(free, masks, strict=False):
        words = mask.split(":")
        plugs[words[0]] = vhci.Plug(Watched(masked(*words)), port)
    print("plugged", len(plugs), flush=True)
    signal.sigwait({signal.SIGTERM})
    told = {serial: sorted(plug.device.beyond) for serial, plug in plugs.items()}
    for plug in plugs.values():
        plug.pull()
    print(json.dumps(told), flush=True)


def name_at(link):
    return os.path.basename(os.readlink(link))


def of_device(directory):
    subsystems = {name_at(f"{path}/subsystem") for path, _, _ in os.walk(directory) if os.path.islink(f"{path}/subsystem")}
    return {"drivers": sorted(map(name_at, glob.glob(f"{directory}/*:*/driver"))), "subsystems": sorted(subsystems)}


def beneath(*serials):
    found = {}
    for file in glob.glob("/sys/bus/usb/devices/*/serial"):
        with open(file) as text:
            serial = text.read().strip()
        if serial in serials:
            found[serial] = of_device(os.path.realpath(os.path.dirname(file)))
    print(json.dumps(found))


VERBS = {"hold": hold, "beneath": beneath}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in VERBS:
        sys.exit(__doc__)
    subprocess.run(["modprobe", "vhci_hcd"], check=True)
    VERBS[sys.argv[1]](*sys.argv[2:])
