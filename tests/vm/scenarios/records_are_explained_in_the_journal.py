# SPDX-License-Identifier: MIT
"""journalctl -x explains what the agent records: what happened, with the device's and the rule's names, and what to do."""

from harness import devices


def run(vm):
    vm.start_agent()
    stick = devices.stick()
    vm.plug(stick)
    vm.await_verdict("deny", stick)
    vm.sh("journalctl --update-catalog")
    request = vm.audit("device-refused")[-1]["request"]
    vm.wait(f"journalctl -b --no-pager -x -u sekimorid | grep -q 'was given the request number {request}'")
    explained = vm.sh("journalctl -b --no-pager -x -u sekimorid")
    for subject in ("The agent started", "A new policy is in force", "A device that the policy does not allow"):
        assert f"Subject: {subject}" in explained, explained
    assert "46f4:0001" in explained, explained
