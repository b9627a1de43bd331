# SPDX-License-Identifier: MIT
"""Mutated descriptors of a keyboard with a disk, under a policy that allows keyboards: no disk ever comes to life."""

from harness.exposure import Exposure
from harness.fake_usb import fuzz

TIMES = 160


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    before = vm.agent_pid()
    assert fuzz(vm, seed=1, times=TIMES) > TIMES // 10
    exposure.await_window()
    exposure.assert_nothing(but_drivers=["usbhid"])
    assert vm.agent_pid() == before
    assert not [each for each in vm.devices() if each["verdict"] == "allow" and "storage" in each["kinds"]]
