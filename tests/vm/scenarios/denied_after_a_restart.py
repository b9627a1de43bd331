# SPDX-License-Identifier: MIT
"""An agent that restarts lets nothing denied in, and takes nothing away from what is in use."""

from harness import devices
from harness.exposure import Exposure
from harness.policy import BASIC, allow, policy


def run(vm):
    exposure = Exposure(vm)
    ours, denied = devices.stick(), devices.every_carrier()
    vm.start_agent(policy([*BASIC, allow(ours)]))
    vm.plug(ours, *denied)
    disk = vm.await_disk(ours)
    vm.await_verdict("deny", *denied)
    vm.sh(f"mke2fs -q -F {disk} && mount {disk} /mnt && echo open >/mnt/file")
    before = vm.agent_pid()

    vm.sh("systemctl restart sekimorid.service")
    assert vm.agent_pid() != before
    vm.await_verdict("deny", *denied)
    vm.await_verdict("allow", ours)
    exposure.await_window()
    vm.sh("echo still >>/mnt/file && sync && grep -q still /mnt/file")
    vm.assert_denied_by_kernel(*denied)
    exposure.assert_nothing(but=[ours])
