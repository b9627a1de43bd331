# SPDX-License-Identifier: MIT
"""Network namespaces joined by wires, and packets made by hand. A socket belongs to the namespace in which it was made,
so one program sits at both ends. What arrived is counted where it arrived, by a tag that each flow has of its own."""

import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
ETH_IP, ETH_ARP, ETH_IP6, ETH_ALL = 0x0800, 0x0806, 0x86DD, 3
TCP, UDP, ICMP, ICMP6, SCTP, GRE = 6, 17, 1, 58, 132, 47
libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """One machine. It is gone when the program that holds it is."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], preexec_fn=lambda: libc.prctl(1, 9))  # PR_SET_PDEATHSIG
        mine = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == mine:
            time.sleep(0.01)
        self.fd = os.open(f"/proc/{self.holder.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.run("ip link set lo up")

    def enter(self):
        if libc.setns(self.fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    @contextlib.contextmanager
    def inside(self):
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.enter()
            yield
        finally:
            libc.setns(home, CLONE_NEWNET)
            os.close(home)

    def run(self, *commands):
        """Each is words with a blank between. What the last one printed."""
        for command in commands:
            said = subprocess.run(command.split(), preexec_fn=self.enter, check=True, capture_output=True, text=True).stdout
        return said

    def sysctl(self, name, value):
        with self.inside(), open("/proc/sys/net/" + name, "w", encoding="ascii") as f:
            f.write(value)

    def socket(self, *what):
        with self.inside():
            return socket.socket(*what)

    def close(self):
        os.close(self.fd)
        self.holder.kill()
        self.holder.wait()


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def checksum(data):
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def summed(source, target, protocol, body, at):
    """`body` with the checksum that covers both addresses, at offset `at`."""
    a, b = address(source), address(target)
    pseudo = a + b + (struct.pack(">IxxxB", len(body), protocol) if len(a) == 16 else struct.pack(">xBH", protocol, len(body)))
    return body[:at] + struct.pack(">H", checksum(pseudo + body) or 0xFFFF) + body[at + 2:]


def tcp(source, target, sport, dport, data, flags=2):
    return summed(source, target, TCP, struct.pack(">HHIIBBHHH", sport, dport, 1000, 0, 0x50, flags, 8192, 0, 0) + data, 16)


def udp(source, target, sport, dport, data):
    return summed(source, target, UDP, struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data, 6)


def icmp(kind, data, code=0, rest=b"\x12\x34\0\1"):
    body = struct.pack(">BBH", kind, code, 0) + rest + data
    return body[:2] + struct.pack(">H", checksum(body)) + body[4:]


def icmp6(source, target, kind, data, rest=b"\x12\x34\0\1"):
    return summed(source, target, ICMP6, struct.pack(">BBH", kind, 0, 0) + rest + data, 2)


def neighbour(source, target, kind, about, data):
    """Of RFC 4861: about an address, with an option that nobody knows."""
    return icmp6(source, target, kind, address(about) + b"\xfe\2" + data[:14].ljust(14, b"\0"), rest=bytes(4))


def sctp(sport, dport, data):
    """INIT, with a parameter that nobody knows."""
    data = struct.pack(">HH", 0xC0DE, 4 + len(data)) + data + b"\0" * (-len(data) % 4)
    chunk = struct.pack(">BBHIIHHI", 1, 0, 20 + len(data), 77, 65536, 1, 1, 5) + data
    head = struct.pack(">HHI", sport, dport, 0)
    return head + struct.pack("<I", crc32c(head + bytes(4) + chunk)) + chunk


def ip(source, target, protocol, body, ttl=64, ident=0, fragment=0, options=b""):
    options += b"\0" * (-len(options) % 4)
    head = struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 20 + len(options) + len(body), ident, fragment, ttl, protocol, 0,
                       address(source), address(target)) + options
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body


def ip6(source, target, protocol, body, ttl=64, headers=()):
    """`headers`: (number, what follows its first byte) of each extension header."""
    for number, rest in reversed(headers):
        body, protocol = bytes([protocol]) + rest + body, number
    return struct.pack(">IHBB16s16s", 6 << 28, len(body), protocol, ttl, address(source), address(target)) + body


def fragments(source, target, protocol, body, ident, first=None):
    """Two of them; only some of them by a slice."""
    cut = (first or len(body) // 2) & ~7
    return [ip(source, target, protocol, body[:cut], ident=ident, fragment=0x2000),
            ip(source, target, protocol, body[cut:], ident=ident, fragment=cut // 8)]


def fragments6(source, target, protocol, body, ident):
    cut = len(body) // 2 & ~7
    return [ip6(source, target, protocol, part, headers=[(44, struct.pack(">xHI", offset, ident))])
            for part, offset in ((body[:cut], 1), (body[cut:], cut))]


def arp(operation, source_mac, source, target, target_mac=bytes(6)):
    return struct.pack(">HHBBH6s4s6s4s", 1, ETH_IP, 6, 4, operation, source_mac, address(source), target_mac, address(target))


def frame(target, source, kind, body):
    return (target + source + struct.pack(">H", kind) + body).ljust(60, b"\0")


def send_ip(namespace, packet, device=None):
    """By a raw socket: it goes the way of all that a machine sends. True unless it was refused at once."""
    v6 = packet[0] >> 4 == 6
    with namespace.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, 255) as s:
        if device:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        target = socket.inet_ntop(s.family, packet[24:40] if v6 else packet[16:20])
        with namespace.inside():
            scope = socket.if_nametoindex(device) if device else 0
        try:
            s.sendto(packet, (target, 0, 0, scope) if v6 else (target, 0))
        except PermissionError:
            return False
    return True


def send_frame(namespace, device, data, bypass=False, mark=None):
    with namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        with namespace.inside():
            s.bind((device, 0))
        if bypass:
            s.setsockopt(263, 20, 1)  # SOL_PACKET, PACKET_QDISC_BYPASS
        if mark is not None:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
        try:
            s.send(data)
        except OSError:  # the driver's queue is full, says the kernel of what egress drops
            return False
    return True


class Counter:
    """Counts what comes to a socket by the tags in it."""

    def __init__(self, s):
        s.setblocking(False)
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        self.socket, self.seen = s, b""

    @classmethod
    def on_wire(cls, namespace, device):
        """All that comes in by a device, before anything there has judged it."""
        s = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_ALL))
        with namespace.inside():
            s.bind((device, ETH_ALL))
        return cls(s)

    @classmethod
    def delivered(cls, namespace, family, protocol):
        """What IP gives to whoever is asked for this protocol, after it was judged."""
        return cls(namespace.socket(family, socket.SOCK_RAW, protocol))

    def collect(self):
        said = []
        with contextlib.suppress(BlockingIOError):
            while True:
                data, where = self.socket.recvfrom(65536)
                if self.socket.family != socket.AF_PACKET or where[2] != socket.PACKET_OUTGOING:
                    said.append(data)
        return said


class Refusals:
    """What a namespace's rules tell a group of nflog: (prefix, bytes of the packet), without the packets."""

    def __init__(self, namespace, group):
        self.socket = namespace.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)  # NETLINK_NETFILTER
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        bind = struct.pack("=BBHHHBxxx", socket.AF_UNSPEC, 0, socket.htons(group), 5, 1, 1)  # NFULA_CFG_CMD: bind
        self.socket.send(struct.pack("=IHHII", 16 + len(bind), 4 << 8 | 1, 5, 1, 0) + bind)
        assert struct.unpack_from("=i", self.socket.recv(4096), 16)[0] == 0, "no such group"
        self.socket.setblocking(False)

    @staticmethod
    def attributes(data):
        while len(data) >= 4:
            length, kind = struct.unpack_from("=HH", data)
            yield kind, data[4:length]
            data = data[length + 3 & ~3:]

    def collect(self):
        said = []
        with contextlib.suppress(BlockingIOError):
            while True:
                data = self.socket.recv(1 << 20)
                while len(data) >= 20:
                    length, kind = struct.unpack_from("=IH", data)
                    if kind == 4 << 8:  # NFULNL_MSG_PACKET
                        found = dict(self.attributes(data[20:length]))
                        said.append((found[10].rstrip(b"\0").decode(), len(found.get(9, b""))))
                    data = data[length + 3 & ~3:]
        return said
