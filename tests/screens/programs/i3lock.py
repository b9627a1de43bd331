# SPDX-License-Identifier: MIT
"""i3lock, a locker of X11 with one field: unlocked by both in one line, and by nothing else."""

from screen import X
from terminal import PASSWORD, await_that


def run(terminal):
    screen = X()
    locker = terminal.begins(["i3lock", "-n", "-c", "303030"], user=terminal.clerk, env=screen.environment)
    for answer in (PASSWORD, f"{PASSWORD}+000000"):
        refused = len(terminal.records()) + 1
        screen.enters(answer)
        assert terminal.await_record(refused)[0] == "login-refused", terminal.records()
        assert locker.poll() is None
    screen.picture("i3lock-refused")
    screen.enters(f"{PASSWORD}+{terminal.code()}")
    assert terminal.await_record(3)[0] == "login-allowed", terminal.records()
    await_that("the end of the lock", lambda: locker.poll() is not None)
    assert locker.returncode == 0
