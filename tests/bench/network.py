#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What our tables cost between two network namespaces and a wire, beside none, and beside the best that we could write by
hand to the same effect. One JSON object. usage: tests/bench/network.py BUILD (root)

Each kind of table stands in a pair of its own, all at once, so that the pairs are measured in turn within a millisecond.
One kind stands twice: how much two that are equal differ is what the others' ratios are worth. What a pair has to refuse
is tried before it is measured."""

import contextlib
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wires import SO_RCVBUFFORCE, Counter, Namespace, frame, mac, send_frame  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
OURS, THEIRS = "02:00:00:00:01:02", "02:00:00:00:01:01"
TERMINAL, SERVER, PORT, DENIED = "10.1.0.2", "10.1.0.1", 443, 9999
TOKEN = 0x5eed1234
NETLINK_NETFILTER, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_CONNTRACK_DESTROY = 12, 270, 1, 3
BEDS, IPERFS, IPERF_BYTES, FLUSHES, PUSHES = 2, 8, "300M", 21, 10
PAIRS = {"none": None, "none_again": None, "hand": 20, "ours": 20, "hand_2000": 2000, "ours_2000": 2000}
HEAD = """sekimori: 1
serial: 7
title: bench
issued: 2026-12-01T09:00:00+09:00
valid: {from: 2026-12-01, until: 2099-03-31}
contact: bench
signers: {threshold: 1, certificates: [PEM]}
devices: []
network:
  default: deny
  interfaces: [{name: lan, driver: veth, mac: '02:00:00:00:01:02'}]
  peers:
"""


def targets(n):
    """Of n peers: addresses, protocols, ports. The first is who answers; each fourth of the others is a small network."""
    yield SERVER, ("tcp", "udp"), str(PORT)
    for i in range(n - 1):
        net = f"10.{64 + i // 250}.{i % 250}"
        yield (f"{net}.0/28", ("tcp",), "8000-8009") if i % 4 == 0 else (f"{net}.7", ("tcp",), "443")


def policy(n):
    return HEAD + "".join(f"  - {{name: p{i}, addresses: [{address}], protocol: {'+'.join(protocols)}, ports: [{port}]}}\n"
                          for i, (address, protocols, port) in enumerate(targets(n)))


def by_hand(n, names_peers=False):
    """One set, what is established first, and a mark without which nothing leaves, not even a raw frame. It knows no
    policy of a connection: after a change somebody would have to end those that no longer fit."""
    elements = ", ".join(f"{address} . {protocol} . {port}" + f" : {i + 1}" * names_peers
                         for i, (address, protocols, port) in enumerate(targets(n)) for protocol in protocols)
    kind, of, allowed = ("map", " : mark", "ct mark set") if names_peers else ("set", "", "")
    look_up = f"{allowed} ip daddr . meta l4proto . th dport {'map ' * names_peers}@peers"
    told = f"meta mark set 0x{TOKEN:08x} accept"
    both = "{ type filter hook %s priority filter; policy drop;"
    return "".join(f"add table {family} hand\ndelete table {family} hand\n" for family in ("inet", "arp", "netdev")) + f"""
