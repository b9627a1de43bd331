# SPDX-License-Identifier: MIT
"""What either sudo does with a clerk who may become root."""

import os

from typist import Typist, tried

RULE = "%town ALL=(ALL:ALL) ALL\n"


def given(file, text):
    with open(file, "w", encoding="utf-8") as rules:
        rules.write(text)
    os.chmod(file, 0o440)


def begins(terminal, program):
    """Remembers nothing of the time before."""
    return Typist(program, "-k", "id", "-un", user=terminal.clerk)


def sudo_tried(terminal, program):
    said = tried(terminal, lambda: begins(terminal, program))
    assert "root\r" in said, said
    assert {record["service"] for record in terminal.records()} == {"sudo"}, terminal.records()
