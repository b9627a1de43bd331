# SPDX-License-Identifier: MIT
"""swaylock, a locker of Wayland with one field: unlocked by both in one line, and by nothing else."""

from screen import Sway
from terminal import PASSWORD, await_that


def enters(terminal, screen, answer):
    """What comes of it. What is typed while swaylock asks PAM is lost: typed once more then."""
    n = len(terminal.records()) + 1
    for _ in range(5):
        screen.presses("Escape")
        screen.types(answer())
        screen.presses("Return")
        try:
            return terminal.await_record(n, seconds=30)
        except AssertionError:
            pass
    raise AssertionError("nothing came of what was typed")


def run(terminal):
    screen = Sway(terminal)
    before = screen.await_stillness()
    locker = screen.runs("swaylock", "-e", "-c", "303030")      # nothing typed is no answer
    assert screen.await_change(before), "not locked"
    for answer in (PASSWORD, f"{PASSWORD}+000000"):
        assert enters(terminal, screen, lambda: answer)[0] == "login-refused", terminal.records()
        assert locker.poll() is None
    assert enters(terminal, screen, lambda: f"{PASSWORD}+{terminal.code()}")[0] == "login-allowed", terminal.records()
    await_that("the end of the lock", lambda: locker.poll() is not None)
    assert locker.returncode == 0
