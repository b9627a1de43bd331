# SPDX-License-Identifier: MIT
"""What people enrolled is sealed under a key that systemd keeps; it opens after a reboot, and lost is said to be lost."""

from harness.desk import Desk

CREDENTIAL = "/etc/credstore.encrypted/sekimori.key"


def run(vm):
    desk = Desk(vm)
    vm.wait("systemctl is-active -q sekimori-key")
    desk.person("tanaka")
    assert vm.status()["login"]["key"] == "credential", vm.status()
    vm.sh(f"[ ! -e /var/lib/sekimori/login/key ] && [ ! -e /run/sekimori-key-setup ] && [ $(stat -c %a {CREDENTIAL}) = 600 ]")
    assert vm.run("runuser -u nobody -- ls /run/sekimori/key/").status != 0
    made = vm.sh(f"sha256sum {CREDENTIAL}")

    vm.reboot()
    vm.wait("systemctl is-active -q sekimori-key && [ -S /run/sekimori/auth.sock ]")
    assert vm.sh(f"sha256sum {CREDENTIAL}") == made
    status, screen = desk.becomes("tanaka")
    assert status == 0 and "\ntanaka\r" in screen, screen
    assert not vm.sh("systemctl --failed --no-legend")

    # Lost: said so, not made anew, and the agent runs on.
    vm.sh(f"mv {CREDENTIAL} /root && systemctl stop sekimori-key && systemctl restart sekimorid && systemctl start sekimori-key")
    status, screen = desk.becomes("tanaka")
    assert status != 0 and "cannot open what is enrolled" in screen and "\ntanaka\r" not in screen, screen
    vm.sh(f"[ ! -e {CREDENTIAL} ] && [ ! -e /var/lib/sekimori/login/key ]")
    vm.sh(f"mv /root/sekimori.key {CREDENTIAL} && systemctl start sekimori-key")
    status, screen = desk.becomes("tanaka")
    assert status == 0 and "\ntanaka\r" in screen, screen
