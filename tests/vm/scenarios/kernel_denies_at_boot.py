# SPDX-License-Identifier: MIT
"""Devices present at boot stay denied by the kernel: the spinner starts before the first USB driver and gets nothing."""

from harness import devices
from harness.exposure import Exposure

KERNEL_ONLY = True


def run(vm):
    exposure = Exposure(vm)
    present = devices.every_carrier()
    vm.plug(*present)
    vm.reboot()
    vm.await_enumerated(*present)
    exposure.await_window()
    vm.assert_denied_by_kernel(*present)
    exposure.assert_nothing()
    assert vm.uevents()[0].guest_ns < first_usb_ns(vm), "the witness came too late"


def first_usb_ns(vm):
    """When the first USB controller's root hub appeared."""
    return next(event.guest_ns for event in vm.uevents() if event.fields.get("SUBSYSTEM") == "usb")
