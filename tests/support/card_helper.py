# SPDX-License-Identifier: MIT
"""The real sekimori-card, asked over its socket as the agent asks it (docs: agent/lib/wire/card.h)."""

import os
import re
import socket
import struct
import subprocess
from collections import namedtuple

from programs import CLEAN, program

PATIENCE_S = 20
OPEN, SIGN, WATCH, FOUND, LISTED, SIGNED, REMOVED, PREPARE, READY, LOOK, SEEN, TRIES, LEFT, AUTHORITY, HEAR, HEARD, UNREACHED = range(1, 18)
READER_UNKNOWN, READER_EMPTY, READER_HOLDS = range(3)
OK, PIN_WRONG, PIN_IS_LOCKED, PIN_MALFORMED, GONE, UNABLE = range(6)
UNKNOWN, FRESH, COUNT_LOW, LAST_TRY, LOCKED = range(5)
CHALLENGE = b"Sekimori login challenge, version 1\n"

Found = namedtuple("Found", "slot pin least most label serial reader id certificate")
Signed = namedtuple("Signed", "result pin signature text")


def counted(data):
    return struct.pack("<H", len(data)) + data


def split(data):
    size = struct.unpack_from("<H", data)[0]
    return data[2:2 + size], data[2 + size:]


class Helper:
    """helper.found and helper.result are what opening the module gave."""

    def __init__(self, module=None):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(PATIENCE_S)
        self.process = subprocess.Popen([program("sekimori-card")], stdin=subprocess.DEVNULL, env=CLEAN, close_fds=False,
                                        preexec_fn=lambda: os.dup2(theirs.fileno(), 3))
        theirs.close()
        if module:
            self.open(module)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.kill()
        self.process.wait()

    def say(self, kind, body):
        self.socket.send(struct.pack("<BB", 1, kind) + body)

    def hear(self):
        """What kind, and its body; None at the end."""
        message = self.socket.recv(16384)
        return (message[1], message[2:]) if message else (None, b"")

    def open(self, module):
        self.say(OPEN, counted(module.encode()))
        self.found, self.authorities, self.unreached = [], [], False
        kind, body = self.hear()
        while kind in (FOUND, AUTHORITY, UNREACHED):
            if kind == AUTHORITY:
                self.authorities.append(split(body)[0])
                kind, body = self.hear()
                continue
            if kind == UNREACHED:
                self.unreached = True
                kind, body = self.hear()
                continue
            slot, *pin = struct.unpack_from("<QBBB", body)
            texts, rest = [], body[11:]
            for _ in range(5):
                text, rest = split(rest)
                texts.append(text)
            self.found.append(Found(slot, *pin, *(t.decode() for t in texts[:3]), *texts[3:]))
            kind, body = self.hear()
        assert kind == LISTED, kind
        self.result, n = struct.unpack_from("<BI", body)
        self.text = split(body[5:])[0].decode()
        assert n == len(self.found)

    def ask_service(self):
        """What pcscd says to a helper of its own: the error, and how many readers."""
        with Helper() as other:
            other.say(HEAR, b"")
            kind, body = other.hear()
            assert kind == HEARD, kind
            return struct.unpack("<IB", body)

    def sign(self, card, pin, nonce=bytes(32)):
        self.say(SIGN, struct.pack("<Q", card.slot) + counted(card.id) + counted(pin.encode()) + nonce)
        kind, body = self.hear()
        assert kind == SIGNED, kind
        signature, rest = split(body[2:])
        return Signed(body[0], body[1], signature, split(rest)[0].decode())

    def watch(self, card):
        self.say(WATCH, struct.pack("<Q", card.slot))

    def removed(self, within_s):
        """Whether it says so by then."""
        self.socket.settimeout(within_s)
        try:
            kind, _ = self.hear()
        except TimeoutError:
            return False
        assert kind == REMOVED, kind
        return True

    def ends_with(self):
        """Its last word; None: it ends without one."""
        self.socket.settimeout(PATIENCE_S)
        kind, _ = self.hear()
        assert kind is None or self.hear()[0] is None
        assert self.process.wait(PATIENCE_S) == 0
        return kind

    def look(self, reader):
        self.say(LOOK, counted(reader.encode()))
        kind, body = self.hear()
        assert kind == SEEN, kind
        return body[0]

    def tries(self, card):
        """How many are left now, in PKCS#11's words."""
        self.say(TRIES, struct.pack("<Q", card.slot))
        kind, body = self.hear()
        assert kind == LEFT, kind
        return body[0]

    def status(self, key):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as f:
            return re.search(rf"^{key}:\t(.*)$", f.read(), re.M)[1].strip()

    def remembers(self, secret):
        """How often the bytes are in its memory."""
        count = 0
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as maps, open(f"/proc/{self.process.pid}/mem", "rb") as mem:
            for line in maps:
                start, end = (int(x, 16) for x in line.split()[0].split("-"))
                if line.split()[1].startswith("r") and "[v" not in line:
                    mem.seek(start)
                    count += mem.read(end - start).count(secret)
        return count
