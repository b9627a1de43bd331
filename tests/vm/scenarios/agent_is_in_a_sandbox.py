# SPDX-License-Identifier: MIT
"""systemd rates the agent's sandbox at 2.2 or better and better than usbguard's; what it forbids is forbidden; idle, it sleeps."""

import re
import time

from harness import devices, keeper
from harness.terminal import UNIT

IDLE_S = 45
PATIENCE_S = 30     # WatchdogSec=
NOT_EXECUTED = re.compile("/lib(gcrypt|gpg-error|lz4|lzma|zstd|nss_.*|m)[.]so")     # memory.c


USBGUARD = "--offline=yes /lib/systemd/system/usbguard.service"   # masked here, so that it does not start


def exposure(vm, unit):
    return float(vm.sh(f"systemd-analyze security --no-pager {unit} | grep '^→'").split(":")[1].split()[0])


def status_of(vm, pid):
    return dict(line.split(":", 1) for line in vm.sh(f"cat /proc/{pid}/status").splitlines() if ":" in line)


def text_of(vm, pid):
    """{file of a mapping with program text: (KiB of it in memory, KiB, is it locked there)}"""
    each = [re.search(r"^\S+ r-xp .* (/.*)\n(?:.*\n)*?Size: +(\d+)(?:.*\n)*?Rss: +(\d+)(?:.*\n)*?VmFlags:(.*)", one)
            for one in re.split(r"^(?=[0-9a-f]+-)", vm.sh(f"cat /proc/{pid}/smaps"), flags=re.M)]
    return {found[1]: (int(found[3]), int(found[2]), "lo" in found[4].split()) for found in each if found}


def run(vm):
    keeper.turn_on(vm)
    vm.start_agent()
    ours, usbguards = exposure(vm, UNIT), exposure(vm, USBGUARD)
    vm.log(f"exposure of {UNIT}: {ours}, of usbguard.service: {usbguards}")
    assert ours <= 2.2 and ours < usbguards, (ours, usbguards)

    agent = vm.agent_pid()
    status = status_of(vm, agent)
    assert status["NoNewPrivs"].strip() == "1" and status["Seccomp"].strip() == "2", status
    inside = f"nsenter -t {agent} -m -- "
    for path in ("/etc/x", "/usr/x", "/var/lib/x", "/boot/x", "/run/x", "/proc/sys/kernel/domainname", "/sys/kernel/x",
                 "/sys/fs/cgroup/x"):
        assert vm.run(f"{inside} touch {path}").status != 0, path
    vm.sh("touch /root/x /home/x /tmp/x")
    for path in ("/root/x", "/home/x", "/tmp/x"):
        assert vm.run(f"{inside} ls {path}").status != 0, path
    vm.sh(f"{inside} touch /var/lib/sekimori/x /run/sekimori/x && rm /var/lib/sekimori/x /run/sekimori/x")

    # Its text stays in memory, whatever else wants it; what else is mapped is locked as it is used.
    for pid in agent, vm.sh("pgrep -x sekimori-observ").strip(), vm.sh(f"systemctl show -P MainPID {keeper.UNIT}").strip():
        text = text_of(vm, pid)
        pss = vm.sh(f"awk '/^Pss:/ {{ print $2 }}' /proc/{pid}/smaps_rollup").strip()
        vm.log(f"{vm.sh(f'cat /proc/{pid}/comm').strip()}: {pss} KiB (PSS), text {text}")
        assert all(locked and (there == size or NOT_EXECUTED.search(file)) for file, (there, size, locked) in text.items())

    # What the gate needs is not forbidden.
    keyboard = devices.keyboard()
    vm.plug(keyboard)
    vm.await_verdict("allow", keyboard)
    vm.await_driver(keyboard)
    assert vm.sh("stat -c %G /run/sekimori/control.sock /var/lib/sekimori/audit /var/lib/sekimori/audit/audit.jsonl"
                 ).split() == ["sekimori-audit"] * 3

    # Nothing wakes it but its watchdog, twice within systemd's patience.
    vm.unplug(keyboard)
    vm.sh("udevadm settle")
    wakes = f"awk '/^(non)?voluntary_ctxt/ {{ n += $2 }} END {{ print n }}' /proc/{agent}/status"
    time.sleep(5)
    before = int(vm.sh(wakes))
    time.sleep(IDLE_S)
    woken = int(vm.sh(wakes)) - before
    vm.log(f"wake-ups in {IDLE_S} s: {woken}")
    assert woken <= 2 * IDLE_S / PATIENCE_S + 2, woken
    assert vm.agent_pid() == agent
