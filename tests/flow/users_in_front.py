# SPDX-License-Identifier: MIT
"""A stick that is allowed for one person lives while their session is in front of the seat, and at no other time. What
logind says stands in /run/systemd, which is this test's own. Started by test_users_in_front."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import logind  # noqa: E402
from bed import Bed, a_stick  # noqa: E402
from gi.repository import GLib  # noqa: E402
from logind import logind_starts, nobody_in_front  # noqa: E402
from login_bed import PEOPLE, LoginBed  # noqa: E402

RULE = "  - {name: 税務課, match: {bus: usb, interfaces: [storage]}, users: [tanaka], action: allow}\n"
PATIENCE_S = 10


class Desk(LoginBed):
    """Somebody's stick is allowed for tanaka."""

    def policy(self, login, **keys):
        return super().policy(login, **keys).replace("devices:\n", "devices:\n" + RULE)

    def opens(self, user, session, tty="tty2", **where):
        """As pam_sekimori says it, behind pam_systemd. Once this is answered the devices have been judged."""
        assert self.ask(user, [], phase="open", tty=tty, session=session, **where) == "allow", user

    def closes(self, user, **where):
        """The first that is open: to the agent all of them are of one process."""
        assert self.ask(user, [], phase="close", **where) == "allow", user


def session_begins(name, user, **where):
    logind.session_begins(name, PEOPLE[user], **where)


def in_front(name, user):
    logind.in_front(name, PEOPLE[user])


def without_logind_nobody_is(desk, lives):
    desk.opens("tanaka", "")
    desk.opens("tanaka", "1", seat="seat0")
    assert not lives()
    desk.closes("tanaka")
    desk.closes("tanaka")


def a_remote_session_has_no_seat(desk, lives):
    logind_starts()
    session_begins("r1", "tanaka", remote=1)
    in_front("r1", "tanaka")
    desk.opens("tanaka", "r1", tty="ssh", seat="seat0")
    assert not lives(), "logind calls it remote"
    session_begins("r2", "tanaka")
    in_front("r2", "tanaka")
    desk.opens("tanaka", "r2", tty="pts/3", rhost="192.0.2.7", seat="seat0")
    assert not lives(), "it has a host"
    session_begins("r3", "tanaka")
    in_front("r3", "tanaka")
    desk.opens("tanaka", "r3", tty=":10")
    assert not lives(), "a display with no seat"
    for _ in range(3):
        desk.closes("tanaka")


def it_follows_who_is_in_front(desk, lives):
    session_begins("2", "tanaka")
    desk.opens("tanaka", "2", seat="seat0")
    assert not lives(), "in the back"
    in_front("2", "tanaka")
    assert lives(True)
    session_begins("3", "suzuki")
    desk.opens("suzuki", "3", tty="tty3", seat="seat0")
    assert lives(), "the youngest session is in the back"
    assert desk.audit("device-allowed")[-1]["user"] == "tanaka"
    in_front("3", "suzuki")
    assert lives(False), "switched to another person"
    in_front("2", "tanaka")
    assert lives(True), "and back"
    nobody_in_front()
    assert lives(False), "a console where nobody is logged in"


def borrowed_rights_are_no_seat(desk, lives):
    in_front("3", "suzuki")
    desk.opens("tanaka", "3", tty="tty3", seat="seat0", service="su")
    assert not lives(), "su tanaka, in suzuki's session"
    in_front("2", "tanaka")
    assert lives(True)
    desk.opens("suzuki", "2", seat="seat0")
    assert lives(), "su suzuki, in tanaka's"


def a_name_given_again_is_another_session(_, lives):
    in_front("2", "suzuki")
    assert lives(False), "logind's names begin anew; the first session was never closed"
    in_front("2", "tanaka")
    assert lives(True)


def it_ends_with_the_session(desk, lives):
    desk.closes("tanaka")
    assert not lives()


def without_its_files_nobody_is(desk, lives):
    desk.opens("tanaka", "2", seat="seat0")
    assert lives(True)
    os.unlink("/run/systemd/seats/seat0")
    assert lives(False)


logind.own_run()
with Bed() as bed:
    seen = {"UMOCKDEV_DIR": GLib.getenv("UMOCKDEV_DIR")}
    with Desk(preload=["libumockdev-preload.so.0"], environment=seen) as terminal:
        stick = bed.plug(a_stick())

        def stick_lives(awaited=None):
            """Now, or `awaited`: whether it comes to that."""
            return bed.authorized(stick) if awaited is None else bed.wait(lambda: bed.authorized(stick) == awaited, PATIENCE_S)

        assert bed.wait(lambda: terminal.audit("device-refused"), PATIENCE_S), "it was not judged"
        for claim in (without_logind_nobody_is, a_remote_session_has_no_seat, it_follows_who_is_in_front, borrowed_rights_are_no_seat,
                      a_name_given_again_is_another_session, it_ends_with_the_session, without_its_files_nobody_is):
            claim(terminal, stick_lives)
