# SPDX-License-Identifier: MIT
"""Keys and motion injected into QEMU's USB devices arrive at their input nodes: what later scenarios rely on."""

from harness import devices
from harness.inputs import input_arrives

KERNEL_ONLY = True


def run(vm):
    keyboard, mouse = devices.keyboard(), devices.mouse()
    vm.plug(keyboard, mouse)
    for device in (keyboard, mouse):
        vm.authorize_by_hand(device)
    assert input_arrives(vm, keyboard, vm.type_key)
    assert input_arrives(vm, mouse, vm.move_mouse)
