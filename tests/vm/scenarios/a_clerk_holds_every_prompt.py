# SPDX-License-Identifier: MIT
"""A clerk who starts 530 su and answers none holds eight prompts: root at the console and whoever sits there log in as ever."""

from harness import devices
from harness.desk import PASSWORD, Console, Desk

LONG = True
PROMPTS, HELD, MOST_RECORDS = 530, 8, 100
# Within what systemd gives each user who is logged in.
AS_CLERK = "systemd-run --quiet --collect --uid=clerk --slice=user-1000.slice -p TasksMax=infinity"
CROWD = f"""import os, pty, select
held = []
for i in range({PROMPTS}):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv("/usr/bin/su", ["su", "root"])
    held.append(fd)
    seen = b""
    while b"assword" not in seen:   # nobody is kept from asking
        seen += os.read(fd, 4096)
    with open("/tmp/asked", "w") as f:
        f.write(str(i + 1))
while True:
    select.select([], [], [])
"""


def run(vm):
    desk = Desk(vm)
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd && useradd -m -u 1000 -s /bin/sh clerk")
    desk.person("tanaka")
    desk.token("root")
    agent, before = vm.agent_pid(), len(vm.audit())

    vm.put("/run/crowd.py", CROWD)
    vm.sh(f"{AS_CLERK} --unit=crowd python3 /run/crowd.py")
    vm.wait(f"[ $(cat /tmp/asked) = {PROMPTS} ]", timeout=1800, what="all of them were asked for a password")
    held = f"held=$(pgrep -c sekimori-person); [ $held -ge {HELD} ] && [ $held -le {HELD + 1} ]"
    vm.wait(held, what="the helpers of those that wait, and one for who comes next")

    console = Console(vm, 3, devices.keyboard())
    console.logs_in(desk, "root")
    console.await_prompt("#")
    console = Console(vm, 2)
    console.logs_in(desk, "tanaka")
    console.await_prompt("[$]")
    assert {r["user"] for r in vm.audit("session-opened")} == {"root", "tanaka"}

    full = vm.audit("login-unavailable")
    assert full and {(r["subject"], r["reason"]) for r in full} == {("uid 1000", "too-many")}, full
    assert len(vm.audit()) - before < MOST_RECORDS, len(vm.audit()) - before
    vm.sh("systemctl stop crowd")
    assert vm.agent_pid() == agent
