# SPDX-License-Identifier: MIT
"""greetd with its text greeter: asks for both, says why it refused, counts nobody who goes away, and lets in."""

from terminal import PASSWORD
from typist import Typist, factors, goes_away_twice, is_refused

# Of a terminal that it was given, as without a kernel's console it has none of its own.
SETTINGS = """[terminal]
vt = "none"
[default_session]
command = "setsid --ctty --wait /usr/sbin/agreety --cmd /bin/sh"
user = "_greetd"
"""


def run(terminal):
    with open("/etc/greetd/config.toml", "w", encoding="utf-8") as file:
        file.write(SETTINGS)

    def begins():
        typist = Typist("greetd", controlled=False, TERM="linux")
        typist.reads("login: ")
        typist.types(terminal.clerk)
        return typist

    goes_away_twice(terminal, begins)
    is_refused(terminal, begins)
    typist = begins()
    factors(typist, PASSWORD, terminal.code())
    typist.reads("$ ")
    typist.types("id -un; exit")
    typist.reads(f"\n{terminal.clerk}\r")
    typist.reads("login: ")     # it goes on
    assert terminal.await_record(2)[0] == "login-allowed", terminal.records()
    assert {record["service"] for record in terminal.records()} == {"greetd"}, terminal.records()
    typist.goes_away()