table inet hand {{
  {kind} peers {{ type ipv4_addr . inet_proto . inet_service{of}; flags interval; elements = {{ {elements} }}; }}
  chain output {both % 'output'}
    ct state established,related {told}
    oif lo accept
    oif own0 ct state new {look_up} {told}
  }}
  chain input {both % 'input'}
    ct state established,related accept
    iif lo accept
  }}
  chain forward {both % 'forward'}
  }}
}}
table arp hand {{
  chain output {both % 'output'}
    oif own0 arp operation {{ request, reply }} {told}
  }}
  chain input {both % 'input'}
    iif own0 arp operation {{ request, reply }} accept
  }}
}}
table netdev hand {{
  chain egress {{ type filter hook egress device own0 priority filter; policy drop;
    meta mark 0x{TOKEN:08x} accept
  }}
}}
"""


class Pair:
    """A terminal and its server."""

    def __init__(self, folder):
        self.folder, self.ends = folder, None
        self.terminal, self.server = Namespace(), Namespace()
        self.terminal.run(f"ip link add own0 address {OURS} type veth peer name far0 address {THEIRS} netns {self.server.holder.pid}",
                          "ip link set own0 up", f"ip addr add {TERMINAL}/24 dev own0")
        self.server.run("ip link set far0 up", f"ip addr add {SERVER}/24 dev far0")
        self.wire = Counter.on_wire(self.server, "far0")
        self.wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def program(self, *words):
        return subprocess.run(words, preexec_fn=self.terminal.enter, check=True, stdout=subprocess.PIPE, text=True).stdout

    def hand(self, n):
        self.program("nft", "-f", self.write("by-hand.nft", by_hand(n)))

    def ours(self, n):
        """As the firewall has it: what each connection carries is counted, and its end is heard of."""
        with self.terminal.inside():
            link = socket.if_nametoindex("own0")
            self.ends = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.ends.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_CONNTRACK_DESTROY)
        self.terminal.sysctl("netfilter/nf_conntrack_acct", "1")
        self.program(f"{BUILD}/network-apply", "--apply", self.write("policy.yaml", policy(n)), "--generation", "1", "--grant", f"{link}=lan")

    def arrives(self, send):
        """Of ten, how many are seen at the other end of the wire?"""
        tag = os.urandom(12)
        self.wire.collect()
        for _ in range(10):
            with contextlib.suppress(OSError):
                send(tag)
        time.sleep(0.05)
        return sum(tag in data for data in self.wire.collect())

    def datagram(self, port):
        def send(tag):
            with self.terminal.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.sendto(tag, (SERVER, port))
        return send

    def raw(self, tag):
        send_frame(self.terminal, "own0", frame(mac(THEIRS), mac(OURS), 0x88B5, tag))

    def judge(self, limited):
        """Does it let pass what it should, and nothing else?"""
        assert self.arrives(self.datagram(PORT)) == 10
        for send in (self.datagram(DENIED), self.raw):
            assert self.arrives(send) == (0 if limited else 10)

    def close(self):
        self.wire.socket.close()
        if self.ends:
            self.ends.close()
        self.terminal.close()
        self.server.close()


@contextlib.contextmanager
def pairs(kinds):
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        try:
            for kind in kinds:
                made[kind] = Pair(folder)
                if PAIRS[kind]:
                    getattr(made[kind], kind.split("_")[0])(PAIRS[kind])
                made[kind].judge(limited=PAIRS[kind] is not None)
            for pair in made.values():
                pair.wire.socket.close()
            yield made
        finally:
            for pair in made.values():
                pair.close()


def games(made, kind):
    """Nanoseconds for a round trip: of each pair, turn by turn."""
    who = [str(n.holder.pid) for pair in made.values() for n in (pair.terminal, pair.server)]
    said = subprocess.run([f"{BUILD}/bench-pingpong", kind, SERVER, str(PORT), *who], check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(zip(made, ([float(word) for word in line.split()] for line in said.splitlines())))


def pingpong():
    """Of each kind and pair: medians, and of each turn how many times as long as each other pair's. Each bed is made anew:
    where the kernel's memory lies for a namespace is a matter of luck."""
    took = {}
    for _ in range(BEDS):
        with pairs(PAIRS) as made:
            for kind in ("tcp2", "udp2", "tcp", "udp", "new", "stream"):
                for pair, times in games(made, kind).items():
                    took.setdefault(kind, {}).setdefault(pair, []).extend(times)
    return {kind: {a: {"us": statistics.median(all_[a]) / 1e3, **{b: statistics.median(x / y for x, y in zip(all_[a], all_[b])) for b in all_}}
                   for a in all_} for kind, all_ in took.items()}


def iperf(pair, *more):
    """Bytes for a second of the processor: what else runs on this machine takes time, but not these."""
    done = subprocess.run(["iperf3", "-c", SERVER, "-p", str(PORT), "-n", IPERF_BYTES, "-J", *more], preexec_fn=pair.terminal.enter,
                          check=True, stdout=subprocess.PIPE, text=True)
    end = json.loads(done.stdout)["end"]
    busy = end["cpu_utilization_percent"]["host_total"] + end["cpu_utilization_percent"]["remote_total"]
    assert end["sum_received"]["bytes"] > 100e6 and busy > 0
    return end["sum_received"]["bytes"] / (end["sum_received"]["seconds"] * busy / 100)


