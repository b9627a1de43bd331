# SPDX-License-Identifier: MIT
"""Smart cards in software, as they answer commands (ISO 7816-4): a PIV card (NIST SP 800-73-4) and a card of the shape of
Japan's JPKI. PINs have real retry counters. No reader and no network here: see reader.py.

    card = PivCard(pin="123456")
    card.put("9A", key, der)          # a private key of `cryptography`, the certificate as bytes
    card.answer(bytes.fromhex("00A4040009A00000030800001000"))
"""

import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

FINE = b"\x90\x00"
WRONG_LENGTH, NOT_ALLOWED, PIN_BLOCKED = b"\x67\x00", b"\x69\x82", b"\x69\x83"
WRONG_DATA, NOT_FOUND, WRONG_REFERENCE, UNKNOWN = b"\x6a\x80", b"\x6a\x82", b"\x6a\x88", b"\x6d\x00"


def tlv(tag, value):
    size = len(value)
    length = bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes.fromhex(tag) + length + value


def untlv(data):
    """The values by their tags (of one byte), one level deep."""
    found = {}
    while data:
        tag, size, data = data[0], data[1], data[2:]
        if size > 0x80:
            size, data = int.from_bytes(data[:size & 0x7F], "big"), data[size & 0x7F:]
        found[tag], data = data[:size], data[size:]
    return found


