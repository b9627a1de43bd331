# SPDX-License-Identifier: MIT
"""An allowed stick loses its node within the second in which its rule goes: by push, by the hour, by the day.

An emulated machine on a busy host is slow at everything: what cutting the stick off by hand takes is added to the second,
and to that of a push what a push takes that changes nothing."""

import time

from harness import devices
from harness.policy import BASIC, allow, policy

GONE = "until [ ! -e %s ]; do sleep 0.01; done; date +%%s.%%N"
SECOND = 1.0


def run(vm):
    stick = devices.stick()
    vm.start_agent(policy([*BASIC, allow(stick)]))
    vm.sh("systemctl stop '*.timer'")    # jumps of the clock would start a day's worth of other work
    vm.plug(stick)
    vm.await_disk(stick)
    limit = SECOND + lasts(vm, f"echo 0 >{vm.path_of(stick)}/authorized")    # the agent lets it in again at once

    vm.push(policy([*BASIC, allow(stick)]))
    disk = vm.await_disk(stick)
    nothing = vm.sign(policy([*BASIC, allow(stick)]))
    pushing = lasts(vm, f"sekimori push {nothing} >/dev/null 2>&1")
    pushed = took(vm, disk, f"sekimori push {vm.sign(policy(BASIC))} >/dev/null 2>&1")
    assert pushed < limit + pushing, f"pushed away in {pushed:.2f} s of {limit + pushing:.2f} s"

    today = time.strftime("%Y-%m-%d", time.gmtime())
    for rule, before in ((allow(stick, hours="00:00-20:00"), f"{today} 19:59:57"),
                         (allow(stick, until=today), f"{today} 23:59:57")):
        vm.sh(f"date -u -s '{today} 12:00:00'")
        vm.push(policy([*BASIC, rule]))
        disk = vm.await_disk(stick)
        end = float(vm.sh(f"date -u -d '{before} UTC 3 seconds' +%s"))
        late = float(vm.sh(f"date -u -s '{before}' >/dev/null; {GONE % disk}")) - end
        assert 0 <= late < limit, f"{rule}: {late:.2f} s after the end, of {limit:.2f} s"
    reasons = [each["reason"] for each in vm.audit("device-revoked")]
    assert reasons == ["no-rule", "hours", "expired"], reasons


def lasts(vm, command):
    """Seconds until the command returns."""
    started, ended = map(float, vm.sh(f"date +%s.%N; {command}; date +%s.%N").split())
    return ended - started


def took(vm, disk, command):
    """Seconds from the command until the disk has gone."""
    started, gone = map(float, vm.sh(f"date +%s.%N; {command}; {GONE % disk}").split())
    return gone - started
