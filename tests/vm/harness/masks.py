# SPDX-License-Identifier: MIT
"""Devices that have the ids of one thing and the class of another (guest/usb_masks.py): which, by the tables of the
guest's own kernel, and whether anything came of them."""

import fnmatch
import json
import os
import random
import re
import secrets
import time
from dataclasses import dataclass

from . import keeper
from .machine import PATIENCE_S, TOOLS, GuestError
from .policy import BASIC, policy

PROGRAM = f"{TOOLS}/usb_masks.py"
AT_ONCE = 16
RULES = [*BASIC, *({"name": kind, "match": {"bus": "usb", "interfaces": [kind]}, "action": "allow"} for kind in ("printer", "audio"))]
# As in guest/usb_masks.py, and the modules that may serve each, by the kernel's sources: a touch screen of the class HID may have
# one of its own; programs drive card readers.
CLASSES = {"hid": ("03", "01", "01"), "smartcard": ("0B", "00", "00"), "hub": ("09", "00", "01"), "printer": ("07", "01", "02"),
           "audio": ("01", "01", "00")}
OWN = {"hid": {"usbhid", "usbkbd", "usbmouse", "usbtouchscreen", "bcm5974", "appletouch", "acecad", "aiptek", "hanwang", "kbtab",
               "synaptics_usb"},
       "smartcard": set(), "hub": {"hub", "usbcore"}, "printer": {"usblp"}, "audio": {"snd_usb_audio"}}
OF_DEVICES = {"apple_mfi_fastcharge", "onboard_usb_hub", "onboard_usb_dev"}     # they take no interface
# What no keyboard, reader, hub, printer or sound card has beneath it.
NEVER = {"block", "bluetooth", "bsg", "drm", "gpio", "graphics", "i2c", "i2c-adapter", "i2c-dev", "mmc_host", "net", "rfkill", "scsi",
         "scsi_disk", "scsi_generic", "scsi_host", "tty", "usb-serial", "video4linux"}
USB = re.compile(r"alias (usb:v([0-9A-F]{4})p([0-9A-F]{4})d(.*?)dc\S*) (\S+)")
HID = re.compile(r"alias (hid:b0003g\S*v0000([0-9A-F]{4})p0000([0-9A-F]{4})) (\S+)")


@dataclass(frozen=True)
class Mask:
    alias: str
    module: str
    ids: str        # vendor:product:release
    name: str       # of its class

    def is_of_another_kind(self):
        """Would this module be loaded for it, and take it, though it serves nothing of its class?"""
        vendor, product, release = self.ids.split(":")
        class_, subclass, protocol = CLASSES[self.name]
        modalias = f"usb:v{vendor}p{product}d{release}dc00dsc00dp00ic{class_}isc{subclass}ip{protocol}in00"
        return fnmatch.fnmatchcase(modalias, self.alias) and self.module not in OWN[self.name] | OF_DEVICES


def release_of(pattern):
    """One that fits: 0[0-2]* is 0000; * is 0100, as of most devices."""
    digits = re.sub(r"\[(.)[^]]*\]", r"\1", pattern).rstrip("*")
    return digits.ljust(4, "0") if digits else "0100"


def by_module(tables):
    """{module: its aliases by vendor and product, with ids that fit}"""
    found = {}
    for line in tables.splitlines():
        if usb := USB.match(line):
            alias, vendor, product, release, module = usb.groups()
            found.setdefault(module, []).append((alias, f"{vendor}:{product}:{release_of(release)}"))
        elif hid := HID.match(line):
            alias, vendor, product, module = hid.groups()
            found.setdefault(module, []).append((alias, f"{vendor}:{product}:0100"))
    return found


def sample(tables, chance, count):
    """Of modules first, and of a module's aliases then: some have a thousand, most a few."""
    modules = by_module(tables)
    names = sorted(modules)
    chosen = []
    for _ in range(count):
        module = chance.choice(names)
        chosen.append(Mask(*((found := chance.choice(modules[module]))[0], module, found[1]), chance.choice(sorted(CLASSES))))
    return chosen


