# SPDX-License-Identifier: MIT
"""A terminal on which tanaka logs in with a card, and logind's stand-in, which tells whom it was asked to lock and to end.
/run is the test's own (logind.py)."""

import contextlib
import os
import shutil

import logind
import reader as readers
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from desktop import until
from login_bed import BUILD, PEOPLE, LoginBed
from scripted_card import EMPTY, HERE, Hand
from smartcard import PivCard

PIN = "135790"
LOCK, END = [("LockSession", "2")], [("TerminateSession", "2")]


def enter_or_skip():
    """Where a pcscd and a logind of our own are seen: our own network, mounts and /run."""
    try:
        readers.enter()
    except OSError as e:
        print(f"no network and mounts of our own without root: {e.strerror}")
        raise SystemExit(77) from e
    logind.own_run()
    logind.logind_starts()


class CardDesk(LoginBed):
    """With the real sekimori-card."""

    module = "/usr/lib/test/module.so"

    def prepare(self):
        key = ("-newkey", "rsa:2048", "-nodes")
        self.openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=town CA", "-addext", "keyUsage=keyCertSign,cRLSign",
                     "-keyout", "ca.key", "-out", "ca.pem")
        self.write("usage", "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n")
        for name in ("tanaka", "another"):
            self.openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
                         "-extfile", "usage", "-outform", "DER", "-out", f"{name}.der")

    def openssl(self, *words):
        self.run("openssl", *words).check_returncode()

    def plane(self, removal="lock", grace="30s"):
        with open(f"{self.place}/ca.pem", encoding="ascii") as f:
            pem = "".join("        " + line for line in f)
        return (f"login:\n  card:\n    module: {self.module}\n    map: cn\n    removal: {removal}\n    grace: {grace}\n"
                f"    authorities:\n      - |\n{pem}"
                "  rules:\n    - {name: 職員, users: [tanaka], require: [card+pin]}\n"
                "    - {name: ほか, users: [suzuki], require: [password+totp]}\n")

    def log_in(self, session="2", tty="tty2", **where):
        assert self.ask("tanaka", [PIN], tty=tty, **where) == "allow", self.audit("login")[-1]
        if session is not None:
            assert self.ask("tanaka", [], phase="open", tty=tty, session=session, **where) == "allow"

    def log_out(self, session="2", tty="tty2", **where):
        assert self.ask("tanaka", [], phase="close", tty=tty, session=session, **where) == "allow"

    def restart(self, kill=True):
        self.stop(kill)
        self.start()

    def count(self, kind):
        return len(self.audit(kind))


class ScriptedDesk(CardDesk):
    """With a card helper that says what the test tells it to (scripted_card.py)."""

    def prepare(self):
        super().prepare()
        self.programs = f"{self.place}/bin"
        os.mkdir(self.programs)
        for name in ("sekimorid", "sekimori-observer", "sekimori-person"):
            shutil.copy(f"{BUILD}/{name}", self.programs)
        for name in ("tanaka.key", "tanaka.der", "another.der"):
            shutil.copy(f"{self.place}/{name}", self.programs)
        self.hand = Hand(self.programs)
        self.hand.card("tanaka")
        self.hand.says(HERE)

    def log_in(self, *arguments, **keywords):
        self.hand.says(HERE)
        super().log_in(*arguments, **keywords)

    def says_meanwhile(self, what, kill=True):
        self.stop(kill)
        self.hand.says(what)
        self.start()

    def looks_again(self, times=1, since=None):
        """Until the card was looked for that often from now, or since it had been looked for so often."""
        before = self.hand.looks() if since is None else since
        until(lambda: self.hand.looks() >= before + times, "it is not looked for")


class PivDesk(CardDesk):
    """With OpenSC, and cards in software for a real pcscd (reader.py)."""

    module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"

    def a_card(self, name):
        card = PivCard(pin=PIN)
        with open(f"{self.place}/{name}.key", "rb") as key, open(f"{self.place}/{name}.der", "rb") as der:
            card.put("9A", load_pem_private_key(key.read(), None), der.read())
        return card

    def watching(self):
        """The helpers of the agent that wait for the card to leave."""
        with open(f"/proc/{self.agent.pid}/task/{self.agent.pid}/children", encoding="ascii") as f:
            return [pid for pid in f.read().split() if self.waits(pid)]

    @staticmethod
    def waits(pid):
        """It has a thread that asks pcscd."""
        names = []
        with contextlib.suppress(OSError):  # it ended meanwhile
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/comm", encoding="ascii") as f:
                    names.append(f.read().strip())
        return "card-watch" in names

    def is_watched_by(self, *but):
        """Another helper than these."""
        until(lambda: self.watching() and not set(self.watching()) & set(but), "nobody watches the card", 60)
        return self.watching()


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

    def is_acted_on(self, acts=None, kind="card-removed", action="lock"):
        assert self.manager.await_asked() == (acts or LOCK)
        before = self.removed if kind == "card-removed" else self.lost
        assert self.desk.count(kind) == before + 1, self.desk.audit("card-")
        record = self.desk.audit(kind)[-1]
        assert (record["user"], record["action"]) == ("tanaka", action), record

    def nothing_happened(self):
        assert self.manager.asked() == []
        assert (self.desk.count("card-removed"), self.desk.count("card-lost")) == (self.removed, self.lost)

    def is_watched(self, pull=None):
        """Pulled now, it locks."""
        self.nothing_happened()
        (pull or (lambda: self.desk.hand.says(EMPTY)))()
        self.is_acted_on()
