# SPDX-License-Identifier: MIT
"""People who log in: their accounts, their tokens, the PAM stacks, and somebody who types."""

import base64
import json
import os
import shlex
import subprocess
import time

from .machine import TOOLS
from .policy import BASIC, policy

PASSWORD = "correct horse"
STEP_S = 30     # a code's
LOGIN = {"exempt": ["systemd-user", "cron"],
         "totp": {"skew": 2},   # steps: what is typed on a busy machine arrives late
         "throttle": {"attempts": 5, "within": "15m", "for": "30m"},
         "rules": [{"name": "staff", "users": ["group:town"], "require": ["password+totp"]},
                   {"name": "administrators", "users": ["root"], "require": ["password+totp", "password+recovery"]}]}
# What an administrator makes of common-auth, common-account and common-session.
STACK = """auth required pam_sekimori.so timeout=40
account required pam_sekimori.so
account required pam_unix.so
session required pam_loginuid.so
session required pam_systemd.so
session required pam_sekimori.so
session required pam_unix.so
"""


def unseen(prompt, answer):
    """For a script: what is not to be read over a shoulder. Typed once the program hides it, as it does at its prompt and
    not at a sentence that has the same words."""
    return [prompt, {"unseen": answer}]


class People:
    """Those who have accounts, what they hold in their hands, and how they type."""

    prompts = ("assword", "code")   # what they wait for

    def __init__(self, vm):
        self.vm, self.seeds, self.shown = vm, {}, {}

    def account(self, name, groups):
        self.vm.sh(f"useradd -m -s /bin/sh -G {groups} {name} && echo '{name}:{PASSWORD}' | chpasswd")

    def seeds_file(self, *names):
        """What comes with a delivery of tokens; from here on these people can show codes."""
        self.seeds.update({name: base64.b32encode(os.urandom(20)).decode() for name in names})
        rows = "".join(f"{name},T-{name},{self.seeds[name]}\n" for name in names)
        return f"user,serial,secret\n{rows}"

    def code(self, name):
        """What their token shows next: one that it has not shown before, and the guest's clock goes on until then. To the
        beginning of its step, all of which is left for typing."""
        self.shown[name] = max(int(self.vm.sh("date +%s")) // STEP_S, self.shown.get(name, 0)) + 1
        now = self.shown[name] * STEP_S
        self.vm.sh(f"date -u -s @{now}")
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
        return subprocess.run(["oathtool", "--totp", "-b", "--now", when, self.seeds[name]], capture_output=True,
                              text=True, check=True).stdout.strip()

    def types(self, script, *command, seconds=300):
        """Somebody at a terminal of their own; (exit code, what was on the screen)."""
        words = shlex.join([f"{TOOLS}/typist.py", str(seconds), json.dumps(script, ensure_ascii=False), *command])
        reply = self.vm.run(words, timeout=seconds + 30)
        return reply.status, reply.text

    def logs_in(self, name, code=None):
        """At login(1); what was on the screen."""
        return self.types([*self._at_login(name, code), ["$ ", "id -un; exit"]], "login")

    def is_refused(self, name, code):
        """At login(1), with a code that lets nobody in: it asks for a name again. What was on the screen."""
        status, screen = self.types([*self._at_login(name, code), ["login: ", None]], "login")
        assert screen.count("login: ") == 2 and f"\n{name}\r" not in screen, (status, screen)
        return screen

    def _at_login(self, name, code):
        for_password, for_code = self.prompts
        return [["login: ", name], unseen(for_password, PASSWORD), unseen(for_code, code or self.code(name))]

    def becomes(self, name, password=PASSWORD, code=None):
        """Somebody who may nothing becomes them, by su; what was on the screen."""
        script = [unseen("assword", password), unseen("code", code or self.code(name))]
        return self.types(script, "runuser", "-u", "nobody", "--", "su", "-c", "id -un", name)


class Desk(People):
    """A terminal in use: a policy in force, PAM stacks that ask us, people with tokens."""

    def __init__(self, vm, login=LOGIN, services=("login", "su", "su-l", "sudo", "sshd"), rules=BASIC):
        super().__init__(vm)
        self.rules = rules
        # A minute, which is login(1)'s own patience, is little for a card beside other work.
        vm.sh("groupadd town && groupadd nozei && sed -i 's/^#*LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 600/' /etc/login.defs")
        for service in services:
            vm.put(f"/etc/pam.d/{service}", STACK)
        vm.start_agent(policy(rules, login=login))

    def push(self, **login):
        """The same policy with these keys of `login` changed."""
        self.vm.push(policy(self.rules, login={**LOGIN, **login}))

    def person(self, name, groups="town"):
        """An account with a password and a token."""
        self.account(name, groups)
        self.token(name)

    def token(self, name):
        self.vm.put("/run/tokens.csv", self.seeds_file(name), 0o600)
        self.vm.sh(f"sekimori enrol {name} totp --import /run/tokens.csv")


class Console:
    """A text console of seat0: a real keyboard types, and the kernel's screen is read."""

    NAMES = {" ": "spc", "\n": "ret", "-": "minus", ".": "dot", "/": "slash"}
    KEYSTROKE_S = 0.05   # a USB keyboard tells of one change every 10 ms, and QEMU keeps 16 of them

    def __init__(self, vm, number, keyboard=None):
        self.vm, self.number, self.screen = vm, number, f"/dev/vcs{number}"
        if keyboard:    # one serves all consoles
            vm.plug(keyboard)
            vm.await_driver(keyboard)
        vm.sh(f"systemctl start getty@tty{number}")
        self.comes_to_the_front()

    def comes_to_the_front(self):
        self.vm.sh(f"chvt {self.number}")

    def await_prompt(self, prompt):
        """Until this is the last on the screen."""
        self.vm.wait(f"sed 's/ *$//' {self.screen} | grep -q '{prompt}$'", what=f"'{prompt}' on the screen")

    def types(self, prompt, line):
        self.await_prompt(prompt)
        for character in line + "\n":
            self.vm.type_key(self.NAMES.get(character, character))
            time.sleep(self.KEYSTROKE_S)

    def enters_pin(self, pin, prompt="Card PIN:"):
        """Where the reader has not felt its card yet, the login asks for it: Enter, as anybody does."""
        ready, asks = (f"sed 's/ *$//' {self.screen} | grep -q '{last}$'" for last in (prompt, "press Enter:"))
        what = f"'{prompt}' on the screen, or Enter"
        self.vm.wait(f"{ready} || {asks}", what=what)
        while self.vm.run(asks).status == 0:
            before = self.vm.sh(f"md5sum <{self.screen}").strip()
            self.vm.type_key("ret")
            self.vm.wait(f"[ \"$(md5sum <{self.screen})\" != '{before}' ] && {{ {ready} || {asks}; }}", what=what)
        self.types(prompt, pin)

    def logs_in(self, desk, name):
        self.types("login:", name)
        self.types("Password:", PASSWORD)
        self.types(r"\(digits)\|recovery code\):", desk.code(name))