def await_judged(vm, serials):
    """{serial: verdict}, once there is one of each."""
    end = time.monotonic() + PATIENCE_S
    while True:
        known = {each.get("serial"): each["verdict"] for each in vm.devices()}
        if all(serial in known for serial in serials):
            return {serial: known[serial] for serial in serials}
        if time.monotonic() > end:
            raise GuestError(f"not judged: {' '.join(serial for serial in serials if serial not in known)}")


def plugged_in(vm, masks):
    """{serial: (verdict, what the kernel made of it, what reached the device)}; they are pulled out again."""
    words = " ".join(f"{serial}:{mask.ids}:{mask.name}" for serial, mask in masks.items())
    vm.sh(f"setsid {PROGRAM} hold {words} >/run/masks 2>&1 & echo $! >/run/masks.pid")
    vm.wait(f"grep -qx 'plugged {len(masks)}' /run/masks", what="all of them are plugged in")
    verdicts = await_judged(vm, masks)
    vm.sh("udevadm settle")
    made = json.loads(vm.sh(f"{PROGRAM} beneath {' '.join(masks)}"))
    vm.sh("kill $(cat /run/masks.pid)")
    reached = json.loads(vm.wait("grep '^{' /run/masks", what="what reached each"))
    vm.wait(f"! grep -qxsE '{'|'.join(masks)}' /sys/bus/usb/devices/*/serial", what="they are gone")
    return {serial: (verdicts[serial], made[serial], reached[serial]) for serial in masks}


def wrong(mask, verdict, made, reached):
    """What there is that should not be; None: nothing."""
    drivers = {driver.replace("-", "_") for driver in made["drivers"]}
    if verdict == "deny":
        return (drivers or set(made["subsystems"]) - {"usb"} or reached) and (made, reached)
    if mask.is_of_another_kind():
        return "let in"
    return (drivers - OWN[mask.name] or NEVER.intersection(made["subsystems"]) or (reached and not OWN[mask.name])) and (made, reached)


def nodes_made(vm):
    """By the kernel's own word, also of what was there for a moment only."""
    events = vm.uevents()
    if any(event.action == "lost" for event in events):
        raise GuestError("uevents were lost: nobody can tell what there was for a moment")
    return [f"{event.action}@{event.path}" for event in events
            if event.action == "add" and "vhci_hcd" in event.path and event.fields.get("SUBSYSTEM") in NEVER]


def come_to_nothing(vm, case, masks):
    named = {f"{case}-{number}": mask for number, mask in enumerate(masks)}
    guilty, denied, serials = [], 0, list(named)
    for first in range(0, len(serials), AT_ONCE):
        batch = {serial: named[serial] for serial in serials[first:first + AT_ONCE]}
        for serial, (verdict, made, reached) in plugged_in(vm, batch).items():
            denied += verdict == "deny"
            if found := wrong(batch[serial], verdict, made, reached):
                guilty.append(f"{batch[serial]}: {verdict}, {found}")
    guilty += nodes_made(vm)
    vm.log(f"{case}: {denied} of {len(masks)} denied, {sum(map(Mask.is_of_another_kind, masks))} of another kind")
    return guilty


def prove(vm, count):
    """So many of them, sealed and by rules for each of these classes. SEKIMORI_SEED chooses the same ones again."""
    seed = int(os.environ.get("SEKIMORI_SEED") or secrets.randbits(32))
    vm.log(f"SEKIMORI_SEED={seed}")
    tables = vm.get(vm.sh("echo /lib/modules/$(uname -r)/modules.alias").strip()).decode()
    masks = sample(tables, random.Random(seed), count)
    keeper.turn_on(vm)
    before = vm.sh("ls /sys/class/net /sys/class/block")
    vm.start_agent(sealed=True)
    guilty = come_to_nothing(vm, "SEALED", masks)
    vm.push(policy(RULES))
    guilty += come_to_nothing(vm, "RULES", masks)
    if guilty:
        raise GuestError(f"SEKIMORI_SEED={seed}: " + "; ".join(guilty))
    assert any(map(Mask.is_of_another_kind, masks)), f"SEKIMORI_SEED={seed}: nothing was tried"
    assert vm.sh("ls /sys/class/net /sys/class/block") == before
