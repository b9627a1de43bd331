# SPDX-License-Identifier: MIT
"""The block plane follows the stage, opens by hand, and says so when it cannot be had; the system goes on all the while."""

from harness import devices, keeper, paths

ASK = "cd /run && python3 -c 'import stages, sys; print(*stages.ask_for_stage(\"/run/sekimori\", stage=sys.argv[1]))' "


def stage(vm, name):
    vm.put("/run/stages.py", (paths.ROOT / "tests/support/stages.py").read_text())
    said = vm.sh(ASK + name)
    assert said.startswith("0 "), said


def await_refused(vm, name):
    vm.wait(f"[ -e {keeper.LINK} ] && ! head -c 1 /dev/{name} >/dev/null 2>&1", what=f"{name} is refused")
    assert vm.status()["disks"] == {"denied_by_default": True, "note": "", "note_ja": "", "missing": ""}


def await_open(vm, name):
    vm.wait(f"[ ! -e {keeper.LINK} ] && head -c 1 /dev/{name} >/dev/null", what=f"{name} is open")


def says(vm, what):
    vm.wait(f"sekimori status --lang en | grep -q 'disks that nobody allowed are not refused'", what="status says so")
    note = vm.status()["disks"]["note"]
    assert what in note, note


def run(vm):
    vm.sh("install -d -m 711 /var/lib/sekimori && echo observe >/var/lib/sekimori/stage")
    vm.sh(f"systemctl --root=/ --quiet enable {keeper.UNIT} && systemctl start {keeper.UNIT}")
    vm.start_agent()
    name = keeper.plug_disk(vm, devices.scsi_disk(spare_port=1))
    await_open(vm, name)
    stage(vm, "devices")
    await_refused(vm, name)
    stage(vm, "observe")
    await_open(vm, name)
    stage(vm, "devices")
    await_refused(vm, name)

    vm.sh("/usr/lib/sekimori/sekimori-keeper --open")
    await_open(vm, name)
    says(vm, "by hand")
    vm.sh(f"systemctl restart {keeper.UNIT}")
    await_refused(vm, name)
    vm.wait("! sekimori status --lang en | grep -q 'not refused'")

    # A kernel without BPF, as far as we can make one here: see without_bpf_drivers_are_held_back.
    vm.sh(f"/usr/lib/sekimori/sekimori-keeper --open && umount /sys/fs/bpf && systemctl restart {keeper.UNIT}")
    says(vm, "no BPF file system")
    vm.sh(f"[ ! -e /dev/{name} ] && head -c 1 /dev/vda >/dev/null && mount -t bpf bpf /sys/fs/bpf")
    vm.sh(f"systemctl restart {keeper.UNIT} && grep -qx 1 /sys/bus/scsi/drivers_autoprobe")
    vm.wait(f"[ -e /dev/{name} ]", what=f"{name} again")
    await_refused(vm, name)

    # Stopped is not open; that takes a word.
    vm.sh(f"systemctl stop {keeper.UNIT}")
    vm.sh(f"[ -e {keeper.LINK} ] && ! head -c 1 /dev/{name} >/dev/null 2>&1")
    security = float(vm.sh(f"systemd-analyze security --no-pager {keeper.UNIT} | grep '^→'").split(":")[1].split()[0])
    vm.log(f"exposure of {keeper.UNIT}: {security}")
    assert security <= 3.0, security
