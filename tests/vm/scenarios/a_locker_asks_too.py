# SPDX-License-Identifier: MIT
"""A screen locker, which is not root and shows one prompt only, unlocks for the user it runs as, and for nobody else."""

from harness.desk import LOGIN, PASSWORD, Desk, unseen


def run(vm):
    desk = Desk(vm, login={**LOGIN, "single_prompt": ["swaylock"]}, services=["swaylock"])
    desk.person("tanaka")
    desk.person("suzuki")
    assert unlocks(desk, "tanaka", "tanaka") == (0, True)
    assert unlocks(desk, "suzuki", "tanaka") == (1, False)
    assert unlocks(desk, "suzuki", "suzuki") == (0, True)
    assert [r["user"] for r in vm.audit("login-allowed")] == ["tanaka", "suzuki"]


def unlocks(desk, uid, name):
    """A program with this uid asks PAM about `name`; (exit code, whether anything was asked)."""
    status, screen = desk.types([unseen("one-time code", f"{PASSWORD}+{desk.code(name)}")], "runuser", "-u", uid, "--",
                                "pamtester", "swaylock", name, "authenticate")
    return status, "one-time code" in screen
