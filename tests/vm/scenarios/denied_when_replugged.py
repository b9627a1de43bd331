# SPDX-License-Identifier: MIT
"""A keyboard that is also a disk, replugged 200 times, exposes nothing; neither does a stick pulled and put back."""

from harness import devices
from harness.exposure import Exposure
from harness.fake_usb import replug

TIMES = 200


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    assert replug(vm, "REPLUG", "composite", times=TIMES) == TIMES
    for _ in range(3):
        stick = devices.stick(serial="AGAIN")
        vm.plug(stick)
        vm.await_verdict("deny", stick)
        vm.unplug(stick)
    exposure.await_window()
    exposure.assert_nothing()
    # Each refusal and each removal is in the log: one by one, or beyond a burst as a number.
    vm.sh("systemctl stop sekimorid")
    told = [r for kind in ("device-refused", "device-gone") for r in vm.audit(kind) if "REPLUG" in (r["serial"] or "")]
    counted = [r["count"] for r in vm.audit("devices-counted")]
    assert counted and len(told) + sum(counted) == 2 * TIMES, (len(told), counted)
