# SPDX-License-Identifier: MIT
"""With `partial: true` the composite's keyboard types and its disk never binds."""

from harness.exposure import Exposure
from harness.fake_usb import FakeUsb
from harness.policy import HUBS, policy

KEYS = {"name": "keys only", "match": {"bus": "usb", "interfaces": ["hid"]}, "partial": True, "action": "allow"}


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent(policy([HUBS, KEYS]))
    composite = FakeUsb(vm, "COMPOSITE-1", "composite")
    vm.await_verdict("allow", composite)
    assert composite.types_into_guest()
    exposure.await_window()
    exposure.assert_nothing(but_drivers=["usbhid"])
    path = vm.path_of(composite)
    assert vm.sh(f"cat {path}:1.1/authorized").strip() == "0"
    # Nobody else's probing binds it either: a driver that is loaded again, a rescan of the bus.
    vm.sh(f"echo $(basename {path}):1.1 >/sys/bus/usb/drivers_probe; modprobe -r uas usb_storage;"
          " modprobe -a usb_storage uas")
    exposure.await_window()
    exposure.assert_nothing(but_drivers=["usbhid"])
