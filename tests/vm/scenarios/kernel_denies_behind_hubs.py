# SPDX-License-Identifier: MIT
"""Behind two hubs authorized by hand the kernel still denies what is plugged in, also when it comes and goes."""

from harness import devices
from harness.exposure import Exposure
from harness.fake_usb import replug

KERNEL_ONLY = True


def run(vm):
    exposure = Exposure(vm)
    outer, inner = devices.hub("1"), devices.hub("1.1")
    for hub in (outer, inner):
        vm.plug(hub)
        vm.authorize_by_hand(hub)
    behind = [devices.stick(port="1.1.1"), devices.phone(port="1.1.2"), devices.network_adapter(port="1.1.3"),
              devices.serial_adapter(port="1.1.4"), devices.sound_card(port="1.1.5"), devices.bot_disk(port="1.1.6")]
    vm.plug(*behind)
    assert replug(vm, "REPLUG", "composite", times=40) == 40

    exposure.await_window()
    vm.assert_denied_by_kernel(*behind)
    exposure.assert_nothing()
