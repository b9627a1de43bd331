# SPDX-License-Identifier: MIT
"""A disk that can be opened for 10 ms is opened and read by the spinner: nothing slips past it."""

from harness import devices
from harness.exposure import Exposure
from harness.machine import TOOLS

KERNEL_ONLY = True
TIMES = 10
MOMENT_MS = 10


def run(vm):
    exposure = Exposure(vm)
    stick = devices.stick()
    vm.plug(stick)
    path = vm.path_of(stick)
    lives = []
    for _ in range(TIMES):
        lives.append(float(vm.sh(f"{TOOLS}/moment {path} sda {MOMENT_MS}")))
        vm.wait("[ ! -e /sys/class/block/sda ]")
    assert min(lives) < 2 * MOMENT_MS, f"disks lived {lives} ms: this proves nothing"

    disks = [each for each in exposure.found_of(stick) if each.kind == "block"]
    assert len(disks) == TIMES, f"{TIMES} disks appeared, the spinner saw {len(disks)}"
    missed = [each for each in disks if each.opens == 0 or each.bytes == 0]
    assert not missed, f"{len(missed)} of {TIMES} were seen, but not read"
