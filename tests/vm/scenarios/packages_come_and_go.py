# SPDX-License-Identifier: MIT
"""Installed, half upgraded, upgraded, downgraded, removed, installed again, purged: after each, an administrator logs in."""

import re
import subprocess
import tempfile
from pathlib import Path

from harness import devices, keeper
from harness.desk import PASSWORD, Desk, unseen
from harness.policy import policy

DEBIAN = PACKAGES = LONG = True
OURS = ("libpam-sekimori", "sekimori", "sekimori-desktop")
ADMINISTRATOR = {"exempt": ["systemd-user", "cron"],
                 "rules": [{"name": "administrators", "users": ["root", "group:sudo"], "require": ["password+totp"]}]}
# -1 and 1 are one: they differed in wireless USB, which no kernel has any more; 12 boots with -1, 13 with 1.
SETTINGS = ("sed 's/^-1$/1/' /sys/module/usbcore/parameters/authorized_default; cat /sys/bus/usb/devices/usb*/authorized_default"
            " /sys/bus/usb/devices/usb*/interface_authorized_default; getent passwd; getent group; cat /etc/pam.d/common-*;"
            " find /etc /usr /var/lib /run/modprobe.d -name '*sekimori*' ! -path '/var/lib/dpkg/*' 2>/dev/null; true")


class Administrator(Desk):
    """tanaka, of the group sudo: by what the packages bring, no file is written by hand."""

    def __init__(self, vm):
        self.vm, self.seeds, self.shown = vm, {}, {}
        vm.sh(f"useradd -m -s /bin/sh -G sudo tanaka && echo 'tanaka:{PASSWORD}' | chpasswd")

    def gets_in(self, two_factors):
        """At login(1), with two factors or, asked for no more, with the password alone."""
        alone = [["login: ", "tanaka"], unseen("assword", PASSWORD), ["$ ", "id -un; exit"]]
        screen = (self.logs_in("tanaka") if two_factors else self.types(alone, "login"))[1]
        assert "\ntanaka\r" in screen and ("code" in screen) == two_factors, screen


def renumbered(built, folder, version):
    """This package, under another number."""
    name = built.name.split("_")[0]
    now = subprocess.run(["dpkg-deb", "-f", built, "Version"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["dpkg-deb", "-R", built, folder / name], check=True)
    control = folder / name / "DEBIAN/control"
    control.write_text(re.sub(rf"(Version:|sekimori \(>?=) {re.escape(now)}", rf"\1 {version}", control.read_text()))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", folder / name, folder / f"{name}.deb"], check=True, capture_output=True)
    return (folder / f"{name}.deb").read_bytes()


def dpkg(vm, *options):
    return vm.sh(f"DEBIAN_FRONTEND=noninteractive dpkg {' '.join(options)} 2>&1", timeout=600)


def other_version(vm, version):
    """In the guest's /root/VERSION."""
    vm.sh(f"mkdir /root/{version}")
    with tempfile.TemporaryDirectory() as folder:
        for name in OURS:
            (built,) = vm.debs.glob(f"{name}_*.deb")
            vm.put(f"/root/{version}/{name}.deb", renumbered(built, Path(folder), version))


def login_is_on(vm):
    vm.sh("echo login >/var/lib/sekimori/stage && systemctl restart sekimorid &&"
          "DEBIAN_FRONTEND=noninteractive pam-auth-update --package --enable sekimori sekimori-session")


def run(vm):
    # Minutes each, emulated; denial_begins_in_the_initramfs looks at what is in it.
    vm.sh("echo update_initramfs=no >/etc/initramfs-tools/update-initramfs.conf")
    desk = Administrator(vm)
    before = vm.sh(SETTINGS)
    stick, another = devices.stick(), devices.stick()

    vm.install_debs(*OURS, options="--no-install-recommends")
    assert vm.sh("cat /var/lib/sekimori/stage") == "observe\n" and vm.sh(f"systemctl is-active sekimorid {keeper.UNIT}") == "active\n" * 2
    assert vm.run(f"[ -e {keeper.LINK} ]").status != 0      # it waits for the stage
    vm.plug(stick)
    vm.await_disk(stick)
    desk.gets_in(two_factors=False)

    vm.start_agent(policy(login=ADMINISTRATOR))
    desk.token("tanaka")
    login_is_on(vm)
    desk.is_refused("tanaka", "000000")
    desk.gets_in(two_factors=True)
    vm.sh(f"systemctl is-enabled {keeper.UNIT} && systemctl restart {keeper.UNIT} && [ -e {keeper.LINK} ]")

    other_version(vm, "9.0")
    agent = vm.agent_pid()
    dpkg(vm, "--unpack", "/root/9.0/*.deb")
    assert vm.agent_pid() == agent
    desk.gets_in(two_factors=True)              # the old agent, the new module and helpers
    dpkg(vm, "--configure", "-a")
    assert vm.agent_pid() != agent
    vm.sh(f"[ -e {keeper.LINK} ] && systemctl is-active {keeper.UNIT}")
    desk.gets_in(two_factors=True)

    dpkg(vm, "--install", "/root/debs/*.deb")   # downgrade
    desk.gets_in(two_factors=True)

    dpkg(vm, "--remove", *OURS)
    assert vm.run("ls /sys/fs/bpf/sekimori").status != 0
    desk.gets_in(two_factors=False)
    vm.plug(another)
    vm.await_disk(another)                      # the kernel's default is open again

    dpkg(vm, "--install", "/root/debs/*.deb")
    assert vm.sh("cat /var/lib/sekimori/stage") == "observe\n"
    desk.gets_in(two_factors=False)
    login_is_on(vm)
    desk.gets_in(two_factors=True)              # what was enrolled is still there

    vm.unplug(stick)
    vm.unplug(another)
    dpkg(vm, "--purge", *OURS)
    desk.gets_in(two_factors=False)
    assert vm.sh(SETTINGS) == before
