# SPDX-License-Identifier: MIT
"""QEMU's machine protocol: commands go in, events are kept until someone waits for them."""

import json
import socket
import time


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    def __init__(self, path, deadline):
        self.socket = connect(path, deadline)
        self.buffer = b""
        self.events = []
        self._message(deadline)  # the greeting
        self("qmp_capabilities")

    def __call__(self, command, arguments=None, timeout=30):
        """Run one command and return its result."""
        request = {"execute": command, "arguments": arguments or {}}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        deadline = time.monotonic() + timeout
        while True:
            message = self._message(deadline)
            if "return" in message:
                return message["return"]
            if "error" in message:
                raise QmpError(f"{command} {arguments}: {message['error']['desc']}")
            self.events.append(message)

    def await_event(self, name, timeout=60, **data):
        """Wait for (or find) an event with this name and these data fields."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self.events:
                if event["event"] == name and data.items() <= event.get("data", {}).items():
                    self.events.remove(event)
                    return event
            message = self._message(deadline, f"event {name} {data}")
            if "event" in message:
                self.events.append(message)

    def _message(self, deadline, what="answer"):
        while b"\n" not in self.buffer:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                received = self.socket.recv(1 << 16)
            except TimeoutError:
                raise TimeoutError(f"QEMU sent no {what}") from None
            if not received:
                raise QmpError("QEMU has gone")
            self.buffer += received
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)


def connect(path, deadline):
    """Connect to a socket QEMU is about to open."""
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