def throughput():
    found = {}
    with pairs(("none", "none_again", "hand", "ours")) as made:
        servers = [subprocess.Popen(["iperf3", "-s", "-p", str(PORT)], preexec_fn=p.server.enter, stdout=subprocess.DEVNULL) for p in made.values()]
        time.sleep(0.5)
        for i in range(2 * IPERFS):
            for kind in sorted(made, reverse=i // 2 % 2):
                found.setdefault(kind, []).append(iperf(made[kind], *(["-R"] if i % 2 else [])))
        for server in servers:
            server.kill()
            server.wait()
    return {kind: {"gb": statistics.median(all_) / 1e9, **{b: statistics.median(x / y for x, y in zip(all_, found[b])) for b in found}}
            for kind, all_ in found.items()}


def loading():
    found = {}
    with pairs(("ours",)) as made:
        pair = made["ours"]
        for n in (20, 2000):
            texts = (pair.write("policy.yaml", policy(n)), pair.write("map.nft", by_hand(n, True)), pair.write("set.nft", by_hand(n)))
            found[n] = figures(pair.program(f"{BUILD}/bench-loading", "own0", *texts))
            stands = pair.program("nft", "list", "ruleset")
            assert all(stands.count(address.split("/")[0] + " ") + stands.count(address) >= 2 for address, _, _ in targets(n)), "both stand"
    return found


def figures(text):
    return {line.split()[0]: float(line.split()[1]) for line in text.splitlines()}


class Firewall:
    """The program itself: it reads plans, and sees the sysfs of its own namespace."""

    def __init__(self, pair):
        self.pair, self.state = pair, os.path.join(pair.folder, "state")
        os.makedirs(self.state + "/network", 0o700)
        self.log = open(pair.write("log", ""), "w+", encoding="utf-8")
        pair.write("state/network/stage", "enforce\n")
        self.plan(20)
        words = [f"{BUILD}/sekimori-firewall", "--state-dir", self.state, "--runtime-dir", self.state + "/run"]
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", 'mount -t sysfs sysfs /sys && exec "$@"', "sh", *words],
                                        preexec_fn=pair.terminal.enter, stderr=self.log, env={})
        self.await_said("firewall: policy ", 1)

    def plan(self, n):
        subprocess.run([f"{BUILD}/network-plan", self.pair.write("policy.yaml", policy(n)), self.state + "/network"], check=True)

    def push(self, n):
        before = self.count("firewall: policy ")
        self.plan(n)
        self.await_said("firewall: policy ", before + 1)

    def count(self, words):
        with open(self.log.name, encoding="utf-8") as f:
            return f.read().count(words)

    def await_said(self, words, times):
        end = time.monotonic() + 20
        while self.count(words) < times:
            assert time.monotonic() < end, f"{words}: not said"
            time.sleep(0.002)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Storm:
    """Sends without a pause what is refused, each with the time, and hears at the other end what came."""

    def __init__(self, source, target, where):
        self.ear = target.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.ear.bind(where)
        self.ear.setblocking(False)
        self.child = os.fork()
        if self.child == 0:
            mouth = source.socket(socket.AF_INET, socket.SOCK_DGRAM)
            while True:
                with contextlib.suppress(OSError):
                    mouth.sendto(struct.pack("d", time.monotonic()), where)

    def came(self):
        """When what came was sent."""
        sent = []
        with contextlib.suppress(BlockingIOError):
            while True:
                sent.append(struct.unpack("d", self.ear.recv(64))[0])
        return sent

    def close(self):
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)
        self.ear.close()


@contextlib.contextmanager
def storm():
    """Of what the terminal may not send, and of what nobody may send to it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Pair(folder)) as pair:
        with contextlib.closing(Storm(pair.terminal, pair.server, (SERVER, DENIED))) as out, \
             contextlib.closing(Storm(pair.server, pair.terminal, (TERMINAL, DENIED))) as inward:
            time.sleep(0.3)
            assert len(out.came()) > 100 and len(inward.came()) > 100, "the storm is seen"
            yield pair, (out, inward)


def flushes():
    """Milliseconds from the first datagram that slipped through to the last; none where the tables were back before it was
    the storm's turn."""
    found = []
    with storm() as (pair, storms), contextlib.closing(Firewall(pair)) as firewall:
        for i in range(FLUSHES):
            time.sleep(0.1)
            for each in storms:
                each.came()
            pair.program("nft", "flush", "ruleset")
            firewall.await_said("in force again", i + 1)
            time.sleep(0.1)
            sent = sorted(moment for each in storms for moment in each.came())
            found.append({"packets": len(sent), "ms": (sent[-1] - sent[0]) * 1e3 if sent else 0})
    assert sum(each["packets"] for each in found), "a flush opens"
    return found


def slipped(storms, replace):
    """While `replace` does so for PUSHES times, 20 peers and 2,000."""
    time.sleep(0.1)
    for each in storms:
        each.came()
    for i in range(PUSHES):
        replace(20 if i % 2 else 2000)
    time.sleep(0.1)
    return sum(len(each.came()) for each in storms)


def pushes():
    found = {}
    for kind in ("ours", "hand"):
        with storm() as (pair, storms), contextlib.ExitStack() as stack:
            if kind == "ours":
                firewall = Firewall(pair)
                stack.callback(firewall.close)
            else:
                pair.hand(20)
            found[kind] = slipped(storms, firewall.push if kind == "ours" else pair.hand)
            stack.close()
            pair.program("nft", "flush", "ruleset")
            time.sleep(0.1)
            assert all(each.came() for each in storms), "it still blew"
    return found


if __name__ == "__main__":
    print(json.dumps({what.__name__: what() for what in (pingpong, throughput, loading, flushes, pushes)}))
