# SPDX-License-Identifier: MIT
"""A terminal and what it is joined to by a wire each: its own servers (and strangers beside them), LGWAN, the internet.
The policy names the first two wires; nobody has granted the third."""

import os
import socket
import subprocess
import tempfile

from wires import Counter, Namespace, mac

BUILD = os.environ.get("SEKIMORI_BUILD", "build/release")
PROGRAM = os.path.abspath(f"{BUILD}/network-apply")
# wire: the terminal's MAC, the other's, the first bytes of the addresses
WIRES = {"own": ("02:00:00:00:01:02", "02:00:00:00:01:01", "10.1.0.", "fd01::"),
         "lgwan": ("02:00:00:00:02:02", "02:00:00:00:02:01", "10.2.0.", "fd02::"),
         "net": ("02:00:00:00:03:02", "02:00:00:00:03:01", "10.3.0.", "fd03::")}
HOSTS = {"own": (1, 3, 4, 53, 66, 123), "lgwan": (1,), "net": (1,)}
SILENT = (3, 4)  # of `own`: the terminal has to ask who has this address
DELIVERED4, DELIVERED6 = (6, 17, 1, 132, 47, 50, 4), (6, 17, 58, 132, 47, 50)
HEAD = """sekimori: 1
serial: 7
title: 試験
issued: 2026-12-01T09:00:00+09:00
valid: {from: 2026-12-01, until: 2099-03-31}
contact: 情報政策課
signers: {threshold: 1, certificates: [PEM]}
devices: []
network:
  default: deny
  interfaces:
  - {name: lan, mac: '02:00:00:00:01:02', dhcp: allow}
  - {name: lgwan, mac: '02:00:00:00:02:02'}
  names: [10.1.0.53, 'fd01::53']
  time: [10.1.0.123]
  peers:
"""
WEB = "  - {name: web, addresses: [10.1.0.1, 10.1.0.3, 10.1.9.9, 'fd01::1', 'fd01::3'], protocol: tcp, ports: [443, 8000-8010], interface: lan}\n"
PEERS = """  - {name: log, addresses: [10.1.0.0-10.1.0.9, 'fd01::1-fd01::9'], protocol: udp, ports: [514], interface: lan}
  - {name: portal, addresses: [10.3.0.1, 'fd03::1'], protocol: tcp, ports: [443]}
  - {name: 他団体, addresses: [10.2.0.1, 'fd02::1'], protocol: tcp+udp, ports: [8443], interface: lgwan}
  - {name: 管理, addresses: [10.1.0.1, 'fd01::1'], protocol: tcp, ports: [22], direction: in, interface: lan}
  - {name: 監視, addresses: [10.1.0.1, 'fd01::1'], protocol: udp, ports: [161], direction: in, interface: lan}
  - {name: 疎通, addresses: [10.1.0.1, 'fd01::1'], protocol: icmp, direction: both}
  - {name: sctp, addresses: [10.1.0.1, 'fd01::1'], protocol: sctp, ports: [3868], direction: both}
  - {name: gre, addresses: [10.1.0.1, 'fd01::1'], protocol: gre}
  - {name: 放送, addresses: [239.9.9.9], protocol: udp, ports: [7000], interface: lan}
"""


class Bed:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.generation = 0
        self.terminal = Namespace()
        self.far = {name: Namespace() for name in WIRES}
        for name in WIRES:
            self.wire(name)
        for family in ("ipv4/conf/all/forwarding", "ipv6/conf/all/forwarding"):
            self.terminal.sysctl(family, "1")
        for namespace in (self.terminal, *self.far.values()):
            namespace.sysctl("ipv4/icmp_ratelimit", "0")
            namespace.sysctl("ipv4/icmp_echo_ignore_broadcasts", "0")
        self.terminal.run("ip route add 224.0.0.0/4 dev own0", "ip route add 10.1.9.9 dev lgwan0",
                          f"ip neigh replace 10.1.9.9 lladdr {WIRES['lgwan'][1]} dev lgwan0 nud permanent")
        self.index = {name: self.index_of(name) for name in WIRES}
        self.wires = {name: Counter.on_wire(self.far[name], "far0") for name in WIRES}
        self.inside = {(4, p): Counter.delivered(self.terminal, socket.AF_INET, p) for p in DELIVERED4}
        self.inside.update({(6, p): Counter.delivered(self.terminal, socket.AF_INET6, p) for p in DELIVERED6})

    def index_of(self, name):
        with self.terminal.inside():
            return socket.if_nametoindex(name + "0")

    def wire(self, name):
        ours, theirs, v4, v6 = WIRES[name]
        far = self.far[name]
        self.terminal.run(f"ip link add {name}0 address {ours} type veth peer name far0 address {theirs} netns {far.holder.pid}")
        for namespace, device, number in ((self.terminal, name + "0", 2), (far, "far0", 1)):
            namespace.sysctl(f"ipv6/conf/{device}/accept_dad", "0")
            namespace.run(f"ip link set {device} up", f"ip addr add {v4}{number}/24 dev {device}",
                          f"ip -6 addr add {v6}{number}/64 dev {device} nodad")
        for host in HOSTS[name]:
            for prefix, length in ((v4, 24), (v6, 64)):
                if host != 1:
                    far.run(f"ip addr add {prefix}{host}/{length} dev far0" + (" nodad" if length == 64 else ""))
                if host not in SILENT:
                    self.terminal.run(f"ip neigh replace {prefix}{host} lladdr {theirs} dev {name}0 nud permanent")
        for target in (v4 + "2", v6 + "2"):
            far.run(f"ip neigh replace {target} lladdr {ours} dev far0 nud permanent")
        far.run(f"ip route add default via {v4}2", f"ip -6 route add default via {v6}2")

    def forget_neighbours(self):
        """But those that it was told."""
        self.terminal.run(*(f"ip neigh flush dev {name}0" for name in WIRES))

    def policy(self, peers):
        path = os.path.join(self.folder.name, "policy.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(HEAD + peers)
        return path

    def program(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments], preexec_fn=self.terminal.enter, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fault(self):
        """Why no table of ours can be removed, or even added: "" where it can."""
        return subprocess.run([PROGRAM, "--remove"], preexec_fn=self.terminal.enter, capture_output=True, text=True).stderr.strip()

    def apply(self, peers=WEB + PEERS, *more):
        self.generation += 1
        return self.program("--apply", self.policy(peers), "--generation", str(self.generation),
                            "--grant", f"{self.index['own']}=lan,{self.index['lgwan']}=lgwan", *more)

    def close(self):
        for namespace in (self.terminal, *self.far.values()):
            namespace.close()
        self.folder.cleanup()


def macs(name):
    """Of a wire: the terminal's, the other's."""
    return mac(WIRES[name][0]), mac(WIRES[name][1])
