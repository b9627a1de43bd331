# SPDX-License-Identifier: MIT
"""A controller that comes while the agent runs is put under default deny and still works for what is allowed."""

from harness import devices
from harness.inputs import input_arrives

ROUNDS = 3


def run(vm):
    vm.start_agent()
    vm.sh("modprobe -r vhci_hcd; modprobe vhci_hcd")
    for number in range(1, ROUNDS + 1):
        vm.add_controller(f"late{number}", spare_port=number)
        keyboard, stick = devices.keyboard(bus=f"late{number}.0"), devices.stick(bus=f"late{number}.0")
        vm.plug(keyboard, stick)
        vm.await_verdict("allow", keyboard)
        vm.await_verdict("deny", stick)
        vm.assert_denied_by_kernel(stick)
        vm.await_driver(keyboard)
        vm.unplug(stick)
    assert input_arrives(vm, keyboard, vm.type_key)
    assert vm.sh("cat /sys/bus/usb/devices/usb*/interface_authorized_default | sort -u").strip() == "0"
    hubs, alive = vm.sh("cd /sys/bus/usb/devices; ls -d usb* | wc -l; ls -d *-0:1.0/driver | wc -l").split()
    assert hubs == alive, f"{alive} of {hubs} root hubs are alive"
