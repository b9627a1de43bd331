# SPDX-License-Identifier: MIT
"""A disk on no USB follows its rule: written, read only, refused; a rule that goes cuts off what is mounted; the system's own is nobody's device."""

from harness import devices, keeper, media
from harness.policy import BASIC, policy

TRIES = "/usr/local/lib/vm/write_tries.py"


def rule(disk, action):
    return {"name": f"a disk to {action}", "match": {"bus": "scsi", "serial": disk.serial, "interfaces": ["storage"]}, "action": action}


def node_of(vm, disk):
    """As the kernel calls it now: a disk that was cut off comes back under another name."""
    found = vm.wait(f"grep -lsa {disk.serial} /sys/class/block/sd*/device/vpd_pg80", what=f"a node of {disk}")
    return "/dev/" + found.split("/")[4]


def run(vm):
    disk, other = (devices.scsi_disk(spare_port=port) for port in (1, 2))
    for each in (disk, other):
        media.fill(vm, each, letter="hello\n")
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC, rule(disk, "allow")]))
    keeper.plug_disk(vm, disk)
    keeper.plug_disk(vm, other)
    vm.await_verdict("allow", disk)
    vm.await_verdict("deny", other)
    ours = vm.sh("readlink -f /sys/class/block/vda/device").removeprefix("/sys/devices/")
    assert ours not in [each["path"] for each in vm.devices()], "the system's own disk was judged"
    allowed = [record for record in vm.audit("device-allowed") if record.get("serial") == disk.serial]
    assert len(allowed) == 1 and allowed[0]["bus"] == "scsi", allowed

    node = node_of(vm, disk)
    vm.wait(f"[ -b {node}1 ] && mount {node}1 /mnt && grep -qx hello /mnt/letter", what="its partition")
    vm.sh("echo more >/mnt/more && sync")
    assert vm.run(f"head -c 1 {node_of(vm, other)}").status != 0

    # A keeper that starts again finds it mounted, and does not take it for the system's.
    vm.sh(f"systemctl restart {keeper.UNIT} && grep -qx hello /mnt/letter")
    vm.await_verdict("allow", disk)

    # The rule goes: what is mounted is cut off, and what comes back is refused.
    vm.push(policy(BASIC))
    vm.await_verdict("deny", disk)
    vm.wait("! ls /mnt/letter && ! echo lost >/mnt/lost; echo 3 >/proc/sys/vm/drop_caches; ! cat /mnt/letter", what="the mount is dead")
    vm.sh("umount -l /mnt")
    node = node_of(vm, disk)
    assert vm.run(f"head -c 1 {node}").status != 0
    untouched = media.digest(vm, disk)

    # For reading: through a view, of which nothing arrives, and which stays while the agent is away.
    vm.push(policy([*BASIC, rule(disk, "read-only")]))
    vm.await_verdict("read-only", disk)
    view = keeper.view_of(vm, node)
    vm.wait(f"mount -o ro,noload {view}p1 /mnt && grep -qx hello /mnt/letter", what="the view's partition")
    vm.sh("systemctl restart sekimorid")
    vm.await_verdict("read-only", disk)
    vm.sh("echo 3 >/proc/sys/vm/drop_caches; grep -qx hello /mnt/letter")
    vm.sh(f"{TRIES} {node} {view} {view}p1; sync", timeout=120)
    assert media.digest(vm, disk) == untouched
    vm.sh("umount /mnt; touch /root/still && sync")
