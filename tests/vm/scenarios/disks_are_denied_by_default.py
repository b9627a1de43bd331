# SPDX-License-Identifier: MIT
"""A disk on no USB gives root nothing, with keeper and agent killed too; the system's own disk works, also after a boot."""

from harness import devices, keeper


def gives_nothing(vm, name):
    ways = keeper.led_in(vm, f"/dev/{name}", *keeper.around(vm, f"/dev/{name}"))
    assert not ways, ways


def run(vm):
    keeper.turn_on(vm)
    vm.start_agent()
    name = keeper.plug_disk(vm, devices.scsi_disk(spare_port=1))
    gives_nothing(vm, name)
    assert vm.sh(f"stat -c %s /sys/class/block/{name}/{name}1 2>/dev/null; true") == "", "the kernel read no partition table"

    keeper.kill_everything(vm)
    gives_nothing(vm, name)
    gives_nothing(vm, keeper.plug_disk(vm, devices.scsi_disk(spare_port=2)))
    vm.sh("sync; echo 3 >/proc/sys/vm/drop_caches; head -c 1 /dev/vda >/dev/null; touch /root/works")

    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -qx running", timeout=600, what="the machine is up")
    vm.wait("cd /sys/class/block && ls sda sdb", what="both disks, again")
    vm.sh(f"systemctl is-active {keeper.UNIT} && [ -e {keeper.LINK} ] && [ -e /root/works ]")
    vm.sh("head -c 1 /dev/vda >/dev/null && touch /root/still")
    for name in vm.sh("cd /sys/class/block && ls -d sd*").split():
        gives_nothing(vm, name)

    vm.sh("/usr/lib/sekimori/sekimori-keeper --open")           # by hand: as without us
    vm.wait(f"head -c 1 /dev/{name} >/dev/null")
