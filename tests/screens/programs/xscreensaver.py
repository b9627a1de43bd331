# SPDX-License-Identifier: MIT
"""xscreensaver asks for both, one after the other, shows why it refused, and unlocks."""

import subprocess

from screen import X
from terminal import PASSWORD, await_that

WRONG = "ログインできませんでした。"
CODE = "ワンタイムパスワード（6桁の数字）"


def answers(screen, code):
    """At each question, once it stands there; it is never still, as it shows how much time is left."""
    def called():
        screen.nudges()
        return screen.shows("パスワード")
    await_that("its window, which comes when somebody does", called)
    for question, answer in (("パスワード", lambda: PASSWORD), (CODE, code)):
        screen.await_words(question)
        screen.types(answer())
        screen.presses("Return")


def run(terminal):
    screen = X()
    screen.environment.update(HOME=f"/home/{terminal.clerk}", LC_ALL="ja_JP.UTF-8")
    with open(f"/home/{terminal.clerk}/.xscreensaver", "w", encoding="utf-8") as settings:
        settings.write("mode: blank\nlock: True\nsplash: False\nfade: False\nunfade: False\npasswdTimeout: 0:05:00\n")
    terminal.begins(["xscreensaver", "--no-splash"], user=terminal.clerk, env=screen.environment, stderr=open("/tmp/saver.txt", "wb"))

    def told(what):
        return subprocess.run(["runuser", "-u", terminal.clerk, "--", "xscreensaver-command", what], env=screen.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout

    def locked():
        return "already locked" in told("--lock")
    await_that("a locked screen", locked)
    answers(screen, lambda: "000000")
    assert terminal.await_record(1) == ("login-refused", "wrong-code"), terminal.records()
    screen.await_words(WRONG)
    screen.picture("xscreensaver-refused")
    screen.presses("Return")    # has been read
    answers(screen, terminal.code)
    assert terminal.await_record(2)[0] == "login-allowed", terminal.records()
    await_that("the end of the lock", lambda: "non-blanked" in told("--time"))
