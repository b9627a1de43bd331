# SPDX-License-Identifier: MIT
"""polkit's helper asks for two factors, in the sandbox of polkit 127's unit, too; run0 by it, and the session that run0 opens asks nobody again."""

import shlex

from harness import desk
from harness.desk import PASSWORD, Desk, unseen

EXEMPT = {**desk.LOGIN, "exempt": ["systemd-user", "cron", "systemd-run0"]}
RUN0 = "run0 --background= id -un"
TOLD = "what was entered does not match"
# As polkit 127 has it (polkit-agent-helper.socket and @.service), around the helper of this release, which is told the name by its
# command line and gets the rest from the socket.
SOCKET = "[Socket]\nAccept=yes\nListenStream=/run/helper.socket\n"
SERVICE = """[Service]
Type=oneshot
ExecStart=/usr/lib/polkit-1/polkit-agent-helper-1 tanaka
SuccessExitStatus=1 2
StandardInput=socket
StandardOutput=socket
DeviceAllow=/dev/null rw
DevicePolicy=strict
LimitMEMLOCK=0
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateNetwork=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectKernelTunables=yes
ProtectSystem=strict
ProtectClock=yes
ProtectHostname=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
"""
# What libpolkit-agent does at the other end: a cookie, an answer to each question, and what it hears.
AGENT = """import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("/run/helper.socket")
answers = ["cookie", *sys.argv[1:]]
heard = s.makefile()
s.sendall((answers.pop(0) + "\\n").encode())
for line in heard:
    print(line, end="")
    if line.startswith("PAM_PROMPT"):
        if not answers:
            break
        s.sendall((answers.pop(0) + "\\n").encode())
"""


def outcomes(vm):
    return [(r["type"], r["service"]) for r in vm.audit() if r["type"] in ("login-allowed", "login-refused")]


def in_the_sandbox(vm, at):
    vm.put("/run/systemd/system/helper.socket", SOCKET)
    vm.put("/run/systemd/system/helper@.service", SERVICE)
    vm.put("/run/agent.py", AGENT)
    vm.sh("systemctl daemon-reload && systemctl start helper.socket")

    def answers(*words):
        return vm.sh(f"runuser -u tanaka -- python3 /run/agent.py {shlex.join(words)}")

    before = outcomes(vm)
    for abandoned in ((), (PASSWORD,)):
        assert answers(*abandoned).count("PAM_PROMPT") == len(abandoned) + 1
    assert TOLD in answers(PASSWORD, "000000")
    assert TOLD not in answers(PASSWORD, at.code("tanaka"))
    assert outcomes(vm)[len(before):] == [("login-refused", "polkit-1"), ("login-allowed", "polkit-1")], outcomes(vm)


def by_run0(vm, at):
    def types(*answers, then):
        """To a shell of their own, and to run0's questions; `answers` are begun once they are needed, as codes are shown in turn."""
        script = [["login: ", "tanaka"], unseen("assword", PASSWORD), unseen("code", at.code("tanaka")), ["$ ", RUN0]]
        script += [unseen(question, answer()) for question, answer in zip(("assword", "code"), answers)]
        return at.types([*script, then], "login")[1]

    def password():
        return PASSWORD

    before = outcomes(vm)
    types(then=["assword", None])
    screen = types(password, lambda: "000000", then=["$ ", "exit"])
    assert TOLD in screen and "root\r" not in screen, screen
    screen = types(password, lambda: at.code("tanaka"), then=["$ ", "exit"])
    assert "root\r" in screen, screen
    assert outcomes(vm)[len(before):] == [
        ("login-allowed", "login"), ("login-allowed", "login"), ("login-refused", "polkit-1"), ("login-allowed", "login"),
        ("login-allowed", "polkit-1")], outcomes(vm)


def run(vm):
    # run0's own service has no file in Debian 13, and is `other`
    at = Desk(vm, login=EXEMPT, services=("login", "polkit-1", "other"))
    at.person("tanaka", groups="town,sudo")
    in_the_sandbox(vm, at)
    if vm.run("command -v run0").status == 0:
        by_run0(vm, at)
