# SPDX-License-Identifier: MIT
"""login(1) asks for both, says why it refused, counts nobody who goes away or lets its time go by, and lets in."""

from terminal import sh
from typist import Typist, lets_time_go_by, tried


def waits(seconds):
    sh(f"sed -i 's/^#*LOGIN_TIMEOUT.*/LOGIN_TIMEOUT {seconds}/' /etc/login.defs")


def run(terminal):
    def begins():
        typist = Typist("login", TERM="linux")
        typist.reads("login: ")
        typist.types(terminal.clerk)
        return typist

    waits(10)
    lets_time_go_by(terminal, begins)
    waits(600)
    said = tried(terminal, begins, "id -un; exit")
    assert f"\n{terminal.clerk}\r" in said, said
    assert {record["service"] for record in terminal.records()} == {"login"}, terminal.records()
