# SPDX-License-Identifier: MIT
"""What a clerk mounts from the desktop is nosuid, nodev, noexec, whatever they ask for; a stick for reading only is theirs to read, not to format."""

from pathlib import Path

from harness import devices, keeper, media
from harness.policy import BASIC, allow, policy

# What polkit says of whoever sits at the desk; runuser sits at none. Not for what is the system's ("filesystem-mount-system").
AT_THE_DESK = """polkit.addRule(function (action, subject) {
    var mount = "org.freedesktop.udisks2.filesystem-mount";
    var modify = "org.freedesktop.udisks2.modify-device";
    if ([mount, mount + "-other-seat", modify, modify + "-other-seat"].indexOf(action.id) >= 0 && subject.user == "clerk")
        return polkit.Result.YES;
});
"""
CLERK = "runuser -u clerk -- "
NOT_FOR_THEM = ("exec", "suid", "dev", "noexec,exec", "remount,exec")
BUSYBOX = Path("/bin/busybox")      # linked statically; setuid on the stick


def mount(vm, node, options=None):
    """As a file manager does it; the reply."""
    asked = f"-o {options}" if options else ""
    return vm.run(f"{CLERK}udisksctl mount --no-user-interaction -b {node} {asked} 2>&1")


def options_of(vm, node):
    number = vm.sh(f"lsblk -dno MAJ:MIN {node}").strip()
    line = vm.sh(f"grep ' {number} ' /proc/self/mountinfo")
    return line.split()[4], set(line.split()[5].split(","))


def runs_no_program(vm, node):
    for options in NOT_FOR_THEM:
        assert mount(vm, node, options).status != 0, options
    reply = mount(vm, node)
    assert reply.status == 0, reply.text
    where, options = options_of(vm, node)
    assert {"nosuid", "nodev", "noexec"} <= options, options
    vm.sh(f"{CLERK}grep -qx hello {where}/letter")
    ran = vm.run(f"{CLERK}{where}/busybox true")
    assert ran.status != 0 and "Permission denied" in ran.text, ran.text
    vm.sh(f"umount {where}")
    return options


def format(vm, node):
    """As the disk utility does it; the reply."""
    path = f"/org/freedesktop/UDisks2/block_devices/{node.rsplit('/', 1)[1]}"
    return vm.run(f"{CLERK}busctl call org.freedesktop.UDisks2 {path} org.freedesktop.UDisks2.Block Format sa{{sv}} ext4 0 2>&1")


def partition(vm, node):
    """Where there is one on it, udev has read what is in it."""
    name = f"{node}p1" if "loop" in node else f"{node}1"
    vm.wait(f"udevadm info -q property -n {name} | grep -qx ID_FS_TYPE=ext4", what=f"udev knows what is in {name}")
    return name


def run(vm):
    writing, reading = devices.stick(), devices.stick()
    for stick in (writing, reading):
        media.fill(vm, stick, letter="hello\n", busybox=BUSYBOX)
    vm.put("/etc/polkit-1/rules.d/50-desk.rules", AT_THE_DESK)
    vm.sh("useradd -m -u 1000 -s /bin/sh clerk")
    keeper.turn_on(vm)
    vm.start_agent(policy([*BASIC, allow(writing), allow(reading, name="to read", action="read-only")]))
    vm.plug(writing, reading)
    node = partition(vm, vm.await_disk(writing))
    assert "rw" in runs_no_program(vm, node)
    view = partition(vm, keeper.view_of(vm, vm.await_disk(reading)))
    assert "ro" in runs_no_program(vm, view)
    before = media.digest(vm, reading)
    for each in (view, view.removesuffix("p1"), vm.await_disk(reading)):
        reply = format(vm, each)
        assert reply.status != 0, f"{each}: {reply.text}"
    assert media.digest(vm, reading) == before

    # By hand nothing is held back: it was not the program's fault.
    vm.sh(f"mount {node} /mnt && {CLERK}/mnt/busybox true && umount /mnt")
    # Nor is anything where nothing is enforced.
    vm.sh("echo 1 >/sys/module/usbcore/parameters/authorized_default && udevadm trigger -c change --settle -s block")
    assert mount(vm, node, "exec").status == 0
    where, options = options_of(vm, node)
    assert {"nosuid", "nodev"} <= options and "noexec" not in options, options
    vm.sh(f"{CLERK}{where}/busybox true && umount {where}")
    assert format(vm, node).status == 0, "the other stick's was not in vain"
