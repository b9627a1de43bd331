# SPDX-License-Identifier: MIT
"""sekimori setup network, with a real agent: observed, on trial, confirmed, undone, and what fails on the way. In the place
of sekimori-firewall something answers that follows, or does not. Started by test_setup_network."""

import fcntl
import json
import os
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from setup import Terminal  # noqa: E402
from programs import sekimori  # noqa: E402
from typist import Typist  # noqa: E402

NETWORK = """
network:
  default: deny
  interfaces: [{name: LAN, driver: e1000e}]
  peers:
    - {name: 住民記録, addresses: [10.1.2.3], protocol: tcp, ports: [443]}
    - {name: 管理, addresses: [10.1.9.6], protocol: tcp, ports: [22], direction: in}
  names: [10.1.2.53]
"""
HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
REST = " 00000000:00000000 00:00000000 00000000     0        0 {} 1 0 20 4 30 10 -1\n"
ARM = ["systemctl --no-reload enable sekimori-network-trial.service", "systemctl restart sekimori-network-trial.timer"]
DISARM = ["systemctl --no-reload disable sekimori-network-trial.service"]
START = ["systemctl --no-reload enable sekimori-firewall.service", "systemctl start sekimori-firewall.service"]
OPEN = ["sekimori-firewall --open"]
LOOK = ["systemctl --quiet is-active sekimori-firewall.service"]


class Firewall:
    """Says that it follows what is written, as sekimori-firewall does."""

    def __init__(self, state, run):
        self.path, self.follows = f"{state}/network/stage", True
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.bind(f"{run}/firewall.sock")
        self.socket.listen()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            try:
                peer = self.socket.accept()[0]
            except OSError:
                return
            with open(self.path, encoding="ascii") as f:
                text = json.dumps({"version": 1, "stage": f.read().strip(), "applied": self.follows, "counted": True, "since": 1764547200,
                               "refused": [{"direction": "out", "protocol": 6, "address": "10.1.5.5", "port": 139, "uid": 0, "packets": 7,
                                            "bytes": 420, "last_s": 1764550800, "observed": True}]}).encode()
            parcel = os.memfd_create("answer", os.MFD_ALLOW_SEALING)
            os.write(parcel, text)
            fcntl.fcntl(parcel, fcntl.F_ADD_SEALS, 0xF)
            socket.send_fds(peer, [b"\1"], [parcel])
            os.close(parcel)
            peer.close()

    def end(self):
        if not self.thread.is_alive():
            return
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()


