# SPDX-License-Identifier: MIT
"""Logins at once with one card: one after the other, and the last try of its PIN is spent by none of them, though all of
them saw more when they asked for it. Started by test_card_turns."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import reader as readers  # noqa: E402
from card_sessions import PIN, PivDesk, enter_or_skip  # noqa: E402
from login_bed import needs  # noqa: E402

AT_ONCE = 4
WRONG = "246801"
needs("openssl", "pcscd")


def asked_for_the_pin(desk, n):
    """So many conversations; each has found the card, and waits for an answer."""
    talks = [desk.talk("tanaka", tty=f"tty{i + 1}") for i in range(n)]
    for talk in talks:
        what, text = talk.hear()
        assert what == "ask-hidden", (what, text)
    return talks


def answered_at_once(desk, pins):
    """Their verdicts, and the reasons that were recorded."""
    before = len(desk.audit("login"))
    talks = asked_for_the_pin(desk, len(pins))
    for talk, pin in zip(talks, pins):
        talk.answer(pin)
    verdicts = [talk.finish([]) for talk in talks]
    return sorted(verdicts), sorted(r["reason"] for r in desk.audit("login")[before:])


def both_are_let_in(desk, card):
    """One after the other, and neither spends a try of the other's."""
    found = answered_at_once(desk, [PIN] * AT_ONCE)
    assert found == (["allow"] * AT_ONCE, [""] * AT_ONCE), found
    assert card.pin.left == card.pin.tries


def the_last_try_is_nobodys(desk, card):
    card.pin.left = 2
    assert answered_at_once(desk, [WRONG] * 2) == (["refuse"] * 2, ["last-try", "wrong-pin"])
    assert card.pin.left == 1, "it is not locked"


def a_right_pin_brings_them_back(desk, card):
    """Wrong and right at once: the last try is left in any order."""
    card.pin.left = 2
    _, reasons = answered_at_once(desk, [WRONG, PIN])
    assert reasons in (["", "wrong-pin"], ["last-try", "wrong-pin"]), reasons
    assert card.pin.left >= 1


def where_the_policy_spends_it_it_is_spent(desk, card):
    desk.push(desk.plane().replace("    map: cn\n", "    map: cn\n    last_try: allow\n"))
    card.pin.left = 2
    assert answered_at_once(desk, [WRONG] * 3) == (["refuse"] * 3, ["pin-locked", "pin-locked", "wrong-pin"])
    assert card.pin.left == 0


enter_or_skip()
with readers.Service() as service, PivDesk(private=True) as terminal:
    terminal.push(terminal.plane())
    the_card = terminal.a_card("tanaka")
    service.reader(0).insert(the_card)
    for claim in (both_are_let_in, the_last_try_is_nobodys, a_right_pin_brings_them_back, where_the_policy_spends_it_it_is_spent):
        claim(terminal, the_card)
        terminal.sekimori("unlock", "tanaka", "--runtime-dir", f"{terminal.place}/run")
        print(claim.__name__, flush=True)
