# SPDX-License-Identifier: MIT
"""Somebody at a terminal of their own: reads what stands there, types, goes away. And what holds for each program that
asks at one."""

import fcntl
import os
import pty
import select
import signal
import termios
import time

from terminal import PASSWORD, PATIENCE_S, await_that


class Typist:
    questions = "パスワード: ", "ワンタイムパスワード（6桁の数字）: "
    refusal = "ログインできませんでした。入力した内容が登録と一致しません。"

    def __init__(self, *command, user=None, controlled=True, **environment):
        who = ["runuser", "-u", user, "--"] if user else []
        self.said, self.heard = b"", 0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            if not controlled:      # it takes the terminal itself, for one of its children
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
                fcntl.ioctl(0, termios.TIOCNOTTY)
                signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.execvpe([*who, *command][0], [*who, *command], {**os.environ, **environment})
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, b"\x18\0\x50\0\0\0\0\0")     # 24 lines of 80

    def text(self):
        return self.said.decode(errors="replace")

    def has_ended(self):
        """Its exit code stays there to be asked for."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def hears(self):
        """More of what it says; False: it has ended. login(1) hangs up and opens anew: until it does nobody is there."""
        if not select.select([self.terminal], [], [], 1)[0]:
            return True
        try:
            self.said += os.read(self.terminal, 4096)
        except OSError:
            if self.has_ended():
                return False
            time.sleep(0.05)    # no event tells of its opening
        return True

    def reads(self, words, seconds=PATIENCE_S):
        """Until they stand there, behind all that was read before."""
        until = time.monotonic() + seconds
        while (at := self.said.find(words.encode(), self.heard)) < 0:
            assert self.hears() and time.monotonic() < until, f"not shown: {words}, but: {self.text()}"
        self.heard = at + len(words.encode())

    def types(self, answer):
        os.write(self.terminal, f"{answer}\n".encode())

    def answers(self, question, answer):
        """Once it stands there and what is typed is hidden: what was typed before that may be thrown away."""
        self.reads(question)
        await_that("hidden letters", lambda: not termios.tcgetattr(self.terminal)[3] & termios.ECHO)
        self.types(answer)

    def goes_away(self):
        """The window is closed."""
        os.close(self.terminal)
        self.ends(hung_up=True)

    def ends(self, hung_up=False, seconds=PATIENCE_S):
        """All that was shown; its exit code is kept."""
        until = time.monotonic() + seconds
        while not self.has_ended() if hung_up else self.hears():
            assert time.monotonic() < until, f"does not end: {self.text()}"
            time.sleep(0.05)
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.text()


def factors(typist, *answers):
    """As many of them as are given, the password first."""
    for question, answer in zip(typist.questions, answers):
        typist.answers(question, answer)


def lets_time_go_by(terminal, begins):
    """Until the program has had enough: no failure."""
    typist = begins()
    typist.reads(typist.questions[0])
    typist.ends()
    assert terminal.records() == [], (typist.text(), terminal.records())


def goes_away_twice(terminal, begins):
    """At either question: no failure."""
    for answers in ([], [PASSWORD]):
        typist = begins()
        factors(typist, *answers)
        typist.reads(typist.questions[len(answers)])
        typist.goes_away()
    assert terminal.records() == [], terminal.records()


def is_refused(terminal, begins):
    """With a wrong code, and reads why; goes away then, where it asks again."""
    n = len(terminal.records()) + 1
    typist = begins()
    factors(typist, PASSWORD, "000000")
    typist.reads(typist.refusal)
    assert terminal.await_record(n) == ("login-refused", "wrong-code"), terminal.records()
    typist.goes_away()


def is_let_in(terminal, begins, does=None):
    """`does` is what is typed to a shell, or None; what was shown in the end."""
    n = len(terminal.records()) + 1
    typist = begins()
    factors(typist, PASSWORD, terminal.code())
    if does:
        typist.reads("$ ")
        typist.types(does)
    said = typist.ends()
    assert typist.code == 0, said
    assert terminal.await_record(n)[0] == "login-allowed", terminal.records()
    return said


def tried(terminal, begins, does=None):
    """All of it, at a program whose sentence can be read at a terminal; what was shown to whoever was let in."""
    goes_away_twice(terminal, begins)
    is_refused(terminal, begins)
    return is_let_in(terminal, begins, does)
