# SPDX-License-Identifier: MIT
"""Software devices with descriptors of our own, run in the guest by guest/fake_usb.py."""

from .inputs import input_arrives
from .machine import TOOLS

PROGRAM = f"{TOOLS}/fake_usb.py"


class FakeUsb:
    """A software device that is plugged in. With several shapes, each bus reset turns it into the next."""

    def __init__(self, vm, serial, *shapes):
        self.vm = vm
        self.serial = serial
        self.kind = shapes[0]
        self.output = f"/run/fake-{serial}"
        vm.sh(f"setsid {PROGRAM} hold {serial} {' '.join(shapes)} >{self.output} 2>&1 & echo $! >{self.output}.pid")
        vm.path_of(self)

    def __str__(self):
        return f"software {self.kind} {self.serial}"

    def type_key(self):
        self.vm.sh(f"kill -USR1 $(cat {self.output}.pid)")

    def types_into_guest(self):
        """Does a key typed on the device arrive at its input node?"""
        return input_arrives(self.vm, self, self.type_key)

    def reset(self):
        """Reset the device on its bus; if it has another shape to show, it shows it now."""
        self.vm.sh(f"{PROGRAM} reset {self.vm.path_of(self)}")

    def pull(self):
        self.vm.sh(f"kill $(cat {self.output}.pid)")
        self.vm.wait(f"! grep -qxs {self.serial} /sys/bus/usb/devices/*/serial", what=f"{self} gone")


def replug(vm, serial, shape, times):
    """Plug a software device in and out; each has SERIAL-COUNT. Returns how many the kernel got to know."""
    return _known(vm.sh(f"{PROGRAM} replug {serial} {shape} {times}", timeout=120 + 3 * times))


def fuzz(vm, seed, times):
    """Plug in mutations of a keyboard that carries a disk. Returns how many the kernel accepted as devices."""
    return _known(vm.sh(f"{PROGRAM} fuzz {seed} {times}", timeout=120 + 5 * times))


def _known(output):
    return int(output.split()[0])
