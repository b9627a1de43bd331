# SPDX-License-Identifier: MIT
"""A frozen agent is replaced by systemd's watchdog, as installed; until then nothing is let in, and then all is decided."""

import json

from harness import devices
from harness.exposure import Exposure


def watchdog_ns(vm):
    """When it struck, by the guest's monotonic clock."""
    records = map(json.loads, vm.sh("journalctl -u sekimorid -b -o json --no-pager").splitlines())
    (struck,) = (r["__MONOTONIC_TIMESTAMP"] for r in records if "Watchdog timeout" in r["MESSAGE"])
    return int(struck) * 1000


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    frozen = vm.agent_pid()
    vm.sh(f"kill -STOP {frozen}")
    keyboard, stick = devices.keyboard(), devices.stick()
    vm.plug(keyboard, stick)

    vm.wait(f"! kill -0 {frozen} && systemctl is-active -q sekimorid", what="another agent")
    assert vm.agent_pid() != frozen
    vm.await_verdict("allow", keyboard)
    vm.await_verdict("deny", stick)
    vm.await_driver(keyboard)
    home = vm.home_of(keyboard)
    let_in = [e.guest_ns for e in vm.uevents() if e.action == "add" and e.path.startswith(home)]
    assert let_in and min(let_in) > watchdog_ns(vm), (let_in, watchdog_ns(vm))
    exposure.await_window()
    exposure.assert_nothing(but_drivers=["usbhid"])
