# SPDX-License-Identifier: MIT
"""A disk that can be opened for 10 ms is seen by the spinner every time, and read most times."""

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
    lives_ms = []
    for _ in range(TIMES):
        lives_ms.append(float(vm.sh(f"{TOOLS}/moment {path} sda {MOMENT_MS}")))
        vm.wait("[ ! -e /sys/class/block/sda ]")
    assert min(lives_ms) < 2 * MOMENT_MS, f"disks lived {lives_ms} ms: this proves nothing"

    # "Zero exposure" asks for nothing seen. Reading needs a processor within those 10 ms, which a busy host may deny.
    disks = [each for each in exposure.found_of(stick) if each.kind == "block"]
    assert len(disks) == TIMES, f"{TIMES} disks appeared, the spinner saw {len(disks)}"
    read = [each for each in disks if each.opens and each.bytes]
    assert len(read) > TIMES / 2, f"only {len(read)} of {TIMES} were read"
