# SPDX-License-Identifier: MIT
"""The card that a session was opened with: pulled while the agent runs and while it does not, its reader and its service
gone for a while and for good. Its absence is believed when a reader says so. The helper is one of ours, and so is logind.
Started by test_session_cards."""

import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import logind  # noqa: E402
from desktop import until  # noqa: E402
from login_bed import BUILD, PASSWORD, PEOPLE, LoginBed, code, needs  # noqa: E402
from scripted_card import ANOTHER, AWAY, EMPTY, HERE, NO_READER, SILENT, Hand  # noqa: E402

PIN = "135790"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOCK, END = [("LockSession", "2")], [("TerminateSession", "2")]
needs("openssl", "oathtool")


class Desk(LoginBed):
    def prepare(self):
        self.programs = f"{self.place}/bin"
        os.mkdir(self.programs)
        for name in ("sekimorid", "sekimori-observer", "sekimori-person"):
            shutil.copy(f"{BUILD}/{name}", self.programs)
        self.hand = Hand(self.programs)
        key = ("-newkey", "rsa:2048", "-nodes")
        self.openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=town CA", "-addext", "keyUsage=keyCertSign,cRLSign",
                     "-keyout", "ca.key", "-out", "ca.pem")
        self.write("usage", "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n")
        for name in ("tanaka", "another"):
            self.openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"bin/{name}.key", "-out", f"{name}.csr")
            self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
                         "-extfile", "usage", "-outform", "DER", "-out", f"bin/{name}.der")
        self.hand.card("tanaka")
        self.hand.says(HERE)

    def openssl(self, *words):
        self.run("openssl", *words).check_returncode()

    def plane(self, removal="lock", card=True):
        with open(f"{self.place}/ca.pem", encoding="ascii") as f:
            pem = "".join("        " + line for line in f)
        section = (f"  card:\n    module: /usr/lib/test/module.so\n    map: cn\n    removal: {removal}\n"
                   f"    authorities:\n      - |\n{pem}") if card else ""
        return (f"login:\n{section}  rules:\n    - {{name: 職員, users: [tanaka], require: [card+pin]}}\n"
                "    - {name: ほか, users: [suzuki], require: [password+totp]}\n")

    def log_in(self, session="2", tty="tty2", **where):
        self.hand.says(HERE)
        assert self.ask("tanaka", [PIN], tty=tty, **where) == "allow"
        if session is not None:
            assert self.ask("tanaka", [], phase="open", tty=tty, session=session, **where) == "allow"

    def log_out(self, session="2", tty="tty2", **where):
        assert self.ask("tanaka", [], phase="close", tty=tty, session=session, **where) == "allow"

    def restart(self, kill=True, meanwhile=None):
        self.stop(kill)
        if meanwhile:
            self.hand.says(meanwhile)
        self.start()

    def count(self, kind):
        return len(self.audit(kind))


class Session:
    """One of tanaka's on a desktop in front; of any other kind where that is said."""

    def __init__(self, desk, manager, kind="wayland", **where):
        self.desk, self.manager, self.where = desk, manager, where
        logind.session_begins("2", PEOPLE["tanaka"], kind=kind)
        manager.asked()
        self.removed, self.lost = desk.count("card-removed"), desk.count("card-lost")
        desk.log_in(**where)

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        if not failed[0]:
            self.desk.log_out(**self.where)

    def is_acted_on(self, acts, kind="card-removed", action="lock"):
        assert self.manager.await_asked() == acts
        before = self.removed if kind == "card-removed" else self.lost
        assert self.desk.count(kind) == before + 1, self.desk.audit("card-")
        record = self.desk.audit(kind)[-1]
        assert (record["user"], record["action"]) == ("tanaka", action), record

    def nothing_happened(self):
        """A look has been answered since: what was said before it has had its effect."""
        assert self.manager.asked() == []
        assert (self.desk.count("card-removed"), self.desk.count("card-lost")) == (self.removed, self.lost)

    def is_watched(self):
        """Pulled now, it locks."""
        self.nothing_happened()
        self.desk.hand.says(EMPTY)
        self.is_acted_on(LOCK)


def answered(desk):
    """A login that is answered: by then each card was looked at."""
    assert desk.ask("suzuki", [PASSWORD, code(SEED, time.time() + answered.ahead)]) == "allow"
    answered.ahead += 30


answered.ahead = -30


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
            desk.restart(meanwhile=instead)
            talk = desk.talk("root", tty="tty9")
            talk.hear()
            assert desk.count("card-removed") == session.removed + 1, "acted on before the first login is answered"
            talk.close()
            session.is_acted_on(LOCK)


def between_the_login_and_its_session(desk, manager):
    """The agent is away in between, and the card is pulled meanwhile, or later."""
    logind.session_begins("2", PEOPLE["tanaka"], kind="wayland")
    for meanwhile, later in ((EMPTY, None), (None, EMPTY)):
        removed = desk.count("card-removed")
        desk.log_in(session=None)
        desk.restart(meanwhile=meanwhile)
        assert desk.ask("tanaka", [], phase="open", tty="tty2", session="2") == "allow"
        if later:
            assert not manager.asked()
            desk.hand.says(later)
        assert manager.await_asked() == LOCK and desk.count("card-removed") == removed + 1
        desk.log_out()


def a_service_that_is_away_for_a_moment_is_nothing(desk, manager):
    for away in (AWAY, NO_READER):
        with Session(desk, manager) as session:
            looks = desk.hand.looks()
            desk.hand.says(away)
            until(lambda: desk.hand.looks() > looks + 1, "it is looked for")
            desk.hand.says(HERE)
            until(lambda: desk.hand.looks() > looks + 2, "and found")
            session.is_watched()


def away_while_the_agent_restarts(desk, manager):
    with Session(desk, manager) as session:
        desk.restart(meanwhile=AWAY)
        answered(desk)
        session.nothing_happened()
        desk.hand.says(HERE)
        looks = desk.hand.looks()
        until(lambda: desk.hand.looks() > looks, "it is looked for")
        session.is_watched()


logind.own_run()
logind.logind_starts()
with logind.Manager() as login_manager, Desk() as terminal:
    terminal.push(terminal.plane())
    terminal.import_token("suzuki", SEED)
    for claim in (a_card_is_watched_across_restarts, pulled_while_the_agent_was_away, between_the_login_and_its_session,
                  a_service_that_is_away_for_a_moment_is_nothing, away_while_the_agent_restarts):
        claim(terminal, login_manager)
        print(claim.__name__, flush=True)
