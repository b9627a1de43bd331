# SPDX-License-Identifier: MIT
"""What a software device does: a keyboard that types, a disk that answers SCSI over bulk-only transport."""

import struct

BLOCK = 512
KEY_A = bytes((0, 0, 4, 0, 0, 0, 0, 0))
NO_KEY = bytes(8)


class Keyboard:
    """Interrupt IN reports, one for each change."""

    def __init__(self):
        self.reports = []

    def type_key(self):
        self.reports += [KEY_A, NO_KEY]

    def give(self, _length):
        """The next IN packet, or None while there is nothing to say."""
        return self.reports.pop(0) if self.reports else None

    def take(self, data):
        """Keyboards have no OUT endpoint here."""


class Sink:
    """Keeps whatever is written to it, in /run/taken-NAME."""

    def __init__(self, name):
        self.file = f"/run/taken-{name}"

    def give(self, _length):
        """It has nothing to say."""

    def take(self, data):
        with open(self.file, "ab") as taken:
            taken.write(data)


class Disk:
    """Bulk-only transport (USB MSC BOT 1.0) around the few SCSI commands Linux sends."""

    def __init__(self, blocks=2048):
        self.content = bytearray(b"SECRET! " * (blocks * BLOCK // 8))
        self.answers = []      # IN transfers still owed, in order
        self.writing = None    # (offset, bytes still to come, status block)
        self.commands = 0      # how often the kernel asked for anything at all

    def give(self, length):
        if not self.answers:
            return None
        data = self.answers[0]
        if len(data) > length:
            self.answers[0] = data[length:]
        else:
            self.answers.pop(0)
        return data[:length]

    def take(self, data):
        if self.writing:
            self._take_data(data)
        elif data[:4] == b"USBC" and len(data) >= 31:
            self._take_command(data)

    def _take_data(self, data):
        offset, left, status = self.writing
        if offset is not None:
            self.content[offset:offset + len(data)] = data
            offset += len(data)
        left -= len(data)
        self.writing = (offset, left, status) if left > 0 else None
        if left <= 0:
            self.answers.append(status)

    def _take_command(self, wrapper):
        self.commands += 1
        tag, length, flags = struct.unpack("<IIB", wrapper[4:13])
        command = wrapper[15:31]
        if flags & 0x80 or length == 0:
            answer = self._scsi(command)
            data = (answer or b"")[:length]
            if length:
                self.answers.append(data)
            self.answers.append(_status(tag, length - len(data), answer is None))
        else:
            known = command[0] == 0x2A
            offset = struct.unpack(">I", command[2:6])[0] * BLOCK if known else None
            self.writing = (offset, length, _status(tag, 0, not known))

    def _scsi(self, command):
        """The answer's data (possibly none), or None for a command this disk does not know."""
        blocks = len(self.content) // BLOCK
        if command[0] == 0x28:   # READ(10)
            first, count = struct.unpack(">IxH", command[2:9])
            return bytes(self.content[first * BLOCK:(first + count) * BLOCK])
        return {
            0x00: b"",                                                             # TEST UNIT READY
            0x03: b"\x70\0\0\0\0\0\0\x0a" + bytes(10),                             # REQUEST SENSE
            0x12: b"\0\x80\x04\x02\x1f\0\0\0" + b"Vendor  Software disk   0001",   # INQUIRY
            0x1A: b"\x03\0\0\0",                                                   # MODE SENSE(6)
            0x1B: b"",                                                             # START STOP UNIT
            0x1E: b"",                                                             # PREVENT REMOVAL
            0x23: struct.pack(">III", 8, blocks, BLOCK | 0x02000000),              # READ FORMAT CAPACITIES
            0x25: struct.pack(">II", blocks - 1, BLOCK),                           # READ CAPACITY(10)
            0x35: b"",                                                             # SYNCHRONIZE CACHE
            0x5A: b"\0\x06\0\0\0\0\0\0",                                           # MODE SENSE(10)
        }.get(command[0])


def _status(tag, residue, failed):
    return b"USBS" + struct.pack("<IIB", tag, residue, failed)
