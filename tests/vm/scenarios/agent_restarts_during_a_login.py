# SPDX-License-Identifier: MIT
"""A login during which the agent restarts is begun anew at its first question, ends with an error later, and the next works; without an agent only sulogin lets in."""

from harness.desk import PASSWORD, STACK, Desk, unseen


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    su = ("runuser", "-u", "nobody", "--", "su", "-c", "id -un", "tanaka")

    code = desk.code("tanaka")
    status, screen = desk.types([unseen("assword", PASSWORD), [*unseen("code", code), "systemctl restart sekimorid"]], *su)
    assert status != 0 and "\ntanaka\r" not in screen, screen
    assert "does not answer" in screen, screen
    vm.wait("systemctl is-active -q sekimorid && [ -S /run/sekimori/auth.sock ]")
    # The password had not been heard: it is asked of nobody again, and the code was not spent above.
    status, screen = desk.types([[*unseen("assword", PASSWORD), "systemctl kill -s KILL sekimorid"], unseen("code", code)], *su)
    assert status == 0 and "\ntanaka\r" in screen and screen.count("Password:") == 1, screen

    # Nobody gets in, root neither, and nobody waits for longer than the module may.
    vm.put("/etc/pam.d/su", STACK.replace("timeout=40", "timeout=5"))
    vm.put("/etc/pam.d/login", STACK.replace("timeout=40", "timeout=5"))
    vm.sh("systemctl stop sekimorid")
    before = int(vm.sh("date +%s"))
    status, screen = desk.types([], *su)
    assert status != 0 and "\ntanaka\r" not in screen, screen
    assert int(vm.sh("date +%s")) - before < 30
    status, screen = desk.types([["login: ", "root"], ["login: ", ""]], "login", seconds=60)
    assert "#" not in screen, screen
    # What helps then: the rescue shell's own question, which is not PAM's.
    vm.sh("echo root:maintenance | chpasswd")
    status, screen = desk.types([unseen("continue", "maintenance"), ["# ", "id -un; exit"]], "sulogin")
    assert "\rroot\r" in screen, screen

    vm.put("/etc/pam.d/su", STACK)     # five seconds are for an agent that is not there
    vm.sh("systemctl start sekimorid")
    status, screen = desk.becomes("tanaka")
    assert status == 0, screen
