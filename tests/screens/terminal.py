# SPDX-License-Identifier: MIT
"""A terminal in use: the system's bus, the agent with its policy, PAM as pam-auth-update writes it, and a clerk with a token."""

import json
import os
import subprocess
import time

PASSWORD = "correct horse"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AUDIT = "/var/lib/sekimori/audit/audit.jsonl"
PATIENCE_S = 120


def sh(words, **more):
    done = subprocess.run(words, shell=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    assert done.returncode == 0, f"{words}: {done.stdout}"
    return done.stdout


def await_that(what, condition, seconds=PATIENCE_S):
    """Whatever the condition gives once it is true."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"in {seconds} s not: {what}"
        time.sleep(0.1)     # what happens on a screen tells nobody
    return found


class Terminal:
    clerk = "hanako"

    def __init__(self):
        sh("mkdir -p /run/dbus /run/sekimori /run/lock && systemd-sysusers 2>&1 && groupadd town")
        sh(f"useradd -m -s /bin/sh -G town {self.clerk} && echo '{self.clerk}:{PASSWORD}' | chpasswd")
        sh("dbus-daemon --system --fork")
        self.log = open("/tmp/agent.txt", "wb")
        self.agent = self.begins(["/usr/lib/sekimori/sekimorid", "--foreground"], stdout=subprocess.PIPE, stderr=self.log)
        assert self.agent.stdout.readline() == b"ready\n", open("/tmp/agent.txt").read()
        sh("sekimori push /etc/sekimori/first.cms")
        with open("/run/seeds.csv", "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as seeds:
            seeds.write(f"user,serial,secret\n{self.clerk},T-1,{SEED}\n")
        sh(f"sekimori enrol {self.clerk} totp --import /run/seeds.csv")
        sh("pam-auth-update --package --enable sekimori sekimori-session")
        self.shown = 0

    def begins(self, command, user=None, **more):
        """A program that goes on beside; of this user."""
        who = ["runuser", "-u", user, "--"] if user else []
        return subprocess.Popen([*who, *command], stdin=subprocess.DEVNULL, **more)

    def code(self):
        """What the token shows next. Two steps of skew are allowed: three in a row need no waiting."""
        self.shown = max(int(time.time()) // 30 - 2, self.shown) + 1
        return sh(f"oathtool --totp -b --now '@{self.shown * 30}' {SEED}").strip()

    def records(self, kind="login-"):
        with open(AUDIT, encoding="utf-8") as log:
            return [record for record in map(json.loads, log) if record["type"].startswith(kind)]

    def await_record(self, n, seconds=PATIENCE_S):
        """The nth about a login, from 1: (what came of it, why)."""
        await_that(f"{n} logins in the log", lambda: len(self.records()) >= n, seconds)
        record = self.records()[n - 1]
        return record["type"], record["reason"]
