# SPDX-License-Identifier: MIT
"""vlock, a locker of a text console: asks for both, says why it refused, counts nobody who lets its time go by, and unlocks."""

from terminal import PASSWORD
from typist import Typist, factors

PATIENCE_S = "12"


def run(terminal):
    locker = Typist("vlock", user=terminal.clerk, TERM="linux", VLOCK_PROMPT_TIMEOUT=PATIENCE_S)

    def somebody_comes():
        """It asks for root's password then, too, where the clerk was not let in, and begins again."""
        locker.reads("[ENTER]")
        locker.types("")
        locker.reads(f"{terminal.clerk}'s ")

    somebody_comes()
    locker.reads("timeout!")
    assert terminal.records() == [], terminal.records()
    somebody_comes()
    factors(locker, PASSWORD, "000000")
    locker.reads(locker.refusal)
    assert terminal.await_record(1) == ("login-refused", "wrong-code"), terminal.records()
    somebody_comes()
    factors(locker, PASSWORD, terminal.code())
    locker.ends()
    assert locker.code == 0, locker.text()
    assert terminal.await_record(2)[0] == "login-allowed", terminal.records()
    assert {record["service"] for record in terminal.records()} == {"vlock"}, terminal.records()
