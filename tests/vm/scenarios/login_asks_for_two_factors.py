# SPDX-License-Identifier: MIT
"""Real login, su and sudo let somebody in with a password and a code, and with nothing less."""

from harness.desk import PASSWORD, SEED, Desk, code


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    status, screen = desk.logs_in("tanaka", one=(used := code()))
    assert status == 0 and "\ntanaka\r" in screen, (status, screen)
    assert "前回" in screen or "last login" in screen.lower() or "first" in screen.lower(), screen

    # The same code at another service, and then one factor at a time.
    for password, one in ((PASSWORD, used), ("wrong", code(SEED, 30)), (PASSWORD, "000000")):
        status, screen = desk.types([["Password", password], ["code", one]], ["runuser", "-u", "tanaka", "--", "su", "tanaka"])
        assert status != 0 and "uid=" not in screen, screen
    assert len(vm.audit("login-allowed")) == 1

    status, screen = desk.types([["Password", PASSWORD], ["code", code(SEED, 30)]], ["runuser", "-u", "nobody", "--", "su", "-c", "id -un", "tanaka"])
    assert status == 0 and "tanaka" in screen, (status, screen)
