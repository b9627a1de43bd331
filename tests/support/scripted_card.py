# SPDX-License-Identifier: MIT
"""Stands in for sekimori-card: a card helper that says what the test wrote down (docs: agent/lib/wire/card.h), about one
RSA card in one reader.

    hand = Hand(folder)             # where the agent's programs are: puts this script there as sekimori-card
    hand.card("tanaka")             # tanaka.der and tanaka.key beneath the folder: the card that is meant from now on
    hand.says(HERE)                 # from now on, to helpers that run, too
    hand.looks()                    # how often a helper was asked for the cards
"""

import os
import select
import socket
import struct
import subprocess
import sys
import time

HERE, EMPTY, ANOTHER, AWAY, SILENT, NO_READER = "here", "empty", "another", "away", "silent", "no-reader"
OPEN, SIGN, WATCH, FOUND, LISTED, SIGNED, REMOVED, PREPARE, READY, LOOK, SEEN, TRIES, LEFT = range(1, 14)
OK, GONE = 0, 4
SLOT, READER = 7, b"Reader 00 00"
CHALLENGE = b"Sekimori login challenge, version 1\n"


class Hand:
    def __init__(self, folder):
        self.folder = folder
        script = f"{folder}/sekimori-card"
        with open(__file__, encoding="utf-8") as f, open(script, "w", encoding="utf-8") as to:
            to.write("#!/usr/bin/python3\n" + f.read())
        os.chmod(script, 0o755)
        self.write("looks", "")

    def write(self, name, text):
        with open(f"{self.folder}/{name}.new", "w", encoding="utf-8") as f:
            f.write(text)
        os.rename(f"{self.folder}/{name}.new", f"{self.folder}/{name}")

    def card(self, name):
        self.write("card", name)

    def says(self, what):
        self.write("says", what)

    def looks(self):
        return os.path.getsize(f"{self.folder}/looks")


def counted(data):
    return struct.pack("<H", len(data)) + data


class Helper:
    """The helper's end."""

    def __init__(self, folder):
        self.folder = folder
        self.agent = socket.socket(fileno=3)
        self.agent.setblocking(True)

    def read(self, name, mode=""):
        with open(f"{self.folder}/{name}", "r" + mode) as f:    # pylint: disable=unspecified-encoding
            return f.read()

    def say(self, kind, body=b""):
        self.agent.send(struct.pack("<BB", 1, kind) + body)

    def hangs(self):
        """Until the agent ends us."""
        while True:
            time.sleep(60)

    def tell_cards(self, what):
        with open(f"{self.folder}/looks", "a", encoding="ascii") as f:
            f.write(".")
        if what == SILENT:
            self.hangs()
        name = {HERE: self.read("card"), ANOTHER: "another"}.get(what)
        if name:
            self.say(FOUND, struct.pack("<QBBB", SLOT, 1, 4, 8) + counted(b"card") + counted(b"1") + counted(READER) + counted(b"\1")
                     + counted(self.read(f"{name}.der", "b")))
        self.say(LISTED, struct.pack("<BI", OK if name else GONE, 1 if name else 0) + counted(b""))

    def sign(self, body):
        nonce = body[-32:]
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", f"{self.folder}/{self.read('card')}.key"],
                              input=CHALLENGE + nonce, capture_output=True, check=True)
        self.say(SIGNED, struct.pack("<BB", OK, 1) + counted(done.stdout) + counted(b""))

    def watch(self):
        while self.read("says") == HERE:
            if select.select([self.agent], [], [], 0.02)[0]:
                sys.exit(0)
        if self.read("says") in (EMPTY, ANOTHER):
            self.say(REMOVED)
        sys.exit(0)

    def serve(self):
        while message := self.agent.recv(16384):
            kind, what = message[1], self.read("says")
            if kind == PREPARE:
                self.say(READY)
            elif kind == OPEN:
                self.tell_cards(what)
            elif kind == TRIES:
                self.say(LEFT, bytes([1]))
            elif kind == SIGN:
                self.sign(message)
            elif kind == LOOK:
                self.say(SEEN, bytes([{EMPTY: 1, HERE: 2, ANOTHER: 2}.get(what, 0)]))
            elif kind == WATCH:
                self.watch()


if __name__ == "__main__":
    Helper(os.path.dirname(os.path.abspath(sys.argv[0]))).serve()
