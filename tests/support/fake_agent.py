#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An agent that says what a script says, at auth.sock: for tests of the PAM module. Shares no code with the agent.

The script is JSON: a list of connections, each a list of steps. A step is one of
    ["ask", TEXT, {"shown": bool, "keep": bool, "want": ANSWER}]   asks, and hears the answer
    ["tell", TEXT]  ["warn", TEXT]
    ["allow", KEPT, TEXT]     allows, unless an answer was not the one wanted: then it refuses
    ["refuse", TEXT]  ["throttled", TEXT]  ["unavailable", TEXT]
    ["raw", HEX]              one packet of these bytes
    ["hang"]                  says nothing more
    ["die"]                   the whole agent ends, as by SIGKILL
The last connection's steps serve every later one too. `fake_agent.py SOCKET` reads the script, prints "ready", and then one JSON
object for each connection that ended, in the order of their ends: {"number": N, "begin": {...}, "answers": [HEX...]}."""
import json
import os
import signal
import socket
import struct
import sys
import threading

PHASES = {1: "authenticate", 2: "account", 3: "open", 4: "close"}
SAYINGS = {"tell": 3, "warn": 4, "allow": 5, "refuse": 6, "throttled": 7, "unavailable": 8}
NAMES = ("user", "service", "tty", "rhost", "seat", "session")


def say(saying, text="", keep=False, kept=0):
    raw = text.encode()
    return struct.pack("<BBBBHH", 1, 3, saying, keep, kept, len(raw)) + raw


def read_begin(raw):
    version, message, phase, flags = struct.unpack_from("<BBBB", raw)
    if (version, message) != (1, 4):
        raise ValueError(f"not a begin: {raw[:2].hex()}")
    rest, names = raw[4:], []
    for _ in NAMES:
        (n,) = struct.unpack_from("<H", rest)
        names.append(rest[2:2 + n].decode(errors="backslashreplace"))
        rest = rest[2 + n:]
    uid, login_uid, login_session, n = struct.unpack_from("<IIIH", rest)
    asker = {"uid": uid, "login_uid": login_uid, "login_session": login_session, "ruser": rest[14:14 + n].decode()}
    return {"phase": PHASES[phase], "flags": flags, "asker": asker} | dict(zip(NAMES, names, strict=True))


def read_answer(raw):
    version, message, n = struct.unpack_from("<BBH", raw)
    if (version, message, n) != (1, 2, len(raw) - 4):
        raise ValueError(f"not an answer: {raw[:4].hex()}")
    return raw[4:]


class Visit:
    """One connection and its steps."""

    def __init__(self, number, peer, steps):
        self.peer, self.steps, self.right = peer, steps, True
        self.heard = {"number": number, "begin": None, "answers": []}

    def ask(self, text, options):
        self.peer.send(say(2 if options.get("shown") else 1, text, keep=bool(options.get("keep"))))
        raw = self.peer.recv(4096)
        if not raw:
            raise ConnectionResetError
        answer = read_answer(raw)
        self.heard["answers"].append(answer.hex())
        self.right &= "want" not in options or answer == options["want"].encode()

    def step(self, what, *rest):
        if what == "ask":
            self.ask(rest[0], rest[1] if len(rest) > 1 else {})
        elif what == "allow":
            kept, text = list(rest) + [0, ""][len(rest):]
            self.peer.send(say(5, text, kept=kept) if self.right else say(6, "違います"))
        elif what == "raw":
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            self.peer.send(bytes.fromhex(rest[0]))
        elif what == "hang":
            self.peer.recv(4096)
        elif what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            self.peer.send(say(SAYINGS[what], *rest))

    def play(self):
        try:
            self.heard["begin"] = read_begin(self.peer.recv(4096))
            for step in self.steps:
                self.step(*step)
        except OSError:
            pass  # the module has gone: what was heard is told all the same
        self.peer.close()
        print(json.dumps(self.heard), flush=True)


def listen(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path + ".new")
    os.chmod(path + ".new", 0o666)
    listener.listen(64)
    os.rename(path + ".new", path)
    return listener


def main(path):
    connections = json.load(sys.stdin)
    listener = listen(path)
    print("ready", flush=True)
    for i in range(1 << 30):
        peer, _ = listener.accept()
        steps = connections[min(i, len(connections) - 1)]
        threading.Thread(target=Visit(i, peer, steps).play, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
