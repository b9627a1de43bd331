# SPDX-License-Identifier: MIT
"""Who sits at the console in front reads there what was refused, with its number in the log, and when a device's time is
nearly over; nobody else sees or hears it."""

import time

from harness import devices
from harness.desk import LOGIN, Console, Desk
from harness.machine import TOOLS
from harness.policy import BASIC, allow, policy

PEOPLE = ("tanaka", "suzuki", "nobody", "root")


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    desk.person("suzuki")
    vm.sh("systemctl start sekimori-console")
    consoles = {"suzuki": Console(vm, 3, devices.keyboard())}
    logs_in(vm, consoles["suzuki"], desk, "suzuki", sessions=1)
    consoles["tanaka"] = Console(vm, 2)
    logs_in(vm, consoles["tanaka"], desk, "tanaka", sessions=2)
    for name in PEOPLE:
        vm.sh(f"install -o {name} /dev/null /run/heard-{name} && (setsid runuser -u {name} -- {TOOLS}/listener.py"
              f" /run/heard-{name} >/dev/null 2>&1 &)")
        vm.wait(f"grep -q connected /run/heard-{name}")
    # Its own terminal is that person's alone; what writes there has no right besides.
    assert vm.sh("stat -c '%U %a' /dev/tty2") == "tanaka 600\n"
    pid = vm.sh("systemctl show -P MainPID sekimori-console").strip()
    status = dict(line.split(":\t", 1) for line in vm.sh(f"cat /proc/{pid}/status").splitlines() if ":\t" in line)
    assert int(status["Uid"].split()[0]) >= 61184 and status["CapEff"] == "0" * 16, status    # a dynamic user

    first = refused(vm)
    assert first in reads(vm, 2) and "IT section" in reads(vm, 2), reads(vm, 2)
    consoles["suzuki"].comes_to_the_front()
    second = refused(vm)
    assert second in reads(vm, 3), reads(vm, 3)
    # Nobody is logged in at the third: whoever stands before the prompt may read it.
    Console(vm, 4).await_prompt("login:")
    third = refused(vm)
    assert third in reads(vm, 4), reads(vm, 4)

    nearly_over(vm)
    screens = {number: vm.sh(f"cat /dev/vcs{number}") for number in (2, 3, 4)}
    for number, own in ((2, first), (3, second), (4, third)):
        assert [n for n in (first, second, third) if n in screens[number]] == [own], screens[number]
    heard = {name: vm.sh(f"cat /run/heard-{name}").split()[1:] for name in PEOPLE}
    assert heard == {"tanaka": [first], "suzuki": [second], "nobody": [], "root": [first, second, third]}, heard    # ending: no number


def logs_in(vm, console, desk, name, sessions):
    console.logs_in(desk, name)
    vm.wait(f"[ $(grep -c session-opened /var/lib/sekimori/audit/audit.jsonl) = {sessions} ]")


def refused(vm):
    """A stick of its own model is plugged in; its number, once it has been told."""
    before = len(vm.audit("device-refused"))
    vm.plug(devices.stick())
    vm.wait(f"[ $(grep -c device-refused /var/lib/sekimori/audit/audit.jsonl) -gt {before} ]")
    number = vm.audit("device-refused")[-1]["request"]
    vm.wait(f"grep -q {number} /run/heard-root")
    return number


def reads(vm, console):
    return vm.wait(f"grep 'Sekimori: This storage device' /dev/vcs{console}")


def nearly_over(vm):
    """An allowed stick whose hours end in five minutes and three seconds, then in five minutes."""
    stick = devices.stick()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    vm.sh(f"systemctl stop '*.timer'; date -u -s '{today} 12:00:00'")
    vm.push(policy([*BASIC, allow(stick, hours="00:00-20:00")], login=LOGIN))
    vm.plug(stick)
    vm.await_disk(stick)
    vm.never("grep -q 'can be used until' /dev/vcs4", seconds=1)
    vm.sh(f"date -u -s '{today} 19:54:57'")
    vm.wait("grep -q 'can be used until 20:00' /dev/vcs4")
    assert vm.sh("date -u +%H:%M") == "19:55\n"
