# SPDX-License-Identifier: MIT
"""A frozen agent is replaced by systemd's watchdog, as installed; until then nothing is let in, and then all is decided."""

from harness import devices
from harness.exposure import Exposure


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    frozen = vm.agent_pid()
    vm.sh(f"kill -STOP {frozen}")
    keyboard, stick = devices.keyboard(), devices.stick()
    vm.plug(keyboard, stick)
    exposure.await_window()
    assert vm.agent_pid() == frozen and "T" in vm.sh(f"ps -o stat= -p {frozen}")
    vm.assert_denied_by_kernel(keyboard, stick)

    vm.wait(f"! kill -0 {frozen} && systemctl is-active -q sekimorid", timeout=120, what="another agent")
    assert vm.agent_pid() != frozen
    assert "Watchdog timeout" in vm.sh("journalctl -u sekimorid -b --no-pager")
    vm.await_verdict("allow", keyboard)
    vm.await_verdict("deny", stick)
    exposure.await_window()
    exposure.assert_nothing(but_drivers=["usbhid"])
