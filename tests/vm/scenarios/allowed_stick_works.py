# SPDX-License-Identifier: MIT
"""A stick allowed by its serial number reads and writes; one that differs only in that number exposes nothing."""

from harness import devices
from harness.exposure import Exposure
from harness.policy import BASIC, allow, policy


def run(vm):
    ours, other = devices.stick(), devices.stick()
    exposure = Exposure(vm)
    vm.start_agent(policy([*BASIC, allow(ours)]))
    vm.plug(ours, other)
    disk = vm.await_disk(ours)
    vm.sh(f"mke2fs -q -F {disk} && mount {disk} /mnt && echo kept >/mnt/file && umount /mnt &&"
          f" mount -o ro {disk} /mnt && grep -qx kept /mnt/file && umount /mnt")
    vm.await_verdict("deny", other)
    exposure.await_window()
    vm.assert_denied_by_kernel(other)
    exposure.assert_nothing(but=[ours])
