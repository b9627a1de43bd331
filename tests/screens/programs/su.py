# SPDX-License-Identifier: MIT
"""su asks for both, says why it refused, counts nobody who goes away, and lets in."""

from typist import Typist, tried


def run(terminal):
    said = tried(terminal, lambda: Typist("su", "-c", "id -un", terminal.clerk, user="nobody"))
    assert f"\n{terminal.clerk}\r" in said, said
    assert {record["service"] for record in terminal.records()} == {"su"}, terminal.records()
