# SPDX-License-Identifier: MIT
"""A push that would end an ssh login says so first, and asks; without a terminal it wants --force (root: network
namespaces). Started by test_push_cut_off."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from agent import Agent  # noqa: E402
from bed import Bed, a_keyboard  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import CLEAN, program, sekimori  # noqa: E402
from typist import Typist  # noqa: E402
from wires import Namespace  # noqa: E402

NETWORK = """
network:
  default: deny
  interfaces: [{name: LAN, driver: e1000e}]
  peers:
    - {name: 管理, addresses: [%s], protocol: tcp, ports: [22], direction: in}
"""
SSHD = """
import socket, sys
open("/proc/self/comm", "w").write("sshd-session")
s = socket.create_server(("10.9.0.2", 22))
print("listens", flush=True)
line, _ = s.accept()
print("accepted", flush=True)
sys.stdin.read()
"""


class PushCutOff(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_kit([])
        cls.bed = cls.enterClassContext(Bed())
        cls.bed.plug(a_keyboard())
        cls.agent = cls.enterClassContext(Agent())
        cls.near, cls.far = Namespace(), Namespace()
        cls.addClassCleanup(cls.near.close)
        cls.addClassCleanup(cls.far.close)
        cls.near.run(f"ip link add near type veth peer name far netns {cls.far.holder.pid}",
                     "ip addr add 10.9.0.2/24 dev near", "ip link set near up")
        cls.far.run("ip addr add 10.9.0.1/24 dev far", "ip link set far up")
        cls.serial = 0
        device = "devices/pci0000:00/0000:00:1f.6"
        for name, text in (("type", "1"), ("addr_assign_type", "0"), ("address", "02:00:5e:10:00:01")):
            os.makedirs(f"sys/{device}/net/eth0", exist_ok=True)
            with open(f"sys/{device}/net/eth0/{name}", "w", encoding="ascii") as f:
                f.write(text + "\n")
        os.symlink("../../../bus/pci/drivers/e1000e", f"sys/{device}/driver")
        os.makedirs("sys/class/net")
        os.symlink(f"../../{device}/net/eth0", "sys/class/net/eth0")

    def setUp(self):
        self.sshd = subprocess.Popen([sys.executable, "-c", SSHD], preexec_fn=self.near.enter, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, env=CLEAN)
        self.sshd.stdout.readline()
        self.client = self.far.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.client.connect(("10.9.0.2", 22))
        self.sshd.stdout.readline()
        self.addCleanup(self.sshd.communicate)
        self.addCleanup(self.client.close)

    def stage(self, word):
        with open("state/network/stage.new", "w", encoding="ascii") as f:
            f.write(word + "\n")
        os.rename("state/network/stage.new", "state/network/stage")

    def signed(self, more):
        PushCutOff.serial += 1
        with open("kit/policy.yaml", encoding="utf-8") as f:
            text = f.read()
        with open("next.yaml", "w", encoding="utf-8") as f:
            f.write(text.replace("\nserial: 1\n", f"\nserial: {self.serial}\n") + more)
        sekimori("policy", "sign", "next.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")

    def push(self, more, *options, what="next.cms"):
        """(exit code, what was said, is it in force?)"""
        self.signed(more)
        done = subprocess.run(self.command(what, *options), preexec_fn=self.near.enter, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=CLEAN, check=False)
        return done.returncode, done.stdout + done.stderr, self.in_force()

    def in_force(self):
        policy = self.agent.status()["policy"]
        return policy is not None and policy["serial"] == self.serial

    @staticmethod
    def command(what, *options):
        """With a card of Intel's, wherever this is tried."""
        return ["unshare", "--mount", "sh", "-c", 'mount --bind sys /sys && exec "$@"', "sh",
                program("sekimori"), "push", what, "--runtime-dir", "run", "--lang", "en", *options]

    def test_nothing_is_cut_where_nothing_is_limited(self):
        for stage in ("off", "observe"):
            self.stage(stage)
            code, said, is_in_force = self.push(NETWORK % "10.1.9.6")
            self.assertEqual((code, is_in_force), (0, True), said)
            self.assertNotIn("ssh", said)

    def test_who_is_named_and_a_policy_without_a_network_are_not_asked(self):
        self.stage("enforce")
        for more in (NETWORK % "10.9.0.1", ""):
            code, said, is_in_force = self.push(more)
            self.assertEqual((code, is_in_force), (0, True), said)
            self.assertNotIn("ssh", said)

    def test_without_a_terminal_it_is_refused_and_force_only_says_it(self):
        self.stage("trial")
        code, said, is_in_force = self.push(NETWORK % "10.1.9.6")
        self.assertEqual((code, is_in_force), (1, False), said)
        self.assertIn("cuts off an ssh login of now: from 10.9.0.1", said)
        self.assertIn("--force", said)
        code, said, is_in_force = self.push(NETWORK % "10.1.9.6", "--force")
        self.assertEqual((code, is_in_force), (0, True), said)
        self.assertIn("cuts off an ssh login of now: from 10.9.0.1", said)

    def test_a_card_that_no_line_names_is_told(self):
        self.stage("enforce")
        for selector in ("driver: r8169", "mac: '02:00:5e:10:00:02'", "driver: e1000e, path: 'pci0000:00/0000:00:1f.5'"):
            more = (NETWORK % "10.9.0.1").replace("driver: e1000e", selector)
            code, said, is_in_force = self.push(more)
            self.assertEqual((code, is_in_force), (1, False), said)
            self.assertIn("no interface of this terminal is among interfaces", said)

    def test_at_a_terminal_it_is_asked(self):
        self.stage("enforce")
        for answer, code in (("n\n", 1), ("y\n", 0)):
            self.signed(NETWORK % "10.1.9.6")
            with self.near.inside():
                typist = Typist(self.command("next.cms"), CLEAN)
            self.assertIn("from 10.9.0.1", typist.read_until("Push it all the same?"))
            typist.type(answer)
            self.assertEqual(typist.process.wait(30), code)
            self.assertEqual(self.in_force(), code == 0)
            typist.close()

    def test_a_stick_is_looked_at_too(self):
        self.stage("enforce")
        os.makedirs("stick/sekimori", exist_ok=True)
        self.signed(NETWORK % "10.1.9.6")
        shutil.copy("next.cms", "stick/sekimori/next.cms")
        done = subprocess.run(self.command("stick"), preexec_fn=self.near.enter, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=CLEAN, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("from 10.9.0.1", done.stderr)
        self.assertFalse(self.in_force())


if os.geteuid() != 0 or not shutil.which("ip"):
    print("only root can have network namespaces of its own (Debian: iproute2)")
    raise SystemExit(77)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    unittest.main(verbosity=2)
