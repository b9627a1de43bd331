# SPDX-License-Identifier: MIT
"""sshd with a right public key: refused where `sshd` is not exempted, let in where it is; two factors work over ssh."""

from harness.desk import PASSWORD, Desk, unseen

SSH = ("ssh", "-tt", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
KEY = ("-i", "/run/key", "-o", "PreferredAuthentications=publickey")
ASKED = ("-o", "PreferredAuthentications=keyboard-interactive")
HERE = ("tanaka@127.0.0.1", "id", "-un")


def run(vm):
    desk = Desk(vm)
    desk.person("tanaka")
    vm.sh("ssh-keygen -q -t ed25519 -N '' -f /run/key && install -d -m 700 -o tanaka -g tanaka ~tanaka/.ssh &&"
          "install -m 600 -o tanaka -g tanaka /run/key.pub ~tanaka/.ssh/authorized_keys &&"
          "printf 'UsePAM yes\\nKbdInteractiveAuthentication yes\\n' >/etc/ssh/sshd_config.d/pam.conf &&"
          "systemctl start ssh")

    status, screen = desk.types([], *SSH, *KEY, *HERE)
    assert status != 0 and "\ntanaka\r" not in "\n" + screen, screen
    vm.wait("grep -q session-refused /var/lib/sekimori/audit/audit.jsonl")
    assert not vm.audit("session-opened")

    status, screen = desk.types([unseen("assword", PASSWORD), unseen("code", desk.code("tanaka"))], *SSH, *ASKED, *HERE)
    assert status == 0 and "\ntanaka\r" in "\n" + screen, screen
    (record,) = vm.audit("login-allowed")
    assert record["service"] == "sshd" and record["rhost"] == "127.0.0.1", record

    desk.push(exempt=["systemd-user", "cron", "sshd"])
    status, screen = desk.types([], *SSH, *KEY, *HERE)
    assert status == 0 and "\ntanaka\r" in "\n" + screen, screen
    assert len(vm.audit("login-allowed")) == 1
