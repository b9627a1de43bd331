# SPDX-License-Identifier: MIT
"""Beside a clerk's busy and breeding processes a keyboard is let in in bounded time; full memory and sockets keep nobody out."""

import statistics

from harness import devices
from harness.desk import PASSWORD, Desk
from harness.machine import TOOLS

TIMES = "/run/insert.txt"
SERIAL = "STARVED-1"
MOST = 20       # times as long as on an idle terminal; seconds are what it may not take
# Within what systemd gives each user who is logged in.
AS_CLERK = "systemd-run --quiet --collect --uid=clerk --slice=user-1000.slice -p TasksMax=infinity"
HOGS = """import os, time
for _ in range(40):
    if os.fork() == 0:
        while True:
            pass
while True:     # and one that breeds, as fast as it may
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
"""
HOARD = "x = [bytearray(1 << 24) for _ in range(4096)]\n"
CROWD = """import socket, time
held = []
while len(held) < 400:
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect("/run/sekimori/auth.sock")
    held.append(s)
open("/tmp/crowded", "w").close()
while True:     # who is shown out comes again
    for i, s in enumerate(held):
        s.close()
        held[i] = s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.connect("/run/sekimori/auth.sock")
        try:
            s.send(bytes(200))
        except OSError:
            pass
"""
def ms_to_be_let_in(vm, times=3):
    taken = []
    for _ in range(times):
        vm.sh(f"{TOOLS}/insert {TIMES}")
        keyboard = devices.keyboard(serial=SERIAL)
        vm.plug_blindly(keyboard)
        taken.append(float(vm.sh(f"flock {TIMES} cat {TIMES}").split()[0]))
        vm.unplug(keyboard)
    vm.log(f"let in after {taken} ms")
    return statistics.median(taken)


def run(vm):
    desk = Desk(vm)
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd && useradd -m -u 1000 -s /bin/sh clerk")
    desk.token("root")
    agent = vm.agent_pid()
    quiet = ms_to_be_let_in(vm)

    vm.put("/run/hogs.py", HOGS)
    vm.sh(f"{AS_CLERK} --unit=hogs python3 /run/hogs.py")
    vm.wait("[ $(cat /sys/fs/cgroup/user.slice/user-1000.slice/hogs.service/cgroup.procs | wc -l) -gt 40 ]")
    starved = ms_to_be_let_in(vm, times=2)
    vm.log(f"quiet {quiet} ms, beside 40 hogs {starved} ms: {starved / quiet:.1f} times as long")
    assert starved < MOST * quiet, (quiet, starved)
    vm.sh("systemctl stop hogs")

    vm.put("/run/crowd.py", CROWD)
    vm.sh(f"{AS_CLERK} --unit=crowd python3 /run/crowd.py")
    vm.wait("[ -e /tmp/crowded ]")
    status, screen = desk.becomes("root")
    assert status == 0 and "\nroot\r" in screen, screen
    vm.sh("systemctl stop crowd")

    # Whoever takes all memory is ended, and nobody else.
    vm.put("/run/hoard.py", HOARD)
    vm.sh(f"{AS_CLERK} --unit=hoard python3 /run/hoard.py")
    vm.wait("journalctl -k -b --no-pager | grep -q 'Out of memory\\|oom-kill'", timeout=300)
    assert vm.agent_pid() == agent
    assert "sekimori" not in vm.sh("journalctl -k -b --no-pager | grep 'Killed process' || true")
