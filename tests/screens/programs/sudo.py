# SPDX-License-Identifier: MIT
"""sudo asks for both, says why it refused, counts nobody who goes away or lets its time go by, and lets in."""

from sudoers import RULE, begins, given, sudo_tried
from typist import lets_time_go_by

FILE = "/etc/sudoers.d/town"


def run(terminal):
    given(FILE, RULE + "Defaults passwd_timeout=0.05\n")    # minutes
    lets_time_go_by(terminal, lambda: begins(terminal, "sudo"))
    given(FILE, RULE)
    sudo_tried(terminal, "sudo")
