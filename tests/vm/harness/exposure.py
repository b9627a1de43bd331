# SPDX-License-Identifier: MIT
"""Zero exposure: the spinner in the guest (guest/exposure.c) and the kernel's own uevents must agree that a
denied device gave nothing."""

import json
from dataclasses import dataclass

from .machine import APPEARANCE_S, GuestError

REPORT = "/run/exposure.json"
CLASSES = {"block", "net", "tty", "sound", "scsi_generic", "bsg", "usbmisc", "video4linux", "bluetooth"}
# usbfs nodes are there for denied devices too; the spinner tries to claim through those it is told of.
CLAIMED = ("46f4:0004",)


@dataclass(frozen=True)
class Found:
    kind: str
    node: str
    driver: str
    usb: str
    id: str
    serial: str
    opens: int
    writable_opens: int
    bytes: int
    first_ms: int


class Exposure:
    """A spinner at work. It starts before anything is plugged in, and again first thing at a reboot."""

    def __init__(self, vm, claim=CLAIMED):
        self.vm = vm
        words = ["-x vda", "-x vdb", *(f"-c {each}" for each in claim), REPORT]
        vm.put("/etc/exposure.arguments", f"ARGUMENTS={' '.join(words)}\n")
        vm.uevents()
        vm.sh("systemctl start exposure.service")
        vm.wait(f"[ -e {REPORT} ]", what="the spinner spins")

    def found(self):
        """All that has been got so far."""
        text = self.vm.sh(f"rm -f {REPORT}; systemctl kill -s USR1 exposure.service;"
                          f"until [ -e {REPORT} ]; do sleep 0.01; done; cat {REPORT}")
        report = json.loads(text)
        self.longest_gap_ms = report["longest_gap_ms"]    # since the report before this one
        self.vm.log(f"spinner: {report['scans']} scans, longest gap {report['longest_gap_ms']} ms")
        return [Found(**each) for each in report["found"]]

    def found_of(self, device):
        return [each for each in self.found() if each.serial in (device.serial, "")]

    def await_window(self):
        """Give every device now plugged in the time to show up, and some."""
        self.vm.sh(f"udevadm settle; sleep {APPEARANCE_S}")

    def assert_nothing(self, but=(), but_drivers=()):
        """Nothing was got from any device, except from those in `but`, and except that these drivers bound."""
        innocent = {device.serial for device in but}
        guilty = [each for each in self.found()
                  if each.serial not in innocent and each.driver not in but_drivers]
        if guilty:
            raise GuestError("exposed: " + "; ".join(map(str, guilty)))
        self._assert_kernel_agrees(but)

    def _assert_kernel_agrees(self, innocent):
        """A node that lived shorter than the spinner's nap still made a uevent."""
        homes = [self.vm.home_of(each) for each in innocent]
        if None in homes:
            return    # an innocent device has left: nobody can tell any more which of the nodes were its own
        made = [event for event in self.vm.uevents() if is_exposure(event) and not event.path.startswith(tuple(homes))]
        if made:
            raise GuestError("the kernel made nodes: " + "; ".join(f"{e.action}@{e.path}" for e in made))
        if any(event.action == "lost" for event in self.vm.uevents_seen):
            raise GuestError("uevents were lost: nobody can vouch for zero exposure")


def is_exposure(event):
    """A uevent that says: something usable has come into being on a USB device."""
    subsystem = event.fields.get("SUBSYSTEM")
    return event.action == "add" and "/usb" in event.path and subsystem in CLASSES
