# SPDX-License-Identifier: MIT
"""`sekimori enrol USER card` with a card in the reader: which certificate is taken, and what is said where none can be.
The helper is one of ours that answers what the test wrote down (docs: agent/lib/wire/card.h); the real one has tests of its own.
Started by test_enrol_card."""

import hashlib
import os
import shutil
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from enrol_desk import KNOWN, Terminal  # noqa: E402
from programs import CLEAN, program  # noqa: E402

CARD_FOUND, CARD_LISTED = 4, 5
CARD_OK, CARD_GONE, CARD_UNABLE = 0, 4, 5
MODULE = "/usr/lib/test/module.so"

HELPER = """#!/usr/bin/python3
import os, socket, sys
agent = socket.socket(fileno=3)
agent.setblocking(True)
folder = os.path.dirname(os.path.abspath(sys.argv[0]))
with open(folder + "/asked", "wb") as f:
    f.write(agent.recv(16384))
with open(folder + "/answers") as f:
    for line in f:
        agent.send(bytes.fromhex(line))
agent.recv(1)
"""


def counted(data):
    return struct.pack("<H", len(data)) + data


def found(der, slot=7, label=b"Yamada Hanako", serial=b"0123", key=b"\x01"):
    return (struct.pack("<BBQBBB", 1, CARD_FOUND, slot, 1, 4, 8) + counted(label) + counted(serial) + counted(b"Reader 0")
            + counted(key) + counted(der))


def listed(result=CARD_OK, n=1, text=b""):
    return struct.pack("<BBBI", 1, CARD_LISTED, result, n) + counted(text)


class EnrolCard(Terminal):
    def setUp(self):
        super().setUp()
        os.mkdir("bin")
        shutil.copy(program("sekimori"), "bin")
        self.tool_path = os.path.join(self.folder, "bin", "sekimori")
        with open("bin/sekimori-card", "w", encoding="utf-8") as f:
            f.write(HELPER)
        os.chmod("bin/sekimori-card", 0o755)
        self.ders = [self.der(name) for name in ("authentication", "signature")]

    def der(self, name):
        done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                               "-subj", f"/CN={name}", "-keyout", "/dev/null", "-outform", "DER", "-days", "30"], check=True,
                              capture_output=True)
        return done.stdout

    def answers(self, *packets):
        with open("bin/answers", "w", encoding="utf-8") as f:
            f.writelines(p.hex() + "\n" for p in packets)

    def enrol(self, *more, **rest):
        return self.tool("enrol", KNOWN, "card", "--module", MODULE, *more, **rest)

    def pinned(self):
        return [c["sha256"] for c in self.factors(KNOWN)["cards"]]

    def digest(self, which):
        return hashlib.sha256(self.ders[which]).hexdigest()

    def test_the_only_certificate_is_taken_without_asking(self):
        self.answers(found(self.ders[0]), listed())
        said = self.enrol()
        self.assertIn("CN=authentication", said)
        self.assertEqual(self.pinned(), [self.digest(0)])
        with open("bin/asked", "rb") as f:
            self.assertEqual(f.read(), b"\x01\x01" + counted(MODULE.encode()))

    def test_of_several_one_must_be_chosen(self):
        self.answers(found(self.ders[0], key=b"\x01"), found(self.ders[1], key=b"\xab", serial=b"9", slot=8), listed(n=2))
        said = self.enrol(code=1)
        self.assertIn("--id", said)
        self.assertIn("CN=authentication", said)
        for choice, which in ((("--id", "AB"), 1), (("--slot", "7"), 0), (("--serial", "9"), 1)):
            self.enrol(*choice)
            self.assertEqual(self.pinned(), [self.digest(which)], choice)
            self.tool("forget", KNOWN, "card")
        for choice in (("--id", "02"), ("--slot", "7x"), ("--slot", "9"), ("--id", "01", "--serial", "9")):
            self.enrol(*choice, code=1)
        self.assertEqual(self.pinned(), [])

    def test_a_person_is_asked_which(self):
        self.answers(found(self.ders[0]), found(self.ders[1], key=b"\x02"), listed(n=2))
        for typed, exit_code, pinned in (("0\n", 1, []), ("3\n", 1, []), ("x\n", 1, []), ("2\n", 0, [self.digest(1)])):
            typist = self.at_terminal("enrol", KNOWN, "card", "--module", MODULE, "--lang", "en")
            typist.read_until("to enrol: ")
            typist.type(typed)
            self.assertEqual(typist.process.wait(20), exit_code, typed)
            self.assertEqual(self.pinned(), pinned)

    def test_what_the_card_calls_itself_moves_no_cursor(self):
        self.answers(*[found(der, label="\u202egnp.exe".encode(), key=bytes([n + 1])) for n, der in enumerate(self.ders)],
                     listed(n=2))
        said = self.enrol(code=1)
        self.assertNotIn("\u202e", said)
        self.assertIn("gnp.exe", said)

    def test_whatever_the_helper_says_nothing_else_is_believed(self):
        good = found(self.ders[0])
        for packets, code in (((listed(n=0),), 1), ((listed(CARD_GONE, 0, b"no reader"),), 3),
                              ((listed(CARD_UNABLE, 0, b"cannot load"),), 3), ((), 3), ((b"",), 3), ((b"\x01",), 3),
                              ((good[:-1], listed()), 3), ((good + b"x", listed()), 3), ((b"\x02" + good[1:], listed()), 3),
                              ((b"\x01\x06" + good[2:],), 3), ((*[good] * 17, listed(n=17)), 3),
                              ((found(b"no certificate"), listed()), 1)):
            self.answers(*packets)
            if packets == ():
                with open("bin/sekimori-card", "w", encoding="utf-8") as f:
                    f.write("#!/bin/sh\nexit 1\n")
            said = self.enrol(code=code)
            self.assertIn("sekimori: ", said)
            with open("bin/sekimori-card", "w", encoding="utf-8") as f:
                f.write(HELPER)
        self.assertEqual(self.pinned(), [])

    def test_where_there_is_no_helper_it_is_said(self):
        os.unlink("bin/sekimori-card")
        self.assertIn("sekimori-card", self.enrol(code=3))


SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


class RealHelper(Terminal):
    """sekimori-card itself, over a card in software. It hears no environment: SoftHSM must find its cards in /etc."""

    def card(self, name):
        hsm = os.path.join(self.folder, "softhsm")
        os.makedirs(f"{hsm}/tokens", mode=0o755)
        with open(f"{hsm}/softhsm2.conf", "w", encoding="utf-8") as f:
            f.write(f"directories.tokendir = {hsm}/tokens\nobjectstore.backend = file\n")
        env = {**CLEAN, "SOFTHSM2_CONF": f"{hsm}/softhsm2.conf"}
        for command in (f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN={name} -keyout {name}.key -outform DER -out "
                        f"{name}.der -days 30 -addext keyUsage=digitalSignature -addext extendedKeyUsage=clientAuth",
                        f"openssl pkcs8 -topk8 -nocrypt -in {name}.key -out {name}.p8",
                        f"softhsm2-util --init-token --free --label {name} --pin 123456 --so-pin 87654321",
                        f"softhsm2-util --import {name}.p8 --token {name} --pin 123456 --label {name} --id 01",
                        f"pkcs11-tool --module {SOFTHSM} --token-label {name} --login --pin 123456 --write-object {name}.der "
                        f"--type cert --id 01 --label {name}"):
            subprocess.run(command.split(), env=env, check=True, capture_output=True)
        user = next((u for u in ("sekimori", "nobody") if subprocess.run(["id", u], capture_output=True).returncode == 0))
        subprocess.run(["chown", "-R", user, hsm], check=True)
        with open(f"{name}.der", "rb") as f:
            return hsm, hashlib.sha256(f.read()).hexdigest()

    def test_its_card_is_enrolled(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            self.skipTest("only root can lay a card in software over /etc/softhsm")
        hsm, digest = self.card("hanako")
        inside = f'mount --bind "{hsm}" /etc/softhsm && exec "$@"'
        done = subprocess.run(["unshare", "-m", "sh", "-c", inside, "sh", self.tool_path, "enrol", KNOWN, "card", "--module",
                               SOFTHSM, "--runtime-dir", "run"], capture_output=True, text=True, env=CLEAN, timeout=60,
                              stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("CN=hanako", done.stdout)
        self.assertEqual([c["sha256"] for c in self.factors(KNOWN)["cards"]], [digest])


if __name__ == "__main__":
    with beds.Bed():
        unittest.main()
