# SPDX-License-Identifier: MIT
"""Plugs software devices into this very kernel through vhci_hcd: the kernel gets one end of a socket pair and
speaks USB/IP over it (Documentation/usb/usbip_protocol.rst). No daemon, no network."""

import errno
import glob
import itertools
import os
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

CONTROLLER = "/sys/devices/platform/vhci_hcd.0"
HIGH_SPEED = 3
FREE = "004"
FREE_WITHIN_S, PAUSE_S, TOLD_AGAIN_EVERY = 30, 0.02, 50
SUBMIT, UNLINK, RET_SUBMIT, RET_UNLINK = 1, 2, 3, 4
OUT = 0
EPIPE, ECONNRESET = -32, -104


def ports():
    """The high-speed ports that are free now, each controller's first before any controller's second: a controller
    enumerates one device at a time."""
    found = []
    for number, path in enumerate(sorted(glob.glob(f"{CONTROLLER}/status*"))):
        with open(path) as status:
            rows = [line.split() for line in status.read().splitlines()[1:]]
        high = [row for row in rows if row[0] == "hs"]
        found += [Port(int(row[1]), number, place) for place, row in enumerate(high, 1) if row[2] == FREE]
    return sorted(found, key=lambda port: (port.place, port.controller))


@dataclass(frozen=True)
class Port:
    number: int        # what vhci's attach and detach call it
    controller: int    # vhci_hcd.N
    place: int         # on that controller's root hub

    @property
    def path(self):
        """How uevents and sysfs name a device in this port, as a regular expression."""
        return rf"vhci_hcd\.{self.controller}/usb\d+/\d+-{self.place}$"


def attach(port, kernels):
    """Whoever was pulled out of this port may still be leaving it, and the kernel announces nowhere that it has. vhci
    forgets to let a device go that was pulled out while it was being enumerated: it is told again, now and then."""
    end = time.monotonic() + FREE_WITHIN_S
    for turn in itertools.count(1):
        try:
            with open(f"{CONTROLLER}/attach", "w") as to:
                to.write(f"{port.number} {kernels.fileno()} {port.number + 1} {HIGH_SPEED}")
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > end:
                raise
        time.sleep(PAUSE_S)
        if turn % TOLD_AGAIN_EVERY == 0:
            detach(port)


def detach(port):
    try:
        with open(f"{CONTROLLER}/detach", "w") as to:
            to.write(str(port.number))
    except OSError:
        pass                              # the kernel has given up on the device already


class Plug:
    """A device in a port, served by a thread until it is pulled out."""

    def __init__(self, device, port=None):
        self.device = device
        self.port = port or ports()[0]
        self.waiting = []                 # IN transfers the device has no data for yet: (sequence, endpoint, length)
        self.ours, kernels = socket.socketpair()
        attach(self.port, kernels)
        kernels.close()
        self.nudge_out, self.nudge_in = os.pipe()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def pull(self):
        detach(self.port)
        self.ours.shutdown(socket.SHUT_RDWR)    # ends the thread, which may be waiting for it; close() would not

    def type_key(self):
        self.device.type_key()
        os.write(self.nudge_in, b".")

    def _serve(self):
        try:
            while True:
                ready, _, _ = select.select([self.ours, self.nudge_out], [], [])
                if self.nudge_out in ready:
                    os.read(self.nudge_out, 1)
                if self.ours in ready:
                    self._serve_one()
                self._serve_waiting()
        except (OSError, EOFError, ValueError):
            pass                          # pulled out

    def _serve_one(self):
        command, sequence, _, direction, endpoint = struct.unpack(">IIIII", self._receive(20))
        body = self._receive(28)
        if command == UNLINK:
            self._unlink(sequence, struct.unpack(">I", body[:4])[0])
            return
        length = struct.unpack(">i", body[4:8])[0]
        data = self._receive(length) if direction == OUT else b""
        if endpoint == 0:
            self._control(sequence, body[20:28], data, direction)
        elif direction == OUT:
            self.device.take(endpoint, data)
            self._return(sequence, 0, len(data))
        else:
            self.waiting.append((sequence, endpoint, length))

    def _control(self, sequence, setup, data, direction):
        answer = self.device.control(setup, data)
        if answer is None:
            self._return(sequence, EPIPE, 0)
        elif direction == OUT:
            self._return(sequence, 0, len(data))
        else:
            self._return(sequence, 0, len(answer), answer)

    def _serve_waiting(self):
        for transfer in list(self.waiting):
            sequence, endpoint, length = transfer
            data = self.device.give(endpoint, length)
            if data is not None:
                self.waiting.remove(transfer)
                self._return(sequence, 0, len(data), data)

    def _unlink(self, sequence, victim):
        cancelled = [transfer for transfer in self.waiting if transfer[0] == victim]
        for transfer in cancelled:
            self.waiting.remove(transfer)
        status = ECONNRESET if cancelled else 0
        self.ours.sendall(struct.pack(">IIIIIi24x", RET_UNLINK, sequence, 0, 0, 0, status))

    def _return(self, sequence, status, length, data=b""):
        head = struct.pack(">IIIIIiiiii8x", RET_SUBMIT, sequence, 0, 0, 0, status, length, 0, 0, 0)
        self.ours.sendall(head + data)

    def _receive(self, length):
        data = b""
        while len(data) < length:
            more = self.ours.recv(length - len(data))
            if not more:
                raise EOFError
            data += more
        return data
