# SPDX-License-Identifier: MIT
"""People who log in: their accounts, their tokens, the PAM stacks, and somebody who types."""

import json
import shlex
import subprocess
import time

from .machine import TOOLS
from .policy import BASIC, policy

PASSWORD = "correct horse"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = {"exempt": ["systemd-user", "cron"],
         "throttle": {"attempts": 5, "within": "15m", "for": "30m"},
         "rules": [{"name": "staff", "users": ["group:staff"], "require": ["password+totp"]},
                   {"name": "administrators", "users": ["root", "group:admins"],
                    "require": ["password+totp", "password+recovery"]}]}
STACK = """auth required pam_sekimori.so timeout=40
account required pam_sekimori.so
account required pam_unix.so
session required pam_loginuid.so
session required pam_systemd.so
session required pam_sekimori.so
session required pam_unix.so
"""


def code(seed=SEED, seconds=0):
    """What the token shows; the guest's clock is the host's."""
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + seconds))
    return subprocess.run(["oathtool", "--totp", "-b", "--now", when, seed], capture_output=True, text=True,
                          check=True).stdout.strip()


class Desk:
    def __init__(self, vm, login=LOGIN, services=("login", "su", "sudo", "sshd"), rules=BASIC):
        self.vm = vm
        vm.start_agent(policy(rules, login=login))
        vm.sh("groupadd staff-of-the-town; groupadd admins; groupadd -f staff")
        for service in services:
            vm.put(f"/etc/pam.d/{service}", STACK)

    def person(self, name, groups="staff", seed=SEED):
        """An account with a password, and a token where there is a seed."""
        self.vm.sh(f"useradd -m -s /bin/bash -G {groups} {name} && echo '{name}:{PASSWORD}' | chpasswd")
        self.token(name, seed)

    def token(self, name, seed):
        if seed:
            self.vm.put("/run/tokens.csv", f"user,serial,secret\n{name},T-1,{seed}\n", 0o600)
            self.vm.sh(f"sekimori enrol {name} totp --import /run/tokens.csv")

    def types(self, script, command, seconds=60):
        """Somebody at a terminal of their own; (exit code, what was on the screen)."""
        words = shlex.join([f"{TOOLS}/typist.py", str(seconds), json.dumps(script, ensure_ascii=False), *command])
        reply = self.vm.run(words, timeout=seconds + 30)
        return reply.status, reply.text

    def logs_in(self, name, password=PASSWORD, one=None, command="id -un; exit"):
        """At login(1); what was on the screen."""
        script = [["login: ", name], ["Password", password], ["code", one if one is not None else code()], ["$ ", command]]
        return self.types(script, ["login"])
