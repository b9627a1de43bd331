# SPDX-License-Identifier: MIT
"""Two sticks of one batch are enrolled by tokens, and a disk on no USB by its serial number; the rules tell them apart."""

import re

from harness import devices, keeper, media
from harness.policy import BASIC, allow, policy

ANSWERS = "--section tax --person hanako --until 2026-12-31 --access read-write --lang en"
LEDGER = "/var/lib/sekimori/media/ledger.csv"


def enrol(vm, device, *more):
    port = next(each["port"] for each in vm.devices() if each["serial"] == device.serial)
    return vm.run(f"sekimori media enrol {port} {ANSWERS} {' '.join(more)} 2>&1")


def enrolled(vm, device, *more):
    done = enrol(vm, device, *more)
    assert done.status == 0, done.text
    return done.text


def by_token(vm, stick):
    """What its user sees: refused while it is mounted, then written; the files on it stay."""
    vm.plug(stick)
    vm.await_verdict("allow", stick)
    disk = vm.await_disk(stick)
    vm.wait(f"[ -b {disk}1 ] && mount {disk}1 /mnt && grep -qx hello /mnt/letter", what="its partition")
    mounted = enrol(vm, stick, "--token")
    assert mounted.status == 1 and "unmount" in mounted.text, mounted.text
    vm.sh("umount /mnt")
    before = media.content(vm, stick)
    said = enrolled(vm, stick, "--token")
    uuid, = re.findall(r'medium: "(.*?)"', said)
    after = media.content(vm, stick)
    changed = [at for at in range(len(before)) if before[at] != after[at]]
    assert changed and media.TOKEN_AT <= changed[0] and changed[-1] < media.TOKEN_AT + 512, changed
    assert uuid in vm.get(LEDGER).decode()
    vm.unplug(stick)
    return uuid


def twins(vm):
    ours, other = devices.stick(serial="TWIN"), devices.stick(serial="TWIN")
    for each in (ours, other):
        media.fill(vm, each, letter="hello\n")
    vm.push(policy([*BASIC, allow(ours)]))
    first, second = by_token(vm, ours), by_token(vm, other)
    assert first != second
    vm.push(policy([*BASIC, {"name": "ours", "match": {"bus": "usb", "id": ours.id, "medium": first}, "action": "allow"}]))
    for stick, verdict in ((other, "deny"), (ours, "allow")):
        vm.plug(stick)
        vm.await_verdict(verdict, stick)
        vm.unplug(stick)


def on_another_bus(vm):
    disk, other = (devices.scsi_disk(spare_port=port) for port in (1, 2))
    for each in (disk, other):
        media.fill(vm, each, letter="hello\n")
        keeper.plug_disk(vm, each)
        vm.await_verdict("deny", each)
    no_node = enrol(vm, disk, "--token")
    assert no_node.status == 1 and "may not be written here" in no_node.text, no_node.text
    said = enrolled(vm, disk)
    assert f'match: {{bus: scsi, serial: "{disk.serial}", interfaces: [storage]}}' in said, said
    assert f"scsi 0000:0000 {disk.serial}" in vm.get(LEDGER).decode()
    rule = {"name": "the disk", "match": {"bus": "scsi", "serial": disk.serial, "interfaces": ["storage"]}, "action": "allow"}
    vm.push(policy([*BASIC, rule]))
    vm.await_verdict("allow", disk)
    vm.await_verdict("deny", other)


def run(vm):
    keeper.turn_on(vm)
    vm.start_agent(policy(BASIC))
    twins(vm)
    on_another_bus(vm)
