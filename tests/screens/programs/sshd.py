# SPDX-License-Identifier: MIT
"""sshd and a client that knows no Japanese: its questions and its refusal can be read, nobody is counted who goes away or
lets its time go by, and both factors let in."""

from terminal import PASSWORD, await_that, sh
from typist import Typist, goes_away_twice, is_let_in, is_refused

OPTIONS = ["-o", "StrictHostKeyChecking=no", "-o", "NumberOfPasswordPrompts=1", "-o", "PreferredAuthentications=keyboard-interactive"]
SETTINGS = "UsePAM yes\\nKbdInteractiveAuthentication yes\\n"
HASTY = 2222    # the port of one that waits for ten seconds only


class FarAway(Typist):
    questions = "Password: ", "One-time code (6 digits): "
    refusal = "You are not logged in: what was entered does not match."


def run(terminal):
    sh(f"install -d /run/sshd && ssh-keygen -A && printf '{SETTINGS}' >/etc/ssh/sshd_config.d/pam.conf && "
       f"/usr/sbin/sshd && /usr/sbin/sshd -o LoginGraceTime=10 -o PidFile=none -p {HASTY}")

    def begins(locale="C", port=22):
        return FarAway("ssh", *OPTIONS, "-p", str(port), f"{terminal.clerk}@127.0.0.1", "id", "-un", LC_ALL=locale)

    def in_japanese():
        typist = begins("C.UTF-8")
        typist.reads("パスワード / ")
        return typist

    late = begins(port=HASTY)
    late.reads(late.questions[0])
    await_that("that sshd has had enough", lambda: not sh(f"pgrep -f 'ssh[d].*{terminal.clerk}' || true"))
    late.types(PASSWORD)    # the client hears of it then
    assert late.ends() and terminal.records() == [], (late.text(), terminal.records())
    goes_away_twice(terminal, begins)
    for each in (begins, in_japanese):
        is_refused(terminal, each)
    assert f"\n{terminal.clerk}\r" in is_let_in(terminal, begins)
    assert [r["type"] for r in terminal.records()] == 2 * ["login-refused"] + ["login-allowed"], terminal.records()
