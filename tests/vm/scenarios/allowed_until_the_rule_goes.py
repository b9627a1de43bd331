# SPDX-License-Identifier: MIT
"""An allowed stick loses its node within the second in which its rule goes: by push, by the hour, by the day."""

import time

from harness import devices
from harness.policy import BASIC, allow, policy


WATCH = "(while [ -e %s ]; do :; done; date +%%s.%%N >/run/node-gone) >/dev/null 2>&1 &"


def run(vm):
    stick = devices.stick()
    vm.start_agent(policy([*BASIC, allow(stick)]))
    vm.sh("systemctl stop '*.timer'")    # jumps of the clock would start a day's worth of other work
    vm.plug(stick)

    disk = vm.await_disk(stick)
    vm.put("/run/without.cms", vm.kit.sign(policy(BASIC)))
    vm.sh(WATCH % disk)
    started = float(vm.sh("date +%s.%N; sekimori push /run/without.cms >/dev/null"))
    assert float(vm.wait("[ -s /run/node-gone ] && cat /run/node-gone")) - started < 1

    today = time.strftime("%Y-%m-%d", time.gmtime())
    for rule, before in ((allow(stick, hours="00:00-20:00"), f"{today} 19:59:57"),
                         (allow(stick, until=today), f"{today} 23:59:57")):
        vm.sh(f"rm -f /run/node-gone; date -u -s '{today} 12:00:00'")
        vm.push(policy([*BASIC, rule]))
        disk = vm.await_disk(stick)
        vm.sh(WATCH % disk)
        vm.sh(f"date -u -s '{before}'")
        end = float(vm.sh(f"date -u -d '{before} 3 seconds' +%s"))
        took = float(vm.wait("[ -s /run/node-gone ] && cat /run/node-gone")) - end
        assert 0 <= took < 1, f"{rule}: {took:.2f} s after the end"
