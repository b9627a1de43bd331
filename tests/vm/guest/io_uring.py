# SPDX-License-Identifier: MIT
"""io_uring, as much as it takes to open a file and to write to it, in a worker thread of the kernel. man 7 io_uring."""

import ctypes
import mmap
import os
import struct

SETUP, ENTER = 425, 426
ENTRIES = 4
SQ_RING, SQES = 0, 0x10000000
GETEVENTS, ASYNC = 1, 1 << 4
OPENAT, WRITE, FSYNC = 18, 23, 3
AT_FDCWD = -100

libc = ctypes.CDLL(None, use_errno=True)


def call(*arguments):
    result = libc.syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Ring:
    """One submission at a time, each handed to a worker and waited for."""

    def __init__(self):
        parameters = ctypes.create_string_buffer(120)
        self.fd = call(SETUP, ENTRIES, parameters)
        sq, cq = struct.unpack_from("10I", parameters, 40), struct.unpack_from("10I", parameters, 80)
        self.tail, self.array = sq[1], sq[6]
        self.head, self.completed, self.results = cq[0], cq[1], cq[5]
        self.ring = mmap.mmap(self.fd, max(sq[6] + 4 * ENTRIES, cq[5] + 32 * ENTRIES), offset=SQ_RING)
        self.entries = mmap.mmap(self.fd, 64 * ENTRIES, offset=SQES)

    def number(self, at):
        return struct.unpack_from("I", self.ring, at)[0]

    def do(self, operation, fd, offset, address, length, flags):
        self.entries[:64] = struct.pack("BBHiQQII32x", operation, ASYNC, 0, fd, offset, address, length, flags)
        struct.pack_into("I", self.ring, self.array + 4 * (self.number(self.tail) % ENTRIES), 0)
        struct.pack_into("I", self.ring, self.tail, self.number(self.tail) + 1)
        call(ENTER, self.fd, 1, 1, GETEVENTS, 0, 0)
        head = self.number(self.head)
        (result,) = struct.unpack_from("8xi", self.ring, self.results + 16 * (head % (2 * ENTRIES)))
        struct.pack_into("I", self.ring, self.head, head + 1)
        if result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    def close(self):
        self.entries.close()
        self.ring.close()
        os.close(self.fd)


def write(path, data, offset):
    name = ctypes.create_string_buffer(path.encode())
    bytes_ = ctypes.create_string_buffer(data, len(data))
    ring = Ring()
    try:
        fd = ring.do(OPENAT, AT_FDCWD, 0, ctypes.addressof(name), 0, os.O_RDWR)
        try:
            ring.do(WRITE, fd, offset, ctypes.addressof(bytes_), len(data), 0)
            ring.do(FSYNC, fd, 0, 0, 0, 0)
        finally:
            os.close(fd)
    finally:
        ring.close()
