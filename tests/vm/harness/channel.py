# SPDX-License-Identifier: MIT
"""The host's end of guest/channel.c: run a script, put a file, get a file, list kernel uevents."""

import itertools
import os
import time
from dataclasses import dataclass

from .qmp import connect


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes
    guest_ns: int   # the guest's monotonic clock when the reply left

    @property
    def text(self):
        return self.content.decode(errors="replace")


@dataclass(frozen=True)
class Uevent:
    guest_ns: int
    action: str
    path: str
    fields: dict


class Channel:
    def __init__(self, path, deadline):
        self.socket = connect(path, deadline)
        self.buffer = b""
        # A restored machine may still hold a reply meant for someone else: never share a number with it.
        self.numbers = itertools.count(int.from_bytes(os.urandom(6), "big"))

    def run(self, script, timeout=180):
        return self._request("run", script.encode(), timeout)

    def put(self, path, content, mode=0o644):
        reply = self._request("put", b"%o %s\0" % (mode, str(path).encode()) + content, 180)
        if reply.status != 0:
            raise OSError(reply.status, os.strerror(reply.status), str(path))

    def get(self, path):
        reply = self._request("get", str(path).encode(), 180)
        if reply.status != 0:
            raise OSError(reply.status, os.strerror(reply.status), str(path))
        return reply.content

    def uevents(self):
        """Kernel uevents since the last call, oldest first."""
        return [uevent_parse(line) for line in self._request("uevents", b"", 180).text.split("\n")[:-1]]

    def _request(self, operation, body, timeout):
        number = next(self.numbers)
        deadline = time.monotonic() + timeout
        self.socket.settimeout(timeout)
        self.socket.sendall(f"{operation} {number} {len(body)}\n".encode() + body)
        while True:
            head = self._receive_until(b"\n", deadline, operation).split()
            content = self._receive(int(head[3]), deadline, operation)
            if int(head[0]) == number:
                return Reply(int(head[1]), content, int(head[2]))

    def _receive_until(self, end, deadline, operation):
        while end not in self.buffer:
            self._receive_more(deadline, operation)
        found, self.buffer = self.buffer.split(end, 1)
        return found

    def _receive(self, length, deadline, operation):
        while len(self.buffer) < length:
            self._receive_more(deadline, operation)
        found, self.buffer = self.buffer[:length], self.buffer[length:]
        return found

    def _receive_more(self, deadline, operation):
        self.socket.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            received = self.socket.recv(1 << 20)
        except TimeoutError:
            raise TimeoutError(f"the guest did not finish '{operation}' in time") from None
        if not received:
            raise EOFError("the guest's channel is closed")
        self.buffer += received


def uevent_parse(line):
    """'NS ACTION@PATH\\tKEY=VALUE\\t…' as guest/channel.c writes it."""
    stamp, rest = line.split(" ", 1)
    head, *fields = rest.split("\t")
    action, path = head.split("@", 1)
    return Uevent(int(stamp), action, path, dict(f.split("=", 1) for f in fields if "=" in f))
