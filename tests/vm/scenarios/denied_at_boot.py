# SPDX-License-Identifier: MIT
"""Carriers present at boot expose nothing from the first moment on; the keyboard and mouse present at boot work."""

from harness import devices
from harness.exposure import Exposure
from harness.inputs import input_arrives


def run(vm):
    exposure = Exposure(vm, claim=["46f4:0004"])
    vm.start_agent()
    denied, keyboard, mouse = devices.every_carrier(), devices.keyboard(), devices.mouse()
    vm.plug(keyboard, mouse, *denied)
    vm.reboot()
    vm.await_verdict("allow", keyboard, mouse)
    vm.await_verdict("deny", *denied)
    assert input_arrives(vm, keyboard, vm.type_key)
    assert input_arrives(vm, mouse, vm.move_mouse)
    exposure.await_window()
    vm.assert_denied_by_kernel(*denied)
    exposure.assert_nothing(but_drivers=["usbhid"])
    first_hub = next(event for event in vm.uevents() if event.fields.get("SUBSYSTEM") == "usb")
    assert vm.uevents()[0].guest_ns < first_hub.guest_ns, "the witness came too late"
