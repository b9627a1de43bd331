# SPDX-License-Identifier: MIT
"""A stick that is allowed for one section's people lives while one of them is logged in at the console in front, and no
longer."""

from harness import devices
from harness.desk import PASSWORD, Console, Desk
from harness.policy import BASIC, allow


def run(vm):
    stick = devices.stick()
    desk = Desk(vm, rules=[*BASIC, allow(stick, users=["group:nozei"])])
    desk.person("tanaka", groups="town,nozei")
    desk.person("suzuki")
    console = Console(vm, 2, devices.keyboard())
    vm.plug(stick)
    vm.await_verdict("deny", stick)

    console.logs_in(desk, "suzuki")
    vm.wait("grep -q session-opened /var/lib/sekimori/audit/audit.jsonl")
    vm.await_verdict("deny", stick)
    console.types("[$]", "exit")

    console.logs_in(desk, "tanaka")
    disk = vm.await_disk(stick)
    assert vm.audit("session-opened")[-1]["seat"] == "seat0"

    # Another console comes to the front, where nobody is logged in; then theirs again.
    vm.sh("chvt 3")
    vm.wait(f"[ ! -e {disk} ]")
    console.comes_to_the_front()
    disk = vm.await_disk(stick)

    # Who borrows another's rights for a command has not taken their seat.
    console.types("[$]", "su suzuki")
    console.types("Password:", PASSWORD)
    console.types("digits):", desk.code("suzuki"))
    vm.wait("[ $(grep -c session-opened /var/lib/sekimori/audit/audit.jsonl) = 3 ]")
    vm.never(f"[ ! -e {disk} ]")
    console.types("[$]", "exit")
    console.types("[$]", "exit")

    vm.wait(f"[ ! -e {disk} ]")
    vm.await_verdict("deny", stick)