def raw_rsa(key, message):
    n = key.private_numbers()
    m, p, q = int.from_bytes(message, "big"), n.p, n.q
    a, b = pow(m, n.dmp1, p), pow(m, n.dmq1, q)
    return (b + q * ((a - b) * n.iqmp % p)).to_bytes(key.key_size // 8, "big")


class Pin:
    def __init__(self, value, tries):
        self.value, self.tries, self.left, self.verified = value, tries, tries, False

    def try_value(self, value):
        if self.left == 0:
            return False
        self.verified = value == self.value
        self.left = self.tries if self.verified else self.left - 1
        return self.verified


class Command:
    """One command APDU, short or extended."""

    def __init__(self, raw):
        self.cla, self.ins, self.p1, self.p2 = raw[:4]
        body, self.data, self.expected = raw[4:], b"", 0
        if len(body) > 2 and body[0] == 0:
            size, body = int.from_bytes(body[1:3], "big"), body[3:]
            wide = 65536
        else:
            size, body = (body[0] if body else 0), body[1:]
            wide = 256
        if body:
            self.data, body = body[:size], body[size:]
            self.expected = (int.from_bytes(body, "big") or wide) if body else 0
        else:
            self.expected = size or wide


class Card:
    """What both shapes share: chaining either way, and a reset that forgets who was verified."""

    def __init__(self):
        self.rest, self.chained = b"", b""
        self.was_reset = threading.Event()

    def pins(self):
        raise NotImplementedError

    def reset(self):
        self.rest, self.chained = b"", b""
        for pin in self.pins():
            pin.verified = False
        self.was_reset.set()

    def answer(self, raw):
        if len(raw) < 4:
            return WRONG_LENGTH
        command = Command(raw)
        if command.ins == 0xC0:
            return self.more(command.expected)
        if command.cla & 0x10:
            self.chained += command.data
            return FINE
        command.data, self.chained = self.chained + command.data, b""
        try:
            said = self.execute(command)
        except (IndexError, KeyError, ValueError):
            return WRONG_DATA
        self.rest = said[:-2]
        return self.more(command.expected or 256) if self.rest else said

    def more(self, size):
        part, self.rest = self.rest[:size], self.rest[size:]
        return part + (b"\x61" + bytes([min(len(self.rest), 255)]) if self.rest else FINE)

    def execute(self, command):
        raise NotImplementedError


class PivCard(Card):
    """9A asks for the PIN, 9E does not: whoever holds the card signs with it."""

    ATR = bytes.fromhex("3B6A0000") + b"SEKIMORI-P"
    AID = bytes.fromhex("A000000308000010000100")
    OBJECTS = {"9A": "5fc105", "9E": "5fc101"}

    def __init__(self, pin="123456", tries=3):
        super().__init__()
        self.pin = Pin(pin.encode().ljust(8, b"\xff"), tries)
        self.keys, self.selected = {}, False
        guid = bytes(range(16))
        self.objects = {
            "5fc102": tlv("53", tlv("30", bytes(25)) + tlv("34", guid) + tlv("35", b"20401231") + tlv("3e", b"")
                          + tlv("fe", b"")),
            "7e": tlv("7e", tlv("4f", self.AID) + tlv("5f2f", b"\x40\x00")),
        }

    def pins(self):
        return [self.pin]

    def reset(self):
        super().reset()
        self.selected = False

    def put(self, slot, key, der):
        if key:
            self.keys[int(slot, 16)] = key
        self.objects[self.OBJECTS[slot]] = tlv("53", tlv("70", der) + tlv("71", b"\x00") + tlv("fe", b""))

    def execute(self, command):
        if command.ins == 0xA4:
            self.selected = command.p1 == 4 and len(command.data) >= 5 and self.AID.startswith(command.data)
            return tlv("61", tlv("4f", self.AID[5:]) + tlv("79", tlv("4f", self.AID[:5]))) + FINE if self.selected else NOT_FOUND
        if not self.selected:
            return UNKNOWN
        handler = {0xCB: self.get_data, 0x20: self.verify, 0x87: self.authenticate}.get(command.ins)
        return handler(command) if handler else UNKNOWN

    def get_data(self, command):
        data = self.objects.get(untlv(command.data)[0x5C].hex())
        return data + FINE if data else NOT_FOUND

    def verify(self, command):
        if command.p2 != 0x80:
            return WRONG_REFERENCE
        if command.p1 == 0xFF:  # since SP 800-73-4; what 0.23 of OpenSC never sends
            self.pin.verified = False
            return FINE
        if not command.data:
            return FINE if self.pin.verified else PIN_BLOCKED if not self.pin.left else bytes([0x63, 0xC0 | self.pin.left])
        if not self.pin.left:
            return PIN_BLOCKED
        if self.pin.try_value(command.data):
            return FINE
        return bytes([0x63, 0xC0 | self.pin.left]) if self.pin.left else PIN_BLOCKED

    def authenticate(self, command):
        key = self.keys.get(command.p2)
        if not key:
            return WRONG_REFERENCE
        if command.p2 != 0x9E and not self.pin.verified:
            return NOT_ALLOWED
        message = untlv(untlv(command.data)[0x7C])[0x81]
        if isinstance(key, rsa.RSAPrivateKey):
            signature = raw_rsa(key, message)
        else:
            digest = hashes.SHA384() if key.curve.key_size == 384 else hashes.SHA256()
            signature = key.sign(message, ec.ECDSA(utils.Prehashed(digest)))
        return tlv("7c", tlv("82", signature)) + FINE


class JpkiCard(Card):
    """Files with short names in one application; a four-digit PIN with three tries; a key that pads a DigestInfo and
    knows no hash. A blocked PIN answers `blocked` to VERIFY: 6983 or 6984."""

    ATR = bytes.fromhex("3BE000FF8131FE4514")
    AID = bytes.fromhex("D392F000260100000001")
    AUTH_CERTIFICATE, AUTH_CA, AUTH_KEY, AUTH_PIN = 0x000A, 0x000B, 0x0017, 0x0018
    SIGN_CERTIFICATE, SIGN_CA, SIGN_KEY, SIGN_PIN = 0x0001, 0x0002, 0x001A, 0x001B

    def __init__(self, key, der, authority, pin="1234", blocked=PIN_BLOCKED):
        super().__init__()
        self.key, self.blocked = key, blocked
        self.files = {self.AUTH_CERTIFICATE: der, self.AUTH_CA: authority, self.SIGN_CA: authority,
                      self.SIGN_CERTIFICATE: der}
        self.pin_files = {self.AUTH_PIN: Pin(pin.encode(), 3), self.SIGN_PIN: Pin(b"ABC123", 5)}
        self.pin = self.pin_files[self.AUTH_PIN]
        self.application, self.file = False, None

    def pins(self):
        return self.pin_files.values()

    def reset(self):
        super().reset()
        self.application, self.file = False, None

    def execute(self, command):
        handler = {0xA4: self.select, 0xB0: self.read, 0x20: self.verify, 0x2A: self.sign}.get(command.ins)
        return handler(command) if handler else UNKNOWN

    def select(self, command):
        if command.p1 == 4:
            self.application = command.data == self.AID
            return FINE if self.application else NOT_FOUND
        name = int.from_bytes(command.data, "big")
        if not self.application or command.p1 != 2 or name not in (*self.files, *self.pin_files, self.AUTH_KEY, self.SIGN_KEY):
            return NOT_FOUND
        self.file = name
        return FINE

    def read(self, command):
        if self.file not in self.files:
            return b"\x69\x86"
        if self.file == self.SIGN_CERTIFICATE and not self.pin_files[self.SIGN_PIN].verified:
            return NOT_ALLOWED
        start = (command.p1 << 8 | command.p2) & 0x7FFF
        return self.files[self.file][start:start + command.expected] + FINE

    def verify(self, command):
        pin = self.pin_files.get(self.file)
        if not pin or command.p2 != 0x80:
            return WRONG_REFERENCE
        if not command.data:
            return bytes([0x63, 0xC0 | pin.left])
        if not pin.left:
            return self.blocked
        if pin.try_value(command.data):
            return FINE
        return bytes([0x63, 0xC0 | pin.left]) if pin.left else self.blocked

    def sign(self, command):
        if command.cla != 0x80 or self.file != self.AUTH_KEY:
            return WRONG_REFERENCE
        if not self.pin.verified:
            return NOT_ALLOWED
        size = self.key.key_size // 8
        padded = b"\x00\x01" + b"\xff" * (size - 3 - len(command.data)) + b"\x00" + command.data
        return raw_rsa(self.key, padded) + FINE
