# SPDX-License-Identifier: MIT
"""A machine wakes from suspend to RAM: what is allowed works, a stick as one that has just come, what is denied gives nothing, also a stick put in the place of another."""

from harness import devices, keeper
from harness.exposure import Exposure
from harness.policy import BASIC, allow, policy

COLD = True
# As it comes, through the firmware: QEMU writes an unpacked kernel into the memory anew when the machine wakes up. One processor:
# beside other work the second one, brought up anew in emulation, has reset the machine instead of waking it (one run of some ten).
QEMU = ["-kernel", "{bzimage}", "-smp", "1"]


def sleep(vm):
    vm.sh("echo deep >/sys/power/mem_sleep && systemd-run --quiet --no-block sh -c 'echo mem >/sys/power/state'")
    vm.qmp.await_event("SUSPEND", timeout=120)


def wake(vm):
    vm.qmp("system_wakeup")
    vm.qmp.await_event("WAKEUP", timeout=60)
    vm.wait("grep -qx 1 /sys/power/suspend_stats/success", timeout=120, what="it woke up")


def swap(vm, old, new):
    """While nobody looks."""
    vm.qmp("device_del", {"id": old.name})
    vm.qmp.await_event("DEVICE_DELETED", device=old.name)
    vm.plug_blindly(new)


def run(vm):
    exposure = Exposure(vm)
    stays, leaves = devices.stick(), devices.stick(port="9")
    instead, denied = devices.stick(port="9"), devices.stick()
    vm.start_agent(policy([*BASIC, allow(stays), allow(leaves, name="allow another")]))
    keeper.turn_on(vm)
    stranger = keeper.plug_disk(vm, devices.scsi_disk(spare_port=1))
    vm.plug(stays, leaves, denied)
    disk, _ = (vm.await_disk(each) for each in (stays, leaves))
    vm.await_verdict("deny", denied)
    vm.sh(f"mke2fs -q -F {disk} && mount {disk} /mnt && echo kept >/mnt/file && sync")

    sleep(vm)
    swap(vm, leaves, instead)
    wake(vm)
    vm.await_verdict("deny", denied, instead)
    assert vm.run("echo more >>/mnt/file && sync").status != 0, "what is in the port now may be another stick"
    vm.sh("umount -l /mnt")
    disk = vm.await_disk(stays)
    vm.sh(f"mount {disk} /mnt && grep -qx kept /mnt/file && umount /mnt")
    vm.assert_denied_by_kernel(denied, instead)
    exposure.await_window()
    got = [each for each in exposure.found() if each.serial not in (stays.serial, leaves.serial) and (each.usb or each.opens)]
    assert not got, got
    assert vm.run(f"head -c 1 /dev/{stranger}").status != 0 and vm.run(f"head -c 1 {disk}").status == 0