class Network(Terminal):
    def setUp(self):
        super().setUp()
        self.tree.program("usr/lib/sekimori/sekimori-firewall", "true")
        self.push(NETWORK)
        self.connect([])
        self.firewall = Firewall(self.state, self.run_dir)
        self.addCleanup(self.firewall.end)

    def push(self, more):
        with open("policy.yaml", encoding="utf-8") as f:
            text = f.read()
        with open("next.yaml", "w", encoding="utf-8") as f:
            f.write(text.replace("\nserial: 1\n", "\nserial: 2\n") + more)
        sekimori("policy", "sign", "next.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")
        sekimori("push", "next.cms", "--runtime-dir", self.run_dir)

    def connect(self, connections):
        """What the kernel would say is connected: (own port, the other's address and port as it writes them, inode)."""
        lines = ["   0: 00000000:0016 00000000:0000 0A" + REST.format(1)]
        lines += [f"   {i}: 1402010A:{own} {other} 01" + REST.format(inode) for i, (own, other, inode) in enumerate(connections, 1)]
        self.tree.write("proc/1/net/tcp", HEADING + "".join(lines))

    def stage_(self):
        path = os.path.join(self.state, "network/stage")
        if not os.path.exists(path):
            return None
        with open(path, encoding="ascii") as f:
            return f.read().strip()

    def observed(self):
        self.does(0, "network", "--observe", "--yes")
        self.tree.called()

    def test_from_nothing_to_limits_and_back(self):
        self.assertIn("--observe", self.does(1, "network", "--yes", "--lang", "en"))
        said = self.does(0, "network", "--observe", "--yes", "--lang", "en")
        self.assertIn("nothing is stopped", said)
        self.assertEqual((self.stage_(), self.tree.called()), ("observe", START))
        said = self.does(0, "network", "--yes", "--lang", "en")
        self.assertIn("within ten minutes", said)
        self.assertRegex(said, r"(?m)^  to 10\.1\.5\.5 tcp 139, by root: 7 packets, 420 bytes, last 2025-12-01T\S+ \(observed: let pass\)$")
        self.assertIn("--confirm", said)
        self.assertEqual((self.stage_(), self.tree.called()), ("trial", ARM))
        self.assertIn("limited to what", self.does(0, "network", "--confirm", "--lang", "en"))
        self.assertEqual((self.stage_(), self.tree.called()), ("enforce", DISARM))
        self.does(0, "network", "--undo", "--unless-confirmed", "--yes")
        self.assertEqual(self.stage_(), "enforce")
        self.tree.called()
        self.assertIn("limited to what", self.does(0, "network", "--lang", "en"))
        self.does(0, "network", "--undo", "--yes")
        self.does(0, "network", "--undo", "--yes")
        self.assertEqual((self.stage_(), self.tree.called()), ("off", LOOK + LOOK))
        self.does(1, "network", "--undo", "--yes")
        with open(self.state + "/audit/audit.jsonl", encoding="utf-8") as f:
            records = [r for r in map(json.loads, f) if r["type"] == "network-stage-changed"]
        self.assertEqual([r["stage"] for r in records], ["observe", "trial", "enforce", "observe", "off"])

    def test_nobody_confirms_and_it_undoes_itself(self):
        self.observed()
        self.does(0, "network", "--yes")
        self.tree.called()
        self.does(0, "network", "--undo", "--unless-confirmed", "--yes")      # sekimori-network-trial.service
        self.assertEqual((self.stage_(), self.tree.called()), ("observe", LOOK + DISARM))
        self.assertIn("not on trial", self.does(1, "network", "--confirm", "--lang", "en"))
        self.assertEqual(self.stage_(), "observe")

    def test_nobody_holds_up_the_way_back(self):
        self.observed()
        self.does(0, "network", "--yes")
        for path, _, _ in os.walk(self.tree.root):
            if path != self.state and os.stat(path).st_mode & 0o044:    # others than root may open it, and lock what is open
                fd = os.open(path, os.O_RDONLY)
                self.addCleanup(os.close, fd)
                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        self.does(0, "network", "--undo", "--unless-confirmed", "--yes")
        self.assertEqual(self.stage_(), "observe")

    def test_who_is_still_connected_says_so_and_who_says_no_is_heard(self):
        self.observed()
        for answer, stage, code in (("n\n", "observe", 1), ("y\n", "enforce", 0)):
            typist = Typist(self.command("network", "--yes", "--lang", "en"), self.environment())
            typist.read_until("Make it final?")
            self.assertEqual(self.stage_(), "trial")
            typist.type(answer)
            self.assertEqual(typist.process.wait(30), code)
            self.assertEqual(self.stage_(), stage)
            typist.close()

    def test_what_somebody_else_has_made_final_stays(self):
        self.observed()
        typist = Typist(self.command("network", "--yes", "--lang", "en"), self.environment())
        self.addCleanup(typist.close)
        typist.read_until("Make it final?")
        self.does(0, "network", "--confirm")
        typist.type("n\n")
        typist.read_until("somebody else has made it final")
        self.assertEqual((typist.process.wait(30), self.stage_()), (1, "enforce"))

    def test_where_the_connection_is_lost_the_trial_stays_for_the_timer(self):
        self.observed()
        typist = Typist(self.command("network", "--yes", "--lang", "en"), self.environment())
        typist.read_until("Make it final?")
        typist.type("\x03")
        typist.process.wait(30)
        typist.close()
        self.assertEqual(self.stage_(), "trial")
        self.assertEqual(self.tree.called(), ARM)

    def test_a_firewall_that_does_not_follow_is_not_left_so(self):
        self.observed()
        self.firewall.follows = False
        said = self.does(3, "network", "--yes", "--lang", "en")
        self.assertIn("sekimori-firewall does not follow: the kernel did not take its tables", said)
        self.assertEqual((self.stage_(), self.tree.called()), ("observe", ARM + LOOK + OPEN + DISARM))
        self.does(0, "network", "--undo", "--yes")
        self.assertIn("does not follow", self.does(3, "network", "--observe", "--yes", "--lang", "en"))
        self.assertEqual(self.stage_(), "off")

    def test_a_firewall_that_hangs_does_not_hold_up_the_way_back(self):
        self.observed()
        self.does(0, "network", "--yes")
        self.tree.called()
        self.firewall.end()
        hung = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)   # nobody answers, and systemd says that it runs
        self.addCleanup(hung.close)
        os.unlink(f"{self.run_dir}/firewall.sock")
        hung.bind(f"{self.run_dir}/firewall.sock")
        hung.listen()
        self.does(0, "network", "--undo", "--unless-confirmed", "--yes")
        self.assertEqual((self.stage_(), self.tree.called()), ("observe", LOOK + OPEN + DISARM))

    def test_without_its_net_there_is_no_trial(self):
        self.observed()
        self.tree.does("systemctl", "exit 1")
        self.does(3, "network", "--yes")
        self.assertEqual(self.stage_(), "observe")

    def test_who_would_be_cut_off_is_named_and_a_login_stops_it(self):
        self.tree.write("proc/77/comm", "firefox\n")
        self.tree.write("proc/78/comm", "sshd-session\n")
        for pid, inode in ((77, 3), (78, 4)):
            (self.tree.root / f"proc/{pid}/fd").mkdir()
            (self.tree.root / f"proc/{pid}/fd/3").symlink_to(f"socket:[{inode}]")
        self.connect([("9C40", "0302010A:01BB", 2), ("9C42", "0402010A:01BB", 3), ("0016", "0609010A:D431", 5)])
        self.observed()
        found = self.does(0, "check", "--lang", "en")
        self.assertRegex(found, r"(?m)^warning +cut-off +will be cut off: firefox to 10\.1\.2\.4 tcp 443$")
        self.assertNotIn("10.1.2.3", found)
        self.connect([("0016", "0509010A:D431", 4)])
        said = self.does(1, "network", "--yes", "--lang", "en")
        self.assertRegex(said, r"(?m)^STOP +cut-off +cuts off an ssh login of now: from 10\.1\.9\.5 ")
        self.assertEqual(self.stage_(), "observe")
        self.does(0, "network", "--yes", "--force", "cut-off")
        self.assertEqual(self.stage_(), "trial")

    def test_whom_it_asks_for_names_in_vain_is_named(self):
        self.tree.write("etc/resolv.conf", "nameserver 10.9.9.9\nnameserver 10.1.2.53\nnameserver 127.0.0.53\nnameserver dns.example\n")
        self.observed()
        found = self.does(0, "check", "--lang", "en")
        self.assertRegex(found, r"(?m)^warning +cut-off +will be cut off: 10\.9\.9\.9, which is asked for names \(/etc/resolv\.conf\)$")
        self.assertRegex(found, r"(?m)^warning +cut-off +whom /etc/resolv\.conf has asked for names cannot be read in full")
        self.assertFalse("10.1.2.53" in found or "127.0.0.53" in found, found)

    def test_what_cannot_be_limited_is_refused(self):
        self.tree.write("proc/cmdline", "root=/dev/nfs nfsroot=10.1.2.9:/t ip=dhcp\n")
        self.assertRegex(self.does(1, "network", "--observe", "--yes", "--lang", "en"), r"(?m)^STOP +early-network ")
        self.tree.write("proc/cmdline", "root=/dev/vda1 ro quiet\n")
        self.tree.write("etc/initramfs-tools/initramfs.conf", "# overridden by the ip= argument\nBOOT=nfs\n")
        self.assertRegex(self.does(1, "network", "--observe", "--yes", "--lang", "en"), r"(?m)^STOP +early-network ")
        self.tree.write("etc/initramfs-tools/initramfs.conf", "# overridden by the ip= argument\nBOOT=local\n")
        self.tree.write("etc/dropbear/initramfs/authorized_keys", "ssh-ed25519 A\n")
        self.assertIn("dropbear-initramfs", self.does(1, "network", "--observe", "--yes", "--lang", "en"))
        os.unlink(self.tree.root / "etc/dropbear/initramfs/authorized_keys")
        os.unlink(self.tree.root / "usr/lib/sekimori/sekimori-firewall")
        self.assertRegex(self.does(1, "network", "--observe", "--yes", "--lang", "en"), r"(?m)^STOP +isolation ")
        self.assertEqual((self.stage_(), self.tree.called()), (None, []))

    def test_a_policy_without_it_limits_nothing(self):
        with open("next.yaml", encoding="utf-8") as f:
            text = f.read()
        with open("bare.yaml", "w", encoding="utf-8") as f:
            f.write(text[: text.index("\nnetwork:")].replace("\nserial: 2\n", "\nserial: 3\n") + "\n")
        sekimori("policy", "sign", "bare.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")
        sekimori("push", "bare.cms", "--runtime-dir", self.run_dir)
        self.assertIn("sekimori network suggest", self.does(1, "network", "--observe", "--yes", "--lang", "en"))
        self.assertNotIn("isolation", self.findings())

    def test_check_has_it_too(self):
        self.assertEqual(self.findings()["isolation"]["verdict"], "ok")
        self.assertIn("network: not limited", self.does(0, "check", "--lang", "en"))

    def test_undone_with_the_agent_dead_and_the_firewall_gone(self):
        self.observed()
        self.does(0, "network", "--yes")
        self.does(0, "network", "--confirm")
        self.agent.process.kill()
        self.agent.ended()
        self.tree.does("systemctl", "case \"$*\" in *is-active*) exit 3 ;; esac")
        self.tree.called()
        said = self.does(0, "network", "--undo", "--yes", "--lang", "en")
        self.assertIn("not recorded", said)
        self.assertEqual((self.stage_(), self.tree.called()), ("observe", LOOK + ["sekimori-firewall --open"]))
        self.assertRegex(self.does(1, "network", "--yes", "--lang", "en"), r"(?m)^STOP +agent ")
        self.assertEqual(self.stage_(), "observe")

    def test_what_does_not_fit_together_is_refused(self):
        for words in (["--observe"], ["--confirm"], ["login", "--confirm"], ["network", "--observe", "--confirm"],
                      ["network", "--undo", "--confirm"], ["network", "--json"], ["network", "--unless-confirmed"]):
            self.does(2, *words)
        self.assertEqual((self.stage_(), self.tree.called()), (None, []))


if __name__ == "__main__":
    unittest.main()
