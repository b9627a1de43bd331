# SPDX-License-Identifier: MIT
"""The card that a session was opened with: pulled while the agent runs and while it does not, its reader and its service
gone for a while and for good. Its absence is believed when a reader says so. The helper is one of ours, and so is logind.
Started by test_session_cards."""

import hashlib
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import logind  # noqa: E402
from acting import as_user  # noqa: E402
from card_sessions import END, LOCK, ScriptedDesk, Session  # noqa: E402
from login_bed import PASSWORD, PEOPLE, Conversation, code, needs  # noqa: E402
from scripted_card import ANOTHER, AWAY, EMPTY, HERE, NO_READER, SILENT  # noqa: E402

SHARE = 12     # of the sessions of whoever sits at the desk
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
needs("openssl", "oathtool")


def another_logs_in(desk, ahead):
    """Answered only once each card was looked at."""
    assert desk.ask("suzuki", [PASSWORD, code(SEED, time.time() + ahead)]) == "allow"


def another_asks(desk):
    """And is answered: by then each card was looked at."""
    talk = desk.talk("root", tty="tty9")
    talk.hear()
    talk.close()


def who_opens_no_session_in_time_is_forgotten(desk, _):
    """A locker opens none. Its card holds back no login of the next agent."""
    before_s = 600
    desk.log_in(session=None)
    desk.stop(kill=True)
    with open(f"{desk.place}/run/sessions", "rb") as f:
        content = bytearray(f.read()[:-32])
    at = 8 + 40 + 1 + 8 + 9 + 4 + 8     # of the first record: when it was let in
    passed_ms = int.from_bytes(content[at:at + 8], "little")
    assert 0 <= time.monotonic() * 1000 - passed_ms < 60000
    content[at:at + 8] = (passed_ms - before_s * 1000).to_bytes(8, "little", signed=True)
    with open(f"{desk.place}/run/sessions", "wb") as f:
        f.write(content + hashlib.sha256(content).digest())
    looks = desk.hand.looks()
    desk.start()
    another_asks(desk)     # whom no rule is for is asked as one with a card: that is a look of its own
    own = desk.hand.looks() - looks
    another_asks(desk)
    assert desk.hand.looks() - looks == 2 * own, "it is not looked for"


def a_card_is_watched_across_restarts(desk, manager):
    for kill in (False, True):
        with Session(desk, manager) as session:
            desk.restart(kill)
            session.is_watched()
            desk.restart(kill)
            assert manager.asked() == [], "it was acted on once"


def pulled_while_the_agent_was_away(desk, manager):
    for instead in (EMPTY, ANOTHER):
        with Session(desk, manager) as session:
            desk.says_meanwhile(instead)
            another_asks(desk)
            assert desk.count("card-removed") == session.removed + 1, "acted on before the first login is answered"
            session.is_acted_on()


def between_the_login_and_its_session(desk, manager):
    """The agent is away in between, and the card is pulled meanwhile, or later."""
    logind.session_begins("2", PEOPLE["tanaka"], kind="wayland")
    for meanwhile, later in ((EMPTY, None), (HERE, EMPTY)):
        removed = desk.count("card-removed")
        desk.log_in(session=None)
        desk.says_meanwhile(meanwhile)
        assert desk.ask("tanaka", [], phase="open", tty="tty2", session="2") == "allow"
        if later:
            assert not manager.asked()
            desk.hand.says(later)
        assert manager.await_asked() == LOCK and desk.count("card-removed") == removed + 1
        desk.log_out()


def a_service_that_is_away_for_a_moment_is_nothing(desk, manager):
    for away in (AWAY, NO_READER, SILENT):
        with Session(desk, manager) as session:
            looks = desk.hand.looks()
            desk.hand.says(AWAY)
            desk.looks_again()
            desk.hand.says(away)
            desk.looks_again()
            desk.hand.says(HERE)
            desk.looks_again()
            assert desk.hand.looks() > looks + 2
            session.is_watched()


def away_while_the_agent_restarts(desk, manager):
    for ahead, away in ((-30, AWAY), (0, SILENT)):
        with Session(desk, manager) as session:
            desk.says_meanwhile(away)
            another_logs_in(desk, ahead)
            session.nothing_happened()
            desk.hand.says(HERE)
            desk.looks_again()
            session.is_watched()


