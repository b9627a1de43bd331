# SPDX-License-Identifier: MIT
"""Two hubs that the policy allows are let in; what hangs on them is judged like anything else, and exposes nothing."""

from harness import devices
from harness.exposure import Exposure


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    outer, inner = devices.hub("1"), devices.hub("1.1")
    for hub in (outer, inner):
        vm.plug(hub)
        vm.await_verdict("allow", hub)
    denied = [devices.stick(port="1.1.1"), devices.phone(port="1.1.2"), devices.network_adapter(port="1.1.3"),
              devices.serial_adapter(port="1.1.4"), devices.sound_card(port="1.1.5"), devices.bot_disk(port="1.1.6")]
    vm.plug(*denied)
    vm.await_verdict("deny", *denied)
    exposure.await_window()
    vm.assert_denied_by_kernel(*denied)
    exposure.assert_nothing()
