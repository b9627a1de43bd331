# SPDX-License-Identifier: MIT
"""A software card in QEMU's reader: it comes and goes, and answers what the reader passes on (libcacard's vscard)."""

import socket
import struct
import sys
import threading
import time

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from . import devices, paths
from .policy import openssl

sys.path.insert(0, str(paths.ROOT / "tests"))
from support.smartcard import PivCard  # noqa: E402

INIT, ERROR, READER_ADD, ATR, CARD_REMOVE, APDU, FLUSH, FLUSHED = 1, 2, 3, 5, 6, 7, 8, 9
NO_READER = 0xFFFFFFFF
QUIET_S = 1     # without a command: the driver, and whoever makes it ask, are through
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")


class Authority:
    """The town's own, which issues cards."""

    def __init__(self, directory):
        self.key, self.certificate = directory / "ca.key", directory / "ca.crt"
        self.directory = directory
        openssl("req", "-x509", *CURVE, "-subj", "/CN=town CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                "-keyout", self.key, "-out", self.certificate)

    def card(self, name, pin):
        key, request, usage = (self.directory / f"{name}.{each}" for each in ("key", "csr", "usage"))
        usage.write_text("keyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n")
        openssl("req", *CURVE[:-2], "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        der = openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                      "-days", "30", "-extfile", usage, "-outform", "DER")
        card = PivCard(pin=pin)
        card.put("9A", load_pem_private_key(key.read_bytes(), None), der)
        return card


class Reader:
    def __init__(self, vm):
        self.device, path = devices.card_reader(), vm.directory / "card"
        vm.plug(self.device)
        vm.qmp("chardev-add", {"id": "card", "backend": {"type": "socket", "data": {
            "addr": {"type": "unix", "data": {"path": str(path)}}, "server": True, "wait": False}}})
        vm.qmp("device_add", {"driver": "ccid-card-passthru", "id": "slot", "chardev": "card",
                              "bus": f"{self.device.name}.0"})
        self.card, self.ready, self.answered, self.log = None, threading.Event(), 0, vm.log
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(path))
        threading.Thread(target=self._serve, daemon=True).start()
        assert self.ready.wait(30), "QEMU's reader did not answer"

    def insert(self, card):
        card.reset()
        self.card = card
        self._send(ATR, card.ATR)

    def pull(self):
        """Between two commands: QEMU's reader never answers one whose card has gone, and the driver waits for a minute."""
        while (left := self.answered + QUIET_S - time.monotonic()) > 0:
            time.sleep(left)
        self._send(CARD_REMOVE)

    def _send(self, kind, content=b"", reader=0):
        self.line.sendall(struct.pack(">III", kind, reader, len(content)) + content)

    def _serve(self):
        stream = self.line.makefile("rb")
        self._send(INIT, b"VSCD" + struct.pack(">II", 2, 0), NO_READER)
        while len(head := stream.read(12)) == 12:
            kind, _, size = struct.unpack(">III", head)
            content = stream.read(size)
            if kind == INIT:
                self._send(READER_ADD, b"town\0", NO_READER)
            elif kind == ERROR:     # of code 0: the reader is there
                self.ready.set()
            elif kind == APDU:
                answer = self.card.answer(content)
                self.log(f"card: {content[:5].hex()} -> {answer[-2:].hex()}")
                self._send(APDU, answer)
                self.answered = time.monotonic()
            elif kind == FLUSH:
                self._send(FLUSHED)
