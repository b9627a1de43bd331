# SPDX-License-Identifier: MIT
"""Under a policy for people's hands, every kind of carrier plugged in exposes nothing, and each is refused with a number."""

from harness import devices
from harness.exposure import Exposure
from harness.fake_usb import FakeUsb


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    denied = devices.every_carrier()
    vm.plug(*denied)
    composite = FakeUsb(vm, "COMPOSITE-1", "composite")
    vm.await_verdict("deny", *denied, composite)
    exposure.await_window()
    vm.assert_denied_by_kernel(*denied, composite)
    exposure.assert_nothing()
    assert all(each["request"] for each in vm.devices() if each["verdict"] == "deny")
    vm.sh("sekimori audit verify --state-dir /var/lib/sekimori --pub /var/lib/sekimori/audit/terminal.pub")
