# SPDX-License-Identifier: MIT
"""Whoever failed too often has to wait, after a power cut too; `sekimori unlock` ends it."""

from harness.desk import Desk


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    for _ in range(6):
        status, screen = desk.becomes("tanaka", "wrong", "000000")
        assert status != 0 and "does not match" in screen, screen
    vm.reboot()
    vm.wait("[ -S /run/sekimori/auth.sock ]")
    status, screen = desk.types([], "runuser", "-u", "nobody", "--", "su", "-c", "id -un", "tanaka")
    assert status != 0 and "too many failures" in screen and "Password" not in screen, screen

    vm.sh("sekimori unlock tanaka")
    status, screen = desk.becomes("tanaka")
    assert status == 0 and "\ntanaka\r" in screen, screen
