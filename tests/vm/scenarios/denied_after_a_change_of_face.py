# SPDX-License-Identifier: MIT
"""A keyboard that after a reset shows a disk as well is cut off before the disk comes to life."""

from harness.exposure import Exposure
from harness.fake_usb import FakeUsb


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    shifter = FakeUsb(vm, "SHIFTER-1", "keyboard", "composite")
    vm.await_verdict("allow", shifter)
    assert shifter.types_into_guest()
    shifter.reset()
    vm.await_verdict("deny", shifter)
    exposure.await_window()
    vm.assert_denied_by_kernel(shifter)
    exposure.assert_nothing(but_drivers=["usbhid"])
