# SPDX-License-Identifier: MIT
"""Network cards whose wire ends outside the machine: QEMU writes down every frame that leaves, and what stands at the other end
(10.0.2.2, its user network) answers ARP and lets nobody further."""

import socket
import struct
import time

from .devices import Device
from .machine import PATIENCE_S

OUTSIDE = bytes.fromhex("5255"), bytes.fromhex("5256")    # how the other end's own addresses begin
HEADER, RECORD = struct.Struct("<I20x"), struct.Struct("<8xII")
MAGIC = 0xA1B2C3D4
FIREWALL, STAGE = "sekimori-firewall.service", "/var/lib/sekimori/network/stage"
ALL = "[ $(nft list tables | grep -c sekimori) = 3 ]"
MAC = "52:54:00:12:34:01"
NETWORK = {     # the card at that address, and by it one peer
    "default": "deny",
    "interfaces": [{"name": "lan", "driver": "e1000e", "mac": MAC}],
    "peers": [{"name": "web", "clause": "6(3)", "addresses": ["10.0.2.2"], "protocol": "udp", "ports": [5000]}],
}


def card(name, mac, driver="e1000e", bus="spare1", forward=None):
    """`forward`: this port of the host leads to port 22 of 10.0.2.15, and comes from 10.0.2.2 there."""
    net = {"type": "user", "id": f"{name}-net", "restrict": True}
    if forward:
        net["hostfwd"] = [{"str": f"tcp:127.0.0.1:{forward}-10.0.2.15:22"}]
    return Device("card", "", mac, name, (
        ("netdev_add", net),
        ("object-add", {"qom-type": "filter-dump", "id": f"{name}-dump", "netdev": net["id"], "file": f"{{directory}}/{name}.pcap"}),
        ("device_add", {"driver": driver, "id": name, "netdev": net["id"], "mac": mac, "bus": bus})))


def frames(capture):
    """What a capture holds so far, without one that is being written."""
    assert HEADER.unpack_from(capture)[0] == MAGIC
    at = HEADER.size
    while at + RECORD.size <= len(capture):
        kept, length = RECORD.unpack_from(capture, at)
        if at + RECORD.size + kept > len(capture):
            return
        assert kept == length, (kept, length)
        yield capture[at + RECORD.size:at + RECORD.size + kept]
        at += RECORD.size + kept


def left(vm, name):
    """The frames that left by this card since the power came, oldest first."""
    return [each for each in frames((vm.directory / f"{name}.pcap").read_bytes()) if each[6:8] not in OUTSIDE]


def strangers(vm, name="lan", since=0):
    """Those but the question who has the peer's address, and what is for the peer."""
    return [frame[:80] for frame in left(vm, name)[since:] if frame[12:14] != b"\x08\x06" and b"PEER" not in frame]


def await_left(vm, text, since=0):
    """Emulated, a policy takes its time until it is in force, and an address until a card has it."""
    end = time.monotonic() + PATIENCE_S
    while not any(text in frame for frame in left(vm, "lan")[since:]):
        assert time.monotonic() < end, f"{text} does not leave"
        time.sleep(0.5)


def await_peer(vm, since=0):
    """What the policy names."""
    await_left(vm, b"PEER", since)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def banner(port, timeout=20):
    """What sshd says to whoever comes from outside; nothing where it is not reached."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as s:
            s.settimeout(timeout)
            return s.recv(100)
    except OSError:
        return b""


# ---- Somebody in the machine who sends whatever can be sent, by every link, from the first moment on -------------------------------
SHOUTER = "/usr/local/lib/vm/shouter.py"
UNIT = f"""[Unit]
DefaultDependencies=no
[Service]
ExecStart=/usr/bin/python3 {SHOUTER}
Restart=always
RestartSec=100ms
StandardError=null
"""
NETWORKS = {
    "10-lan.network": "[Match]\nMACAddress={mac}\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nEmitLLDP=yes\n",
    "20-any.network": "[Match]\nName=eth*\n[Network]\nDHCP=yes\nEmitLLDP=yes\n",
}


def shout(vm):
    """From the next boot on. networkd brings up whatever card there is; and emulated, the firewall takes longer than on any machine."""
    vm.sh("mkdir -p /etc/systemd/system/sekimori-firewall.service.d")
    vm.put("/etc/systemd/system/sekimori-firewall.service.d/emulated.conf", "[Service]\nTimeoutStartSec=300s\n")
    vm.put(SHOUTER, SHOUTING)
    vm.put("/etc/systemd/system/shouter.service", UNIT)
    for name, text in NETWORKS.items():
        vm.put(f"/etc/systemd/network/{name}", text.format(mac=MAC))
    vm.sh("ln -sf ../shouter.service /etc/systemd/system/sysinit.target.wants/ && systemctl --root=/ --quiet enable systemd-networkd")


def shouted(vm, link, times=30):
    """Wait until so many rounds have been tried since now, with this link up."""
    vm.wait(f"grep -qx up /run/shouted/{link}.state", what=f"{link} was up")
    vm.sh(f"rm -f /run/shouted/{link}")
    vm.wait(f"[ $(cat /run/shouted/{link} 2>/dev/null || echo 0) -ge {times} ]", what=f"{times} rounds by {link}")


SHOUTING = r'''
import os, socket, time
os.makedirs("/run/shouted", exist_ok=True)

def attempt(send):
    try:
        send()
    except OSError:
        pass

def raw(link):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.bind((link, 0))
        s.send(b"\xff" * 6 + bytes.fromhex("020000000001") + b"\x88\xb5" + b"RAW " + link.encode() + b" " * 50)

def datagram(target, text, family=socket.AF_INET, mark=None):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        if mark:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
        s.sendto(text, target)

def tell(link, up):
    with open(f"/run/shouted/{link}.state", "w") as f:
        f.write("up\n" if up else "down\n")
    try:
        rounds = int(open(f"/run/shouted/{link}").read())
    except (OSError, ValueError):
        rounds = 0
    if up:
        with open(f"/run/shouted/{link}.new", "w") as f:
            f.write(str(rounds + 1))
        os.rename(f"/run/shouted/{link}.new", f"/run/shouted/{link}")

while True:
    for link in os.listdir("/sys/class/net"):
        if link == "lo":
            continue
        attempt(lambda: raw(link))
        attempt(lambda: datagram(("ff02::1", 5002, 0, socket.if_nametoindex(link)), b"GROUP", socket.AF_INET6))
        try:
            tell(link, int(open(f"/sys/class/net/{link}/flags").read(), 16) & 1)
        except OSError:
            pass
    attempt(lambda: datagram(("10.0.2.2", 5000), b"PEER"))
    attempt(lambda: datagram(("10.0.2.2", 5001), b"OTHER"))
    attempt(lambda: datagram(("10.0.2.9", 5000), b"OTHER"))
    time.sleep(0.05)
'''
