# SPDX-License-Identifier: MIT
"""A terminal whose sekimori-firewall runs (root: network namespaces). The policy names the first wire and a server on it,
10.1.0.1, that listens on the UDP ports 5000 and 5001."""

import os
import shutil
import socket
import subprocess
import tempfile
import time

from network_bed import HEAD, Bed, macs
from wires import frame

BUILD = os.path.abspath(os.environ.get("SEKIMORI_BUILD", "build/release"))
FIREWALL, PLAN = f"{BUILD}/sekimori-firewall", f"{BUILD}/network-plan"
TIMEOUT_S = 20
SHUT_IN = {"ASAN_OPTIONS": "detect_leaks=0"}    # no process traces this one
OWN = HEAD.replace("mac:", "driver: veth, mac:")
WEB = "  - {name: web, addresses: [10.1.0.1], protocol: udp, ports: [5000]}\n"
LOG = "  - {name: log, addresses: [10.1.0.1], protocol: udp, ports: [5001]}\n"


def why_not():
    """Why there can be none here: "" where there can."""
    if not shutil.which("ip") or not shutil.which("nft"):
        return "there is no ip, or no nft (Debian: iproute2, nftables)"
    if os.geteuid() != 0 or os.system("unshare --net --mount sh -c 'mount -t sysfs sysfs /sys' 2>/dev/null") != 0:
        return "only root can have network namespaces of its own"
    return ""


def await_that(claim, what):
    end = time.monotonic() + TIMEOUT_S
    while not claim():
        assert time.monotonic() < end, f"after {TIMEOUT_S} s still not: {what}"
        time.sleep(0.005)


class Terminal(Bed):
    """Its firewall sees the sysfs of its own network namespace, and an /etc and a /run that are the test's."""

    def __init__(self):
        super().__init__()
        self.state = tempfile.mkdtemp(dir=self.folder.name)
        self.runtime = os.path.join(self.folder.name, "run")
        self.directory = os.path.join(self.state, "network")
        os.mkdir(self.directory, 0o700)
        self.etc, self.volatile = (os.path.join(self.folder.name, name) for name in ("etc", "volatile"))
        os.mkdir(self.etc)
        os.mkdir(self.volatile)
        shutil.copy("/etc/ld.so.cache", self.etc)
        self.asks("10.1.0.53")
        self.log = open(os.path.join(self.folder.name, "log"), "w+", encoding="utf-8")
        self.ports = {port: self.far["own"].socket(socket.AF_INET, socket.SOCK_DGRAM) for port in (5000, 5001)}
        for port, listener in self.ports.items():
            listener.bind(("10.1.0.1", port))
            listener.setblocking(False)

    def is_up(self, device):
        with self.terminal.inside():
            return "UP" in self.terminal.run(f"ip -o link show {device}").split("<")[1].split(">")[0].split(",")

    def mac(self, device):
        with self.terminal.inside():
            return self.terminal.run(f"ip -o link show {device}").split("link/ether ")[1].split()[0]

    def plan(self, peers, head=OWN):
        path = os.path.join(self.folder.name, "policy.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(head + peers)
        subprocess.run([PLAN, path, self.directory], check=True)

    def asks(self, *servers):
        """Whom it is set up to ask for names."""
        with open(f"{self.etc}/new", "w", encoding="ascii") as f:
            f.writelines(f"nameserver {server}\n" for server in servers)
        os.rename(f"{self.etc}/new", f"{self.etc}/resolv.conf")

    def stage(self, word):
        path = os.path.join(self.directory, "stage")
        if word is None:
            return os.unlink(path)
        with open(path + ".new", "w", encoding="ascii") as f:
            f.write(word + "\n")
        return os.rename(path + ".new", path)

    def command(self, *more):
        words = [FIREWALL, "--state-dir", self.state, "--runtime-dir", self.runtime, *more]
        mounts = 'mount -t sysfs sysfs /sys && mount --bind "$0" /etc && mount --bind "$1" /run && shift && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", mounts, self.etc, self.volatile, *words]

    def start(self, **environment):
        before = self.count("firewall: policy ")
        self.firewall = subprocess.Popen(self.command(), preexec_fn=self.terminal.enter, stderr=self.log, env={**SHUT_IN, **environment})
        self.said("firewall: policy ", before)

    def open(self, *more):
        """Its exit code."""
        return subprocess.run(self.command("--open", *more), preexec_fn=self.terminal.enter, stderr=self.log, env=SHUT_IN, check=False).returncode

    def said(self, words, before=0):
        def is_there():
            self.log.flush()
            with open(self.log.name, encoding="utf-8") as f:
                return f.read().count(words) > before
        await_that(is_there, f"'{words}' in the journal")

    def count(self, words):
        with open(self.log.name, encoding="utf-8") as f:
            return f.read().count(words)

    def nft(self, *words):
        return subprocess.run(["nft", *words], preexec_fn=self.terminal.enter, capture_output=True, text=True).stdout

    def tables(self):
        return sorted(line.split()[1] for line in self.nft("list", "tables").splitlines() if line.endswith(" sekimori"))

    def meddle(self, *words):
        """Somebody changes our tables: in force again after so many seconds."""
        before, began = self.count("in force again"), time.monotonic()
        self.nft(*words)
        self.said("in force again", before)
        return time.monotonic() - began

    def passes(self, port):
        """Does a datagram reach the other side? What is refused, sendto() refuses."""
        token = os.urandom(8)
        with self.terminal.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            try:
                s.sendto(token, ("10.1.0.1", port))
            except OSError:
                return False
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                if self.ports[port].recv(100) == token:
                    return True
            except BlockingIOError:
                time.sleep(0.005)
        return False

    def goes_by_the_plan(self, what):
        """While tables are replaced what is allowed is refused for a moment; what is not allowed never passes."""
        await_that(lambda: self.passes(5000), what)
        assert not self.passes(5001), what

    def leaves(self, device, frames):
        """How many raw frames of root's reach the far side of the wire `net`, while the link is set up again and again."""
        tag, source, target = os.urandom(16), *macs("net")
        self.wires["net"].collect()
        with self.terminal.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
            with self.terminal.inside():
                s.bind((device, 0))
            for i in range(frames):
                if i % 100 == 0:
                    self.terminal.run(f"ip link set {device} up")
                try:
                    s.send(frame(target, source, 0x88B5, tag))
                except OSError:
                    time.sleep(0.0001)
        time.sleep(0.2)
        return sum(tag in data for data in self.wires["net"].collect())

    def kill(self, how):
        self.firewall.send_signal(how)
        self.firewall.wait()
