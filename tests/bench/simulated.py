#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Both daemons on a simulated computer: how they start, what they hold, how quiet they are. Prints one JSON object.
usage: umockdev-wrapper tests/bench/simulated.py BUILD start|idle"""

import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path

from computer import DEVICES, Doorbell, computer, identity, shut
from peers import Sekimori, Usbguard, rules

FEW, MANY = 10, 10_000
STARTS, STARTS_OF_MANY = 21, 5
IDLE_S = 60
QUIET_S = 0.2


def rules_for(n):
    return rules(n, [identity(hardware) for hardware in DEVICES])


def start_once(daemon):
    """Milliseconds until the last device is authorized, and from one device to the next."""
    with computer() as (bed, paths):
        shut(bed, paths)
        bell = Doorbell(bed, paths)
        started = time.monotonic()
        daemon.start(bed)
        times = bell.await_all()
        daemon.stop()
        return (times[-1] - started) * 1e3, (times[-1] - times[0]) / (len(times) - 1) * 1e3


def start_in_turn(daemons, rounds):
    """In turn, so that what else the machine does hits both alike. The first of each is not counted."""
    found = {daemon.name: [] for daemon in daemons}
    for _ in range(rounds + 1):
        for daemon in daemons:
            found[daemon.name].append(start_once(daemon))
    return {name: {"start_ms": [a for a, _ in each[1:]], "device_ms": [b for _, b in each[1:]]}
            for name, each in found.items()}


def measure_start(daemons):
    results = {}
    for label, n, rounds in (("few", FEW, STARTS), ("many", MANY, STARTS_OF_MANY)):
        for daemon in daemons:
            with computer() as (bed, _):
                daemon.set_rules(rules_for(n), bed)
        results[label] = start_in_turn(daemons, rounds)
    return results


def pss_kib(daemon):
    total = 0
    for pid in daemon.pids():
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def switches(daemon):
    """How often any thread of it has got a processor: it was waited for, or was interrupted and went on."""
    tasks = [task for pid in daemon.pids() for task in Path(f"/proc/{pid}/task").iterdir()]
    lines = [line for task in tasks for line in (task / "status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if "voluntary_ctxt_switches" in line)


def await_quiet(daemon):
    """Until a fifth of a second goes by in which it does nothing."""
    before, now = None, switches(daemon)
    while now != before:
        time.sleep(QUIET_S)
        before, now = now, switches(daemon)


def start_settled(daemon, bed, paths):
    shut(bed, paths)
    bell = Doorbell(bed, paths)
    daemon.start(bed)
    bell.await_all()
    await_quiet(daemon)


def memory(daemon, bed, paths):
    """KiB of the daemon alone with 10 rules, and how many more when it is given 10,000."""
    daemon.set_rules(rules_for(FEW), bed)
    start_settled(daemon, bed, paths)
    few = pss_kib(daemon)
    daemon.change_rules(rules_for(MANY), bed)
    await_quiet(daemon)
    many = pss_kib(daemon)
    daemon.stop()
    return {"pss_kib": few, "many_kib": many - few}


def may_hold():
    """Memory may be locked from now on, as the unit has it. False where this machine does not let us."""
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        return False
    return True


def measure_idle(daemons):
    """Memory one after the other; then both stay quiet together for a minute."""
    with computer() as (bed, paths):
        held = may_hold()
        results = {daemon.name: memory(daemon, bed, paths) for daemon in daemons}
        results["held"] = held
        for daemon in daemons:
            daemon.set_rules(rules_for(FEW), bed)
            start_settled(daemon, bed, paths)
        before = [switches(daemon) for daemon in daemons]
        time.sleep(IDLE_S)
        for daemon, then in zip(daemons, before):
            results[daemon.name]["switches"] = switches(daemon) - then
            daemon.stop()
    return results


def main():
    build, what = sys.argv[1:]
    scratch = Path(build).resolve().parent / "bench" / what    # on a disk: what is synced is to cost what it costs
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    daemons = [Sekimori(scratch, build), Usbguard(scratch)]
    json.dump({"start": measure_start, "idle": measure_idle}[what](daemons), sys.stdout)


if __name__ == "__main__":
    main()
