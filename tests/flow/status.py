# SPDX-License-Identifier: MIT
"""What `sekimori status` tells those who collect it: refusals counted from the log, and a terminal where nobody answers.
Started by test_status."""

import datetime
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from agent import Agent  # noqa: E402
from bed import Bed, a_keyboard, a_stick  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import attempt, attempt_of, sekimori  # noqa: E402

READY = bytes([3, 129, 0, 0])   # of agent/lib/wire/keeper.h: that was all, the plane is in force
in_force = lambda force, serial: bytes([1, 0]) + struct.pack("<QIQH", 0, force, serial, 0)  # of wire/network_event.h
NOW = datetime.datetime.now(datetime.timezone.utc)


def record(kind, **ago):
    return json.dumps({"seq": 1, "time": (NOW - datetime.timedelta(**ago)).isoformat(timespec="milliseconds"),
                       "type": kind}, separators=(",", ":"))


def log(name, *records):
    os.makedirs("log/audit", exist_ok=True)
    with open(f"log/audit/{name}", "w", encoding="utf-8") as f:
        f.write("".join(line + "\n" for line in records))


class Status(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_kit([1])
        cls.bed = cls.enterClassContext(Bed())
        cls.keyboard = cls.bed.plug(a_keyboard())
        cls.agent = cls.enterClassContext(Agent())

    @staticmethod
    def refusals(state):
        return json.loads(sekimori("status", "--json", "--runtime-dir", "run", "--state-dir", state))["refusals"]

    def test_what_the_agent_refused_is_counted(self):
        before = self.refusals("state")["devices"]["day"]
        stick = self.bed.plug(a_stick())
        self.assertTrue(self.bed.wait(lambda: self.refusals("state")["devices"]["day"] == before + 1))
        self.bed.unplug(stick)

    def test_no_devices_are_said_in_a_sentence(self):
        devices = lambda: sekimori("devices", "--lang", "ja", "--runtime-dir", "run")  # noqa: E731
        self.assertIn("キーボード", devices())
        self.bed.unplug(self.keyboard)
        self.assertTrue(self.bed.wait(lambda: devices() == "機器はありません\n"), devices())
        Status.keyboard = self.bed.plug(a_keyboard())

    def test_days_and_weeks_across_files(self):
        log("audit-000000000001.jsonl", record("login-refused", days=6), record("device-refused", days=6))
        log("audit.jsonl", record("device-refused", hours=25), record("device-revoked", hours=1),
            record("login-throttled", hours=2), record("session-refused", hours=23), record("login-allowed", hours=1),
            record("network-refused", hours=1), record("network-refused", days=2), record("network-link-down", hours=1),
            record("network-refused", hours=1)[:-1] + ', "observed": true}')
        self.assertEqual(self.refusals("log"), {"devices": {"day": 1, "week": 3}, "logins": {"day": 2, "week": 3},
                                                "network": {"day": 1, "week": 2}})

    def test_what_was_only_counted_is_refused_all_the_same(self):
        log("audit-000000000001.jsonl", "")
        counted = lambda n, **ago: record("logins-counted", **ago)[:-1] + f', "count": {n}}}'  # noqa: E731
        log("audit.jsonl", counted(9968, hours=2), counted(32, days=2), counted(-5, hours=1), counted('"9"', hours=1),
            record("login-refused", hours=1))
        self.assertEqual(self.refusals("log")["logins"], {"day": 9969, "week": 10001})
        counted = lambda n, place: record("network-counted", hours=1)[:-1] + f', "count": {n}, "subject": "{place}"}}'  # noqa: E731
        log("audit.jsonl", counted(5, "out uid 1000"), counted(7, "in"), counted(100, "links"), counted(100, "outer"))
        self.assertEqual(self.refusals("log")["network"], {"day": 12, "week": 12})

    def test_files_that_begin_too_early_are_the_last_ones_read(self):
        log("audit-000000000001.jsonl", record("device-refused", hours=1))  # behind one that is too old: not read
        log("audit-000000000002.jsonl", record("device-refused", days=9), record("device-refused", hours=2))
        log("audit.jsonl", record("agent-started", hours=1))
        self.assertEqual(self.refusals("log")["devices"], {"day": 1, "week": 1})

    def test_another_clock_does_not_count(self):
        log("audit-000000000001.jsonl", "")
        log("audit-000000000002.jsonl", "")
        log("audit.jsonl", record("device-refused", days=-3650), record("device-refused", minutes=-1), "{no json",
            "x" * 20000, '{"type":"device-refused"}', '{"type":["device-refused"],"time":3}')
        self.assertEqual(self.refusals("log")["devices"], {"day": 1, "week": 1})

    def test_needs_are_named_for_programs(self):
        said = json.loads(sekimori("status", "--json", "--runtime-dir", "run"))
        self.assertIn("no-policy", said["needs"])
        self.assertNotIn("expired", said["needs"])

    def test_a_log_that_cannot_be_read_is_not_zero(self):
        self.assertIsNone(self.refusals("nowhere"))

    def disks(self, *lines, language="en"):
        """The line about other disks, with these in keeper.note or keeper.missing."""
        for name, text in lines:
            with open(f"run/{name}", "w", encoding="utf-8") as f:
                f.write(text + "\n")
        said = sekimori("status", "--lang", language, "--runtime-dir", "run", "--state-dir", "state")
        return next(line for line in said.splitlines() if line.startswith(("disks", "USB でない")))

    def test_the_keeper_speaks_one_of_two_languages(self):
        for words in (("--lang", "fr"), ("--lang",), ("--lang", "")):
            done = attempt_of("sekimori-keeper", "--list", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn("--lang", done.stderr)

    def test_whether_other_disks_are_refused_and_why_not(self):
        self.assertEqual(self.disks(), "disks on no USB: not refused (sekimori-keeper does not run: sekimori setup devices)")
        self.assertEqual(self.disks(("keeper.note", "no cgroup v2 at /sys/fs/cgroup")),
                         "disks on no USB: not refused (no cgroup v2 at /sys/fs/cgroup)")
        self.assertEqual(self.disks(("keeper.note", "opened"), language="ja"), "USB でないディスク: 拒否していません（opened）")
        self.assertEqual(self.disks(("keeper.note.ja", "手で開けられました"), language="ja"),
                         "USB でないディスク: 拒否していません（手で開けられました）")
        os.unlink("run/keeper.note")
        os.unlink("run/keeper.note.ja")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as keeper:
            keeper.bind("run/keeper.new")
            keeper.listen()
            os.rename("run/keeper.new", "run/keeper.sock")
            self.addCleanup(os.unlink, "run/keeper.sock")
            agent, _ = keeper.accept()
            agent.send(READY)
            self.assertTrue(self.bed.wait(lambda: "refused unless" in self.disks()))
            self.assertEqual(self.disks(), "disks on no USB: refused unless needed or allowed")
            self.addCleanup(os.unlink, "run/keeper.missing")
            self.assertEqual(self.disks(("keeper.missing", "fstab UUID=aa")),
                             "disks on no USB: refused unless needed or allowed (not found: fstab UUID=aa)")
            said = json.loads(sekimori("status", "--json", "--runtime-dir", "run"))
            self.assertEqual((said["disks"]["missing"], "disks-missing" in said["needs"]), ("fstab UUID=aa", True))
            agent.close()

    def network(self):
        said = json.loads(sekimori("status", "--json", "--runtime-dir", "run"))
        return said["network"], [need for need in said["needs"] if need.startswith("network-")]

    @staticmethod
    def network_stage(word):
        with open("state/network/stage.new", "w", encoding="ascii") as f:
            f.write(word + "\n")
        os.rename("state/network/stage.new", "state/network/stage")

    @staticmethod
    def words():
        return sekimori("status", "--lang", "en", "--runtime-dir", "run", "--state-dir", "state")

    def test_whether_the_network_is_kept_as_the_policy_says(self):
        self.assertEqual(self.network(), ({"stage": "off", "firewall": False, "follows": False, "force": "failed", "serial": 0,
                                           "why": ""}, []))
        self.assertNotIn("network:", self.words())
        self.network_stage("enforce")
        self.addCleanup(os.unlink, "state/network/stage")
        self.assertEqual(self.network()[1], ["network-unkept"])
        self.assertIn("network: NOT as it should be", self.words())
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as firewall:
            firewall.connect("run/network.sock")
            self.assertTrue(self.bed.wait(lambda: self.network()[1] == ["network-open"]), self.network())
            firewall.send(in_force(3, 0))   # sealed, so nobody may be talked with
            self.assertTrue(self.bed.wait(lambda: self.network()[1] == []), self.network())
            self.assertEqual(self.network()[0]["force"], "refuses")
            self.assertIn("network: limited as the policy says (0 refused in 24 h)\n", self.words())
            firewall.send(in_force(2, 0))
            self.assertTrue(self.bed.wait(lambda: self.network()[1] == ["network-open"]), self.network())
            firewall.send(in_force(3, 9))
            self.assertTrue(self.bed.wait(lambda: self.network()[0]["serial"] == 9), self.network())
            self.assertEqual(self.network()[1], ["network-open"])
        self.assertTrue(self.bed.wait(lambda: self.network()[1] == ["network-unkept"]), self.network())
        self.assertIn("sekimori-firewall", sekimori("status", "--lang", "ja", "--runtime-dir", "run"))

    def test_nobody_answers_in_json_too(self):
        done = attempt("status", "--json", "--runtime-dir", "nowhere")
        self.assertEqual(done.returncode, 3)
        said = json.loads(done.stdout)
        self.assertEqual((said["state"], said["hostname"], said["needs"]), ("silent", os.uname().nodename, ["silent"]))
        self.assertEqual(attempt("status", "--runtime-dir", "nowhere").stdout, "")

    def metrics(self, *more, run="run", code=0):
        done = attempt("status", "--prometheus", *more, "--runtime-dir", run, "--state-dir", "state")
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def in_the_text_format(self, text):
        """Rules of the exposition format and of promtool, which is asked, too, where it is installed."""
        helped, typed, seen = [], {}, set()
        for line in text.splitlines():
            if m := re.fullmatch(r"# HELP ([a-z_]+) (.+[.;].*)", line):
                helped.append(m[1])
            elif m := re.fullmatch(r"# TYPE ([a-z_]+) (gauge|counter)", line):
                self.assertEqual(helped[-1], m[1])
                typed[m[1]] = m[2]
                self.assertEqual(m[2] == "counter", m[1].endswith("_total"))
            else:
                m = re.fullmatch(r'([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (-?\d+)', line)
                self.assertTrue(m and m[1] == helped[-1] and m[1] in typed, line)
                self.assertNotIn(m[1] + (m[2] or ""), seen)
                seen.add(m[1] + (m[2] or ""))
        self.assertTrue(text.endswith("\n") and len(helped) == len(set(helped)) == len(typed))
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        return dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")

    def test_metrics_are_in_the_text_format_and_say_what_status_says(self):
        found = self.in_the_text_format(self.metrics())
        self.assertEqual((found["sekimori_up"], found["sekimori_policy_serial"]), ("1", "0"))
        self.assertEqual(found['sekimori_needs_person{care="no-policy"}'], "1")
        self.assertEqual(found['sekimori_needs_person{care="silent"}'], "0")
        self.assertNotIn("sekimori_policy_remaining_seconds", found)
        self.assertIn('sekimori_refused{plane="devices",window="week"}', found)
        self.assertIn('sekimori_refused{plane="network",window="day"}', found)

    def test_metrics_say_that_nobody_answers(self):
        found = self.in_the_text_format(self.metrics(run="nowhere", code=3))
        self.assertEqual((found["sekimori_up"], found['sekimori_needs_person{care="silent"}']), ("0", "1"))

    def test_a_file_of_metrics_is_replaced_as_a_whole(self):
        os.makedirs("textfile", exist_ok=True)
        for _ in range(2):
            self.assertEqual(self.metrics("textfile/sekimori.prom"), "")
        self.assertEqual(os.listdir("textfile"), ["sekimori.prom"])
        self.assertEqual(os.stat("textfile/sekimori.prom").st_mode & 0o777, 0o644)
        with open("textfile/sekimori.prom", encoding="utf-8") as f:
            self.in_the_text_format(f.read())
        self.assertEqual(attempt("status", "--prometheus", "nowhere/x.prom", "--runtime-dir", "run").returncode, 3)
        self.assertEqual(attempt("status", "surplus", "--runtime-dir", "run").returncode, 2)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)
        os.chmod(here, 0o755)
        unittest.main()
