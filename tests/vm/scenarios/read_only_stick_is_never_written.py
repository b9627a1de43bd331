# SPDX-License-Identifier: MIT
"""A stick for reading only is read, and stays mounted when we start again or are all killed at once; no byte changes, whatever root tries."""

import re

from harness import devices, keeper, media
from harness.policy import BASIC, allow, policy

TRIES = "/usr/local/lib/vm/write_tries.py"
# What changes an allowed stick: the tries are not in vain.
SUCCEED = ("open O_RDWR and write", "write with O_DIRECT", "write through a shared mapping", "SG_IO WRITE, open for reading",
           "BLKROSET 0, then write", "mount rw", "mount ro, remount rw", "mount ro, BLKROSET 0, remount rw", "loop",
           "device mapper", "fsopen and fsmount", "fsopen ro, reconfigured rw", "io_uring", "write a partition table")


def tries(vm, *nodes):
    return vm.sh(f"{TRIES} {' '.join(nodes)}", timeout=120)


def an_allowed_one_is_written(vm, stick):
    disk = vm.await_disk(stick)
    vm.wait(f"[ -b {disk}1 ] && mount {disk}1 /mnt", what="its partition")
    vm.sh("grep -qx hello /mnt/letter && umount /mnt")
    before = media.digest(vm, stick)
    done = {(node, name) for node, name in re.findall(r"^(\S+): (.*): DONE$", tries(vm, f"{disk}1", disk), re.M)}
    missed = [name for name in SUCCEED if not {(disk, name), (f"{disk}1", name)} & done]
    assert not missed, missed
    assert media.digest(vm, stick) != before
    for node in keeper.around(vm, disk):
        vm.sh(f"exec 3<{node}")


def opened(vm, nodes):
    return [node for node in nodes for how in ("<", ">", "<>") if vm.run(f"exec 3{how}{node}").status == 0]


def attack(vm, stick, disk, view):
    """Every way, through every node; nothing of it may arrive."""
    before = media.digest(vm, stick)
    nodes = [disk, view, f"{view}p1", *keeper.around(vm, disk)]
    assert not opened(vm, [disk, *keeper.around(vm, disk), keeper.usb_node(vm, stick)])
    tries(vm, *nodes)
    vm.sh("sync")
    assert media.digest(vm, stick) == before


def outlives_the_agent(vm, reading, view):
    """Started again, and killed with the stick in: the mount is the same one, and its disk the same disk."""
    vm.sh(f"mount -o ro {view}p1 /mnt && exec 3</mnt/letter && cp /proc/self/mountinfo /run/mounts")
    for end in ("systemctl restart sekimorid", "systemctl kill -s KILL sekimorid"):
        vm.sh(end)
        vm.await_verdict("read-only", reading)
        vm.sh("echo 3 >/proc/sys/vm/drop_caches; grep -qx hello /mnt/letter && cmp /proc/self/mountinfo /run/mounts")
    vm.sh("umount /mnt")


def is_read_on(vm):
    """The reader that began before is the same one, on the same mount, and got everything once more."""
    vm.sh("rm -f /run/rounds")
    vm.wait("[ -s /run/rounds ]", what="it was read since")
    vm.sh("systemctl is-active reader && cmp /proc/self/mountinfo /run/mounts")


def refusals(vm, stick):
    return [record for record in vm.audit("device-refused") if record.get("serial") == stick.serial]


def outlives_both(vm, reading, view, times=10):
    """Agent and keeper are killed together, the keeper is back first, or stays away: a reader that never stops gets every byte."""
    vm.sh(f"mount -o ro {view}p1 /mnt && cp /proc/self/mountinfo /run/mounts")
    vm.sh("systemd-run --quiet --unit=reader sh -c"
          " 'while echo 3 >/proc/sys/vm/drop_caches && grep -qx hello /mnt/letter; do echo >>/run/rounds; done'")
    for _ in range(times):
        vm.sh(f"systemctl kill -s KILL sekimorid {keeper.UNIT}")
        vm.wait(f"systemctl is-active sekimorid {keeper.UNIT}", what="both are back")
        vm.await_verdict("read-only", reading)
        is_read_on(vm)
    before = vm.agent_pid()
    vm.sh(f"systemctl kill -s KILL sekimorid {keeper.UNIT}; systemctl stop {keeper.UNIT}")
    vm.wait(f"[ $(systemctl show -P MainPID sekimorid) != {before} ] && systemctl is-active sekimorid", what="the agent alone has judged everything")
    is_read_on(vm)
    assert not refusals(vm, reading), refusals(vm, reading)
    vm.sh(f"systemctl stop reader; umount /mnt; systemctl start {keeper.UNIT}")   # on a busy host this takes more than the agent's 20 s
    vm.await_verdict("read-only", reading)


def run(vm):
    reading, writing = devices.stick(), devices.stick()
    for stick in (reading, writing):
        media.fill(vm, stick, letter="hello\n")
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC, allow(writing), allow(reading, name="to read", action="read-only")]))
    vm.plug(writing)
    vm.await_verdict("allow", writing)
    an_allowed_one_is_written(vm, writing)
    vm.unplug(writing)

    untouched = media.digest(vm, reading)
    vm.plug(reading)
    vm.await_verdict("read-only", reading)
    disk = vm.await_disk(reading)
    view = keeper.view_of(vm, disk)
    vm.wait(f"[ -b {view}p1 ] && udevadm info -q property -n {view}p1 | grep -qx ID_FS_TYPE=ext4", what="udev knows what is in it")
    vm.sh(f"mount -o ro {view}p1 /mnt && grep -qx hello /mnt/letter")
    attack(vm, reading, disk, view)
    keeper.kill_everything(vm)
    vm.sh("echo 3 >/proc/sys/vm/drop_caches; grep -qx hello /mnt/letter")
    assert vm.run("mount -o remount,rw /mnt").status != 0
    vm.sh("umount /mnt")
    attack(vm, reading, disk, view)
    assert media.digest(vm, reading) == untouched

    vm.sh(f"systemctl start {keeper.UNIT} sekimorid")
    vm.await_verdict("read-only", reading)
    view = keeper.view_of(vm, vm.await_disk(reading))
    vm.wait(f"[ -b {view}p1 ]")
    outlives_the_agent(vm, reading, view)
    outlives_both(vm, reading, view)
    keeper.kill_everything(vm)
    vm.unplug(reading)
    vm.sh(f"ls /sys/class/block/loop*/loop && systemctl start {keeper.UNIT} sekimorid")
    vm.wait("! ls /sys/class/block/loop*/loop", what="no view of a disk that went while we were gone")
    vm.plug(reading)
    keeper.view_of(vm, vm.await_disk(reading))
    vm.unplug(reading)
    vm.wait("! ls /sys/class/block/loop*/loop", what="no view is left")
    assert media.digest(vm, reading) == untouched
