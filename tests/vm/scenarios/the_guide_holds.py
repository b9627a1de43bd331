# SPDX-License-Identifier: MIT
"""INSTALLING's own lines on a fresh Debian: sticks are refused, two factors are asked for, and again after a reboot."""

import re
import shutil

from harness import binaries, devices, paths
from harness.desk import PASSWORD, People
from harness.exposure import Exposure

DEBIAN = PACKAGES = LONG = True
MINUTES = 15    # the initramfs is made in emulation
US, COLLEAGUE = "hanako", "taro"
YES = [["(y/n)", "y"]]
TOKENS = "sudo sekimori enrol totp --import tokens.csv"     # OPERATING 3.3; a telephone would have to read the screen


def typed(*chapters):
    """What these chapters of the guide tell people to type."""
    text = (paths.ROOT / "docs/INSTALLING.md").read_text()
    lines = []
    for chapter in chapters:
        section = re.split(r"\n##+ ", text.split(f"\n### {chapter} ")[1])[0]
        lines += [line for fence in re.findall(r"^```\n(.*?)^```", section, re.M | re.S) for line in fence.splitlines()]
    return lines


def type_at_the_pc(vm):
    """Where the product is made: the packages are there already, and the tool is the one in them. Returns what is carried over."""
    folder = vm.rig.release.product / "pc"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    lines = typed("2.2", "2.3")
    assert lines[0] == "make deb" and any(vm.debs.glob("sekimori_*.deb")), "`make deb` comes first"
    tool = [line for line in lines if line.startswith("sekimori policy ")]
    binaries.in_workshop(vm.rig, " && ".join(["cd build/pc && PATH=$PWD/../release:$PATH", *tool]))
    return [*vm.debs.glob("*.deb"), folder / "kit/trust.pem", folder / "kit/policy.cms"]


def carry_over(vm, people, files):
    """Everything that the terminal's lines name, in one folder."""
    vm.sh("mkdir -p /root/carried")
    for path in files:
        if "dbgsym" not in path.name:
            vm.put(f"/root/carried/{path.name}", path.read_bytes())
    vm.put("/root/carried/tokens.csv", people.seeds_file(US, COLLEAGUE), 0o600)


def type_on_the_terminal(vm, people, lines, ready=True):
    """As a person would; what is fetched on the PC needs no root. Before somebody is enrolled a look at the terminal says that
    it is not ready, which can wait."""
    for line in (line for line in lines if line.startswith("sudo ")):
        if line == "sudo reboot":
            vm.power_cycle(orderly=True)
            vm.wait("sekimori status", timeout=240, what="the agent after the reboot")
            continue
        line = line.replace("sudo apt ", "sudo DEBIAN_FRONTEND=noninteractive apt -y ", 1)
        asks = YES if " setup devices" in line else []
        status, screen = people.types(asks, "bash", "-c", f"cd /root/carried && {line}", seconds=MINUTES * 60)
        assert status == (1 if line.endswith(" setup check") and not ready else 0), (line, status, screen)


def enrolling():
    """The lines of 4.1 with the names of ours, and the tokens of both at once."""
    lines = [line.replace("YOU", US).replace("COLLEAGUE", COLLEAGUE) for line in typed("4.1")]
    assert f"sudo sekimori enrol {US} totp" in lines and f"sudo sekimori enrol {COLLEAGUE} totp" in lines
    return [TOKENS, *(line for line in lines if not line.endswith(" totp"))]


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
    people.is_refused(US, "000000")
    status, screen = people.logs_in(US)
    assert f"\n{US}\r" in screen, (status, screen)


def run(vm):
    vm.deadline += MINUTES * 60
    people = People(vm)
    for name in (US, COLLEAGUE):
        people.account(name, "sudo")
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd")
    carry_over(vm, people, type_at_the_pc(vm))
    type_on_the_terminal(vm, people, typed("2.4"), ready=False)

    at_boot, later, keyboard = devices.stick(), devices.stick(), devices.keyboard()
    vm.plug(at_boot, keyboard)
    vm.await_verdict("deny", at_boot)  # observed: 3.1 shows what would have been refused, and exits with 1 where nothing was
    type_on_the_terminal(vm, people, typed("3.1"), ready=False)
    type_on_the_terminal(vm, people, typed("3.2"))
    exposure = Exposure(vm)
    vm.plug(later)
    vm.await_verdict("deny", at_boot, later)
    vm.await_verdict("allow", keyboard)
    exposure.await_window()
    vm.assert_denied_by_kernel(at_boot, later)
    exposure.assert_nothing(but_drivers=["usbhid"])

    type_on_the_terminal(vm, people, enrolling())
    assert typed("4.2") == ["sudo sekimori setup login"]
    confirm_the_login_stage(vm, people, typed("4.2")[0])
    vm.power_cycle()
    vm.wait("sekimori status", timeout=240, what="the agent after the reboot")
    gets_in(people)
    assert "nothing needs a person" in vm.sh("sekimori status --lang en")
