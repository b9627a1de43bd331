# SPDX-License-Identifier: MIT
"""With the agent frozen, then killed again and again, carriers on old and newly added controllers expose nothing."""

from harness import devices
from harness.exposure import Exposure


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()

    vm.sh("systemctl kill -s STOP sekimorid.service")
    vm.add_controller("first", spare_port=1)
    frozen = [*devices.every_carrier(), devices.stick(bus="first.0"), devices.phone(bus="first.0")]
    vm.plug(*frozen)
    exposure.await_window()
    vm.assert_denied_by_kernel(*frozen)
    exposure.assert_nothing()
    for device in frozen:
        vm.unplug(device)

    # As fast as a shell can: whatever starts is killed.
    vm.sh("touch /run/killing; (while [ -e /run/killing ]; do pkill -KILL sekimorid; done) >/dev/null 2>&1 &")
    vm.add_controller("second", spare_port=2)
    killed = [*devices.every_carrier(), devices.stick(bus="second.0"), devices.network_adapter(bus="second.0")]
    vm.plug(*killed)
    exposure.await_window()
    vm.assert_denied_by_kernel(*killed)
    exposure.assert_nothing()

    vm.sh("rm /run/killing")    # and it comes back, however often it was killed
    vm.await_verdict("deny", *killed)
    exposure.await_window()
    exposure.assert_nothing()
    assert vm.sh("cat /sys/bus/usb/devices/usb*/interface_authorized_default | sort -u").strip() == "0"
