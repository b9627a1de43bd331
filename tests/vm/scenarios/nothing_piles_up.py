# SPDX-License-Identifier: MIT
"""Five hundred times a stick, allowed or not, a keyboard or a telephone is plugged in and out: nothing of it stays behind."""

import json
from itertools import cycle
from statistics import median

from harness import devices, keeper
from harness.machine import TOOLS
from harness.policy import BASIC, allow, policy

BUSES = ("xhci.0", "second.0", "third.0")      # each enumerates its own, one after the other
AT_ONCE = 5             # of each kind: seven a bus, as nobody sees a device leave the eighth port of QEMU's controller
ROUNDS = 25             # of twenty devices
FIRST, LAST = range(3, 6), range(ROUNDS - 3, ROUNDS)      # those that are compared
MORE = 1.05             # of memory: a page or two come and go
THEIRS = "/sys/bus/usb/devices/*-*/serial"
COUNT = f"{TOOLS}/footprint.py sekimorid.service {keeper.UNIT}"


def crowd():
    """Denied and allowed, with and without a driver."""
    buses = cycle(BUSES)
    return {kind: [make(bus=next(buses)) for _ in range(AT_ONCE)] for kind, make in
            (("denied", devices.stick), ("allowed", devices.stick), ("keyboard", devices.keyboard), ("phone", devices.phone))}


def until(vm, condition):
    """As vm.wait, asked inside: the guest's time is for the devices."""
    vm.sh(f"until {condition}; do sleep 0.2; done")


def pulled_out(vm, all_of_them):
    for device in all_of_them:
        vm.qmp("device_del", {"id": device.name})
    for device in all_of_them:
        vm.qmp.await_event("DEVICE_DELETED", device=device.name)
        if device.files:
            vm.qmp("blockdev-del", {"node-name": f"{device.name}-disk"})
        vm.plugged.remove(device)
    until(vm, f"set -- {THEIRS}; [ ! -e $1 ]")


def one_round(vm, kinds, looked=lambda: None):
    """In, judged, let in or not, looked at, out."""
    all_of_them = [device for kind in kinds.values() for device in kind]
    for device in all_of_them:
        vm.plug_blindly(device)
    until(vm, f"set -- {THEIRS}; [ $# = {len(all_of_them)} ]")
    vm.await_verdict("deny", *kinds["denied"], *kinds["phone"])
    until(vm, f"set -- /sys/bus/hid/devices/*; [ $# = {AT_ONCE} ] && set -- /dev/sd? && [ $# = {AT_ONCE} ] &&"
              " head -qc 1 $* >/dev/null 2>&1")      # what is allowed works, and nothing else
    looked()
    pulled_out(vm, all_of_them)


def count(vm):
    return json.loads(vm.sh(COUNT))


def count_at_rest(vm, before):
    """As soon as the map is what it was: the keeper hears of it from udev, which comes after sysfs."""
    the_map = json.dumps({"map": before["map"]})[1:-1]
    return json.loads(vm.wait(f"now=$({COUNT}); echo \"$now\"; case $now in *'{the_map}'*) ;; *) false;; esac"))


def settled(rounds, what):
    """The median over some rounds, for each process."""
    return {each["name"]: median(next(p[what] for p in r["processes"] if p["pid"] == each["pid"]) for r in rounds)
            for each in rounds[0]["processes"]}


def run(vm):
    kinds = crowd()
    vm.add_controller("second", spare_port=1)
    vm.add_controller("third", spare_port=2)
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC, *(allow(stick, name=stick.name) for stick in kinds["allowed"])]))
    before, during, rounds = count(vm), [], {}
    for number in range(ROUNDS):
        one_round(vm, kinds, lambda: during or during.append(count(vm)))
        if number in FIRST or number in LAST:
            rounds[number] = count_at_rest(vm, before)

    assert len(during[0]["map"]) > len(before["map"]), "the map tells one from the other"
    first, last = ([rounds[number] for number in numbers] for numbers in (FIRST, LAST))
    vm.log(f"first {first}", f"last {last}")
    assert settled(last, "files") == settled(first, "files"), (first, last)
    was, now = settled(first, "own_kib"), settled(last, "own_kib")
    assert not [name for name in was if now[name] > was[name] * MORE], (was, now)
