# SPDX-License-Identifier: MIT
"""Real login, su and sudo let somebody in with a password and a code, and with nothing less."""

from harness.desk import PASSWORD, Desk, unseen


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    agent = vm.agent_pid()
    vm.sh("echo 'tanaka ALL=(root) ALL' >/etc/sudoers.d/tanaka")

    used = desk.code("tanaka")
    status, screen = desk.logs_in("tanaka", code=used)
    assert "\ntanaka\r" in screen and "first login" in screen, (status, screen)

    # A used code at another service, then one right factor at a time.
    for password, code in ((PASSWORD, used), ("wrong", desk.code("tanaka")), (PASSWORD, "000000")):
        status, screen = desk.becomes("tanaka", password, code)
        assert status != 0 and "\ntanaka\r" not in screen, screen
    assert [r["service"] for r in vm.audit("login-allowed")] == ["login"]

    status, screen = desk.becomes("tanaka")
    assert status == 0 and "\ntanaka\r" in screen, (status, screen)
    status, screen = desk.types([unseen("assword", PASSWORD), unseen("code", desk.code("tanaka"))],
                                "runuser", "-u", "tanaka", "--", "sudo", "id", "-un")
    assert status == 0 and "\nroot\r" in screen, (status, screen)
    status, screen = desk.logs_in("tanaka")
    assert "\ntanaka\r" in screen and "Last login:" in screen, (status, screen)
    assert [r["service"] for r in vm.audit("login-allowed")] == ["login", "su", "sudo", "login"]

    # It is the same agent, in its own unit, with what the gate needs and no more.
    assert vm.agent_pid() == agent and vm.sh(f"cat /proc/{agent}/cgroup").strip().endswith("/sekimorid.service")
    capabilities = int(vm.sh(f"sed -n 's/CapEff://p' /proc/{agent}/status"), 16)
    assert capabilities == 1 << 6 | 1 << 7 | 1 << 8, hex(capabilities)   # privileges.c: agents
    assert not vm.sh("systemctl --failed --no-legend")
