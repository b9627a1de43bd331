# SPDX-License-Identifier: MIT
"""Without an agent the kernel exposes nothing of any device, on old and new controllers alike."""

from harness import devices
from harness.exposure import Exposure

KERNEL_ONLY = True


def run(vm):
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() == "0"
    assert set(vm.sh("cat /sys/bus/usb/devices/usb*/authorized_default").split()) == {"0"}

    exposure = Exposure(vm)
    denied = devices.every_carrier() + [devices.keyboard(), devices.mouse()]
    vm.plug(*denied)
    vm.add_controller("late", spare_port=1)
    late = devices.stick(bus="late.0")
    vm.plug(late)

    exposure.await_window()
    vm.assert_denied_by_kernel(*denied, late)
    exposure.assert_nothing()
