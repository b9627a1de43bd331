# SPDX-License-Identifier: MIT
"""While one policy after another is pushed, carriers that come expose nothing."""

from harness import devices
from harness.exposure import Exposure
from harness.policy import BASIC, policy

PUSHES = 40


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    for number in range(PUSHES):
        vm.put(f"/run/push-{number:03}.cms", vm.kit.sign(policy(BASIC)))
    vm.sh("(for p in /run/push-*.cms; do sekimori push $p || touch /run/push-failed; done; touch /run/pushed)"
          " >/dev/null 2>&1 &")
    denied = devices.every_carrier()
    vm.plug(*denied)
    vm.wait("[ -e /run/pushed ]", what="all pushes done")
    vm.sh("[ ! -e /run/push-failed ]")
    vm.await_verdict("deny", *denied)
    exposure.await_window()
    vm.assert_denied_by_kernel(*denied)
    exposure.assert_nothing()
    assert vm.status()["policy"]["serial"] == PUSHES + 1
