# SPDX-License-Identifier: MIT
"""The README's own lines on a fresh Debian: sticks are refused, two factors are asked for, and again after a reboot."""

import os
import re
import subprocess

from harness import devices, paths
from harness.desk import PASSWORD, People
from harness.exposure import Exposure
from harness.fresh import DEBS

DEBIAN = LONG = True
MINUTES = 15    # the initramfs is made in emulation
US, COLLEAGUE = "hanako", "taro"
YES = [["(y/n)", "y"]]


def lines_of_readme():
    """What is typed on the administrator's PC, and what on the terminal."""
    text = (paths.ROOT / "README.md").read_text()
    section = text.split("## Installing for real")[1].split("\n## ")[0]
    return [[line.split("  #")[0].strip() for line in fence.strip().splitlines()]
            for fence in re.findall(r"```\n(.*?)```", section, re.S)]


def type_at_the_pc(lines, directory):
    (directory / "build").symlink_to(paths.ROOT / "build")
    assert lines[0] == "make deb" and any(DEBS.glob("sekimori_*.deb")), "`make deb` comes first"
    for line in lines[1:]:
        subprocess.run(line, shell=True, check=True, cwd=directory, stdin=subprocess.DEVNULL)


def carry_over(vm, people):
    """Everything that the terminal's lines name, in one folder."""
    vm.sh("mkdir -p /root/carried")
    for path in [*DEBS.glob("*.deb"), vm.directory / "kit/trust.pem", vm.directory / "kit/policy.cms"]:
        if "dbgsym" not in path.name:
            vm.put(f"/root/carried/{path.name}", path.read_bytes())
    vm.put("/root/carried/tokens.csv", people.seeds_file(US, COLLEAGUE), 0o600)


def type_on_the_terminal(vm, people, line):
    """As a person would; returns what was on the screen."""
    line = line.replace("sudo apt ", "sudo DEBIAN_FRONTEND=noninteractive apt -y ", 1)
    asks = YES if " setup devices" in line else []
    command = f"cd /root/carried && {line}"
    status, screen = people.types(asks, "bash", "-c", command, seconds=MINUTES * 60)
    assert status == 0, (line, status, screen)
    return screen


def confirm_the_login_stage(vm, people, line):
    """The command waits while somebody logs in elsewhere."""
    vm.sh(f"cd /root/carried && systemd-run --quiet --unit=setup --collect -p WorkingDirectory=/root/carried "
          f"{line.removeprefix('sudo ')} --yes")
    vm.wait("grep -qx trial /var/lib/sekimori/stage && grep -q pam_sekimori /etc/pam.d/common-auth", timeout=300, what="the trial")
    people.prompts = ("パスワード", "コード")  # the pilot policy's
    gets_in(people)
    vm.wait("grep -qx login /var/lib/sekimori/stage", what="the stage confirmed")


def gets_in(people):
    """With the password and the token, and not with a wrong code."""
    status, screen = people.logs_in(US, code="000000")
    assert f"\n{US}\r" not in screen, screen
    status, screen = people.logs_in(US)
    assert f"\n{US}\r" in screen, (status, screen)


def run(vm):
    vm.deadline += MINUTES * 60
    pc, terminal = lines_of_readme()
    people = People(vm)
    for name in (US, COLLEAGUE):
        people.account(name, "sudo")
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd")
    type_at_the_pc(pc, vm.directory)
    carry_over(vm, people)
    for line in terminal[:-1]:
        type_on_the_terminal(vm, people, line)
    assert terminal[-1] == "sudo sekimori setup login"
    confirm_the_login_stage(vm, people, terminal[-1])

    exposure = Exposure(vm)
    at_boot, later, keyboard = devices.stick(), devices.stick(), devices.keyboard()
    vm.plug(at_boot, keyboard)
    vm.await_verdict("deny", at_boot)
    vm.power_cycle()
    vm.wait("sekimori status", timeout=240, what="the agent after the reboot")
    vm.plug(later)
    vm.await_verdict("deny", at_boot, later)
    vm.await_verdict("allow", keyboard)
    exposure.await_window()
    vm.assert_denied_by_kernel(at_boot, later)
    exposure.assert_nothing(but_drivers=["usbhid"])
    gets_in(people)
    assert "nothing needs a person" in vm.sh("sekimori status --lang en")
