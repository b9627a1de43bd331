# SPDX-License-Identifier: MIT
"""An encrypted stick is let in, a plain one is not, twins are told apart by their tokens; nobody gets a byte during the look."""

from harness import devices, keeper, media, slots
from harness.exposure import Exposure
from harness.policy import BASIC, policy

CONTAINER, OURS, OTHER = (f"5e41b0c2-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
ENCRYPTED = {"name": "encrypted sticks", "match": {"bus": "usb", "interfaces": ["storage"]}, "encrypted": "required", "action": "allow"}
ENCRYPTED_DISKS = [{"name": f"encrypted disks, {bus}", "match": {"bus": bus}, "encrypted": "required", "action": "allow"} for bus in ("scsi", "nvme")]


def by_medium(uuid, action="allow"):
    return {"name": f"the medium {uuid[-1]}", "match": {"medium": uuid.upper(), "interfaces": ["storage"]}, "action": action}


def assert_nothing_got(exposure, *sticks):
    for stick in sticks:
        got = [each for each in exposure.found() if each.serial == stick.serial and (each.opens or each.bytes)]
        assert not got, got


def a_container_is_opened(vm, disk, name="held"):
    vm.put("/run/key", media.KEY)
    vm.wait(f"[ -b {disk}1 ] && cryptsetup open --key-file /run/key {disk}1 {name}", what="its container")


def reason(vm, device):
    return vm.audit("device-refused")[-1]["reason"] if device.serial in str(vm.audit("device-refused")[-1]) else None


def encrypted_and_plain(vm, exposure):
    safe, plain = devices.stick(), devices.stick()
    media.encrypt(vm, safe, CONTAINER)
    media.fill(vm, plain, letter="hello\n")
    untouched = media.digest(vm, plain)
    vm.push(policy([*BASIC, ENCRYPTED]))
    vm.plug(plain)
    vm.await_verdict("deny", plain)
    exposure.await_window()
    assert reason(vm, plain) == "encryption", vm.audit("device-refused")
    assert_nothing_got(exposure, plain)
    assert media.digest(vm, plain) == untouched
    vm.plug(safe)
    vm.await_verdict("allow", safe)
    disk = vm.await_disk(safe)
    a_container_is_opened(vm, disk)
    vm.sh("mkfs.ext4 -q /dev/mapper/held && mount /dev/mapper/held /mnt && echo kept >/mnt/file && sync", timeout=120)
    vm.sh("systemctl restart sekimorid")
    vm.await_verdict("allow", safe)
    vm.sh("echo 3 >/proc/sys/vm/drop_caches; grep -qx kept /mnt/file && echo more >>/mnt/file && sync")
    vm.sh("umount /mnt && cryptsetup close held")
    # One that stays away for five seconds, as on a busy host, takes the stick with it; then it is looked at and let in anew.
    vm.sh(f"systemctl kill -s KILL {keeper.UNIT}")
    vm.wait(f"systemctl is-active {keeper.UNIT}")
    vm.await_verdict("allow", safe)
    disk = vm.await_disk(safe)
    a_container_is_opened(vm, disk)
    vm.sh("cryptsetup close held")
    return safe, disk


def reformatted(vm, safe, disk):
    """What was let in because it was encrypted does not stay when it is not any more."""
    revoked = len(vm.audit("device-revoked"))
    vm.sh(f"mkfs.ext4 -q -F {disk}1", timeout=120)
    vm.await_verdict("deny", safe)
    assert len(vm.audit("device-revoked")) == revoked + 1
    vm.wait(f"[ ! -b {disk} ]", what="it is cut off")
    vm.unplug(safe)


def twins(vm, exposure):
    """Of one batch: the same serial number, another token."""
    ours, other = devices.stick(serial="TWIN"), devices.stick(serial="TWIN")
    for each, uuid in ((ours, OURS), (other, OTHER)):
        media.fill(vm, each, letter=f"{uuid}\n")
        media.token(vm, each, uuid)
    vm.push(policy([*BASIC, by_medium(OURS)]))
    vm.plug(other)
    vm.await_verdict("deny", other)
    exposure.await_window()
    assert_nothing_got(exposure, other)
    vm.unplug(other)
    vm.plug(ours)
    vm.await_verdict("allow", ours)
    record = vm.audit("device-allowed")[-1]
    assert (record["medium"], record["uuids"]) == ("plain", [OURS]), record
    disk = vm.await_disk(ours)
    vm.wait(f"[ -b {disk}1 ] && mount {disk}1 /mnt && grep -qx {OURS} /mnt/letter", what="its partition")
    vm.sh("umount /mnt")
    vm.push(policy([*BASIC, by_medium(OURS, "read-only")]))
    vm.await_verdict("read-only", ours)
    view = keeper.view_of(vm, vm.await_disk(ours))
    vm.wait(f"[ -b {view}p1 ] && mount -o ro,noload {view}p1 /mnt && grep -qx {OURS} /mnt/letter", what="the view's partition")
    vm.sh("umount /mnt")
    vm.unplug(ours)


def on_other_buses(vm):
    plain, others = devices.scsi_disk(spare_port=1), (devices.scsi_disk(spare_port=2), slots.nvme(spare_port=3))
    media.fill(vm, plain, letter="hello\n")
    vm.push(policy([*BASIC, *ENCRYPTED_DISKS]))
    name = keeper.plug_disk(vm, plain)
    vm.await_verdict("deny", plain)
    assert reason(vm, plain) == "encryption", vm.audit("device-refused")
    assert vm.run(f"head -c 1 /dev/{name}").status != 0
    for safe in others:
        media.encrypt(vm, safe, CONTAINER)
        name = keeper.plug_disk(vm, safe)
        vm.await_verdict("allow", safe)
        node = vm.wait(f"ls /dev/{name}1 /dev/{name}p1 2>/dev/null; [ -b /dev/{name}1 -o -b /dev/{name}p1 ]", what="its partition").split()[0]
        vm.wait(f"cryptsetup open --key-file /run/key {node} held && cryptsetup close held", what="its container")


def run(vm):
    keeper.turn_on(vm)
    exposure = Exposure(vm)
    vm.start_agent(policy(BASIC))
    reformatted(vm, *encrypted_and_plain(vm, exposure))
    twins(vm, exposure)
    on_other_buses(vm)
