# SPDX-License-Identifier: MIT
"""A disk on no USB gives root nothing, with keeper and agent killed too; the system's own disk works, also after a boot."""

from harness import devices, keeper


def gives_nothing(vm, name):
    vm.sh(f"[ -b /dev/{name} ]")        # its node is there
    for attempt in (f"head -c 1 /dev/{name}", f"dd if=/dev/{name} of=/dev/null iflag=direct count=1",
                    f"dd if=/dev/zero of=/dev/{name} count=1 oflag=direct", f"mount -o ro /dev/{name} /mnt",
                    f"losetup -f --show /dev/{name}", f"blkid -p /dev/{name}", f"swapon /dev/{name}"):
        reply = vm.run(attempt)
        assert reply.status != 0, attempt
    for node in keeper.around(vm, f"/dev/{name}"):
        assert vm.run(f"exec 3<{node}").status != 0, node


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
    vm.wait("systemctl is-system-running --wait | grep -qx running", what="the machine is up")
    vm.wait("cd /sys/class/block && ls sda sdb", what="both disks, again")
    vm.sh(f"systemctl is-active {keeper.UNIT} && [ -e {keeper.LINK} ] && [ -e /root/works ]")
    vm.sh("head -c 1 /dev/vda >/dev/null && touch /root/still")
    for name in vm.sh("cd /sys/class/block && ls -d sd*").split():
        gives_nothing(vm, name)

    vm.sh("/usr/lib/sekimori/sekimori-keeper --open")           # by hand: as without us
    vm.wait(f"head -c 1 /dev/{name} >/dev/null")