def a_reader_that_feels_for_its_card_a_moment_too_early(desk, manager):
    """Its word counts once it is the same a second later."""
    with Session(desk, manager) as session:
        desk.hand.says(AWAY)
        desk.looks_again()
        desk.hand.says(EMPTY)
        desk.looks_again()
        desk.hand.says(HERE)
        desk.looks_again()
        session.is_watched()
    with Session(desk, manager) as session:
        desk.hand.says(AWAY)
        desk.looks_again()
        desk.hand.says(EMPTY)
        session.is_acted_on()


def away_for_too_long_locks_and_never_logs_out(desk, manager):
    for removal in ("lock", "logout"):
        desk.push(desk.plane(removal, grace="2s"))
        for away in (AWAY, SILENT):
            with Session(desk, manager) as session:
                desk.hand.says(away)
                session.is_acted_on(kind="card-lost")
                assert desk.count("card-removed") == session.removed
    with Session(desk, manager) as session:
        desk.hand.says(EMPTY)
        session.is_acted_on(END, action="logout")


def what_has_no_screen_is_ended(desk, manager):
    desk.push(desk.plane(grace="2s"))
    for where in ({}, {"tty": "ssh", "rhost": "192.0.2.7", "service": "sshd"}):
        for says, kind in ((EMPTY, "card-removed"), (AWAY, "card-lost")):
            with Session(desk, manager, kind="tty", **where) as session:
                desk.hand.says(says)
                session.is_acted_on(END, kind, "logout")


def another_persons_session_is_never_ended(desk, manager):
    """su stays in it."""
    with Session(desk, manager, kind="tty", service="su") as session:
        logind.session_begins("2", PEOPLE["suzuki"])
        desk.hand.says(EMPTY)
        session.is_acted_on(LOCK)


def su_without_room(path, one):
    """What opening as many sessions as one may came to, one more for somebody else, and one's own screen."""
    su = {"service": "su", "tty": "pts/1"}
    opened = {Conversation(path, "root", phase="open", **su).finish([]) for _ in range(SHARE)}
    return opened, Conversation(path, "suzuki", **su).finish([PASSWORD, one])


def whoever_is_in_front_unlocks_nobody_elses(desk, _):
    """Somebody else's session at the seat gives no place to the su of who sits in front of it."""
    logind.session_begins("2", PEOPLE["tanaka"], kind="wayland")
    logind.in_front("2", PEOPLE["tanaka"])
    assert desk.ask("suzuki", [], phase="open", tty="tty3", seat="seat0", session="3") == "allow"
    told = as_user(PEOPLE["tanaka"], su_without_room, f"{desk.place}/run/auth.sock", code(SEED, time.time() + 60), borrowed=True)
    assert told == ({"allow"}, "unavailable"), told
    assert desk.audit("login-unavailable")[-1]["reason"] == "too-many-sessions"
    assert desk.ask("suzuki", [], phase="close", tty="tty3", seat="seat0", session="3") == "allow"
    logind.nobody_in_front()


def where_removal_is_ignored_nothing_is_done(desk, manager):
    desk.push(desk.plane("ignore", grace="1s"))
    for says in (EMPTY, AWAY):
        with Session(desk, manager) as session:
            looks = desk.hand.looks()
            desk.hand.says(says)
            if says == AWAY:
                desk.looks_again(2, looks)
            desk.restart()
            session.nothing_happened()
            assert desk.hand.looks() >= looks


logind.own_run()
logind.logind_starts()
with logind.Manager() as login_manager, ScriptedDesk() as terminal:
    terminal.push(terminal.plane())
    terminal.import_token("suzuki", SEED)
    for claim in (who_opens_no_session_in_time_is_forgotten, a_card_is_watched_across_restarts,
                  pulled_while_the_agent_was_away, between_the_login_and_its_session,
                  a_service_that_is_away_for_a_moment_is_nothing, away_while_the_agent_restarts,
                  a_reader_that_feels_for_its_card_a_moment_too_early, away_for_too_long_locks_and_never_logs_out,
                  what_has_no_screen_is_ended, another_persons_session_is_never_ended,
                  whoever_is_in_front_unlocks_nobody_elses, where_removal_is_ignored_nothing_is_done):
        claim(terminal, login_manager)
        print(claim.__name__, flush=True)
