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
    assert vm.sh("grep -c '\"type\":\"device-refused\".*REPLUG' /var/lib/sekimori/audit/audit.jsonl").strip() == str(TIMES)
