# SPDX-License-Identifier: MIT
"""The block plane in the guest: turned on, looked at, and how a disk shows there."""

from .machine import PATIENCE_S, TOOLS

UNIT = "sekimori-keeper.service"
LINK = "/sys/fs/bpf/sekimori/link"
READ_TRIES = f"{TOOLS}/read_tries.py"


def turn_on(vm):
    """As an administrator does; --root= as in Terminal.start_agent."""
    vm.sh(f"systemctl --root=/ --quiet enable {UNIT} && systemctl restart {UNIT} && [ -e {LINK} ]")


def be_patient(vm, seconds=600):
    """Emulated, the plane takes longer than on any machine: removable disks are left unread for this long."""
    vm.sh("mkdir -p /etc/systemd/system/sekimori-names.service.d")
    vm.put("/etc/systemd/system/sekimori-names.service.d/emulated.conf",
           f"[Service]\nTimeoutStartSec=90s\nRuntimeMaxSec={seconds + 90}s\nExecStart=\n"
           f"ExecStart=/usr/lib/sekimori/sekimori-keeper --leave-unread {seconds}\n")


def plug_disk(vm, disk):
    """A disk on no USB; returns the kernel's name for it."""
    before = vm.sh("ls /sys/class/block").split()
    vm.plug_blindly(disk)
    name = vm.wait(f"ls /sys/class/block | grep -vxE '{'|'.join(before)}'", what="a new disk").split()[0]
    vm.sh("udevadm settle")
    return name


def kill_everything(vm):
    vm.sh(f"systemctl kill -s KILL sekimorid {UNIT}; systemctl stop sekimorid {UNIT};"
          " ! pgrep -x sekimorid && ! pgrep -x sekimori-keeper")


def view_of(vm, disk, timeout=PATIENCE_S):
    """The loop device that this read-only disk (/dev/sda) is read through; /sda once the keeper that made it is gone, with its own /dev."""
    found = vm.wait(f"grep -lxE '(/dev)?{disk.removeprefix('/dev')}' /sys/class/block/loop*/loop/backing_file", timeout, what=f"a view of {disk}")
    return "/dev/" + found.split("/")[4]


def around(vm, disk):
    """The character nodes that lead to the same disk."""
    name = disk.rsplit("/", 1)[1]
    return vm.sh(f"cd /sys/block/{name}/device && for n in scsi_generic/*; do echo /dev/${{n#*/}}; done;"
                 " for n in bsg/*; do echo /dev/bsg/${n#*/}; done").split()


def nodes(vm):
    """Every node by which a disk could be reached that is not the guest's own: block and character."""
    return vm.sh("cd /sys/class/block && for n in *; do case $(readlink $n)/$n in */virtual/*|*/vda*) ;; *) echo /dev/$n;; esac; done;"
                 " cd /sys/class; for n in scsi_generic/* nvme/* nvme-generic/*; do [ ! -e $n ] || echo /dev/${n#*/}; done;"
                 " for n in bsg/*; do [ ! -e $n ] || echo /dev/$n; done").split()


def led_in(vm, *nodes):
    """What of guest/read_tries.py got anything out of these nodes; each of them is there."""
    return vm.sh(f"{READ_TRIES} {' '.join(nodes)}", timeout=120).splitlines()


def usb_node(vm, device):
    """/dev/bus/usb/BUS/DEVICE."""
    path = vm.path_of(device)
    return vm.sh(f". {path}/uevent 2>/dev/null; sed -n 's,^DEVNAME=,/dev/,p' {path}/uevent").strip()
