# SPDX-License-Identifier: MIT
"""A smart card service of the test's own: pcscd with two virtual readers (vpcd), in namespaces where nobody else sees
them, and hands that put cards in and pull them out.

    enter()                            # root only; once, before any thread: own network, mounts, /run/pcscd
    with Service() as service:
        reader = service.reader(0)
        reader.insert(card)            # smartcard.py; back when pcscd has seen it
        reader.pull_at = 3             # the card leaves instead of answering its third command from now
        reader.remove()
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time

PCSCD = "/usr/sbin/pcscd"
PORT = 0x8C7B  # of vpcd's first reader; the second's is the next
NAME = "Virtual PCD 00 0%d"
DRIVER = """FRIENDLYNAME "Desk {0}"
DEVICENAME /dev/null:0x{1:X}
LIBPATH /run/pcscd/{0}.so
CHANNELID 0x{1:X}
"""     # of two readers, where there is more than one: each its own copy, as it knows two in all
READERS, MNT_DETACH = "/etc/reader.conf.d/vpcd", 2
VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
PATIENCE_S = 20
CLONE_NEWNS, CLONE_NEWNET, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x40000000, 0x1000, 0x4000, 0x40000
SIOCSIFFLAGS, IFF_UP, TCP_QUICKACK = 0x8914, 1, 12
EMPTY, PRESENT = 0x10, 0x20

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source, target, kind=None, flags=0, options=None):
    call(libc.mount, source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), options and options.encode())


def enter():
    """OSError (EPERM) where we may not."""
    call(libc.unshare, CLONE_NEWNS | CLONE_NEWNET)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    os.makedirs("/run/pcscd", exist_ok=True)
    mount("none", "/run/pcscd", "tmpfs", options="mode=0755")


def mount_file(content, target):
    """What everybody in here reads at that path from now on."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", delete=False) as f:
        f.write(content)
    os.chmod(f.name, 0o644)
    mount(f.name, target, flags=MS_BIND)
    os.unlink(f.name)


class State(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("user", ctypes.c_void_p), ("current", ctypes.c_ulong),
                ("event", ctypes.c_ulong), ("n", ctypes.c_ulong), ("atr", ctypes.c_ubyte * 33)]


def without_polkit():
    """Debian 13's asks polkit who may use cards; in a namespace of our own there is none to answer."""
    options = subprocess.run([PCSCD, "--help"], capture_output=True, text=True, check=False).stdout
    return ["--disable-polkit"] if "--disable-polkit" in options else []


class Service:
    def __init__(self, drivers=1):
        """Each has two readers."""
        self.drivers = drivers

    def __enter__(self):
        for i in range(self.drivers if self.drivers > 1 else 0):
            shutil.copy(VPCD, f"/run/pcscd/{i}.so")
        if self.drivers > 1:
            mount_file("".join(DRIVER.format(i, PORT + 2 * i) for i in range(self.drivers)), READERS)
        self.log = tempfile.TemporaryFile()
        self.library = ctypes.CDLL("libpcsclite.so.1")
        self.readers = [Reader(self, i) for i in range(self.drivers * 2)]
        self.start()
        return self

    def start(self):
        """Again after a stop, too; the cards that were in are in no reader then."""
        self.pcscd = subprocess.Popen([PCSCD, "--foreground", *without_polkit()], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                      env={"PATH": "/usr/bin:/bin"})
        self.context = ctypes.c_long()
        until = time.monotonic() + PATIENCE_S
        while self.library.SCardEstablishContext(ctypes.c_ulong(2), None, None, ctypes.byref(self.context)):
            assert time.monotonic() < until and self.pcscd.poll() is None, self.said()
            time.sleep(0.01)

    def __exit__(self, *_):
        for reader in self.readers:
            reader.leave()
        self.stop()
        self.log.close()
        if self.drivers > 1:
            call(libc.umount2, READERS.encode(), MNT_DETACH)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self):
        self.pcscd.terminate()
        self.pcscd.wait()

    def kill(self):
        self.pcscd.kill()
        self.pcscd.wait()

    def reader(self, i):
        return self.readers[i]

    def wait_for(self, name, wanted):
        """Until pcscd says so."""
        state = State(name=name.encode())
        until = time.monotonic() + PATIENCE_S
        while not state.event & wanted:
            assert time.monotonic() < until, self.said()
            rv = self.library.SCardGetStatusChange(self.context, ctypes.c_ulong(1000), ctypes.byref(state), ctypes.c_ulong(1))
            if rv & 0xFFFFFFFF == 0x80100009:  # SCARD_E_UNKNOWN_READER: it is starting still
                time.sleep(0.01)
            state.current = state.event


class Reader:
    def __init__(self, service, i):
        self.service, self.port = service, PORT + i
        self.name = NAME % i if service.drivers == 1 else f"Desk {i // 2} 00 0{i % 2}"
        self.connection = self.card = self.pull_at = None
        self.commands = []

    def insert(self, card):
        self.card, self.connection = card, self.connect()
        card.reset()
        threading.Thread(target=self.serve, args=(self.connection,), daemon=True).start()
        self.service.wait_for(self.name, PRESENT)

    def connect(self):
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port))
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until, self.service.said()
                time.sleep(0.01)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def leave(self):
        """Pulled; who is in the middle of a command has no answer."""
        connection, self.connection = self.connection, None
        if connection:
            with contextlib.suppress(OSError):  # the service was quicker
                connection.shutdown(socket.SHUT_RDWR)

    def remove(self):
        self.leave()
        self.service.wait_for(self.name, EMPTY)

    def receive(self, connection, size):
        data = b""
        while len(data) < size:
            # vpcd sends a message in two parts, and waits with the second for our acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, TCP_QUICKACK, 1)
            part = connection.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def serve(self, connection):
        try:
            while True:
                message = self.receive(connection, int.from_bytes(self.receive(connection, 2), "big"))
                answer = self.control(message[0]) if len(message) == 1 else self.command(message)
                if answer:
                    connection.sendall(len(answer).to_bytes(2, "big") + answer)
        except (EOFError, OSError) as e:
            assert isinstance(e, EOFError) or e.errno in (errno.EBADF, errno.ECONNRESET, errno.EPIPE), e
        finally:
            connection.close()

    def control(self, what):
        if what == 4:
            return self.card.ATR
        self.card.reset()
        return None

    def command(self, raw):
        self.commands.append(raw)
        if self.pull_at is not None:
            self.pull_at -= 1
            if self.pull_at <= 0:
                self.pull_at = None
                self.leave()
                raise EOFError
        return self.card.answer(raw)
