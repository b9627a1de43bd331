# SPDX-License-Identifier: MIT
"""What `sekimori status` tells those who collect it: refusals counted from the log, and a terminal where nobody answers.
Started by test_status."""

import datetime
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from agent import Agent  # noqa: E402
from bed import Bed, a_keyboard, a_stick  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import attempt, sekimori  # noqa: E402

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
        cls.bed = Bed().__enter__()
        cls.bed.plug(a_keyboard())
        cls.agent = Agent().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.agent.__exit__()
        cls.bed.__exit__()

    @staticmethod
    def refusals(state):
        return json.loads(sekimori("status", "--json", "--runtime-dir", "run", "--state-dir", state))["refusals"]

    def test_what_the_agent_refused_is_counted(self):
        before = self.refusals("state")["devices"]["day"]
        stick = self.bed.plug(a_stick())
        self.assertTrue(self.bed.wait(lambda: self.refusals("state")["devices"]["day"] == before + 1))
        self.bed.unplug(stick)

    def test_days_and_weeks_across_files(self):
        log("audit-000000000001.jsonl", record("login-refused", days=6), record("device-refused", days=6))
        log("audit.jsonl", record("device-refused", hours=25), record("device-revoked", hours=1),
            record("login-throttled", hours=2), record("session-refused", hours=23), record("login-allowed", hours=1))
        self.assertEqual(self.refusals("log"), {"devices": {"day": 1, "week": 3}, "logins": {"day": 2, "week": 3}})

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

    def test_a_log_that_cannot_be_read_is_not_zero(self):
        self.assertIsNone(self.refusals("nowhere"))

    def test_nobody_answers_in_json_too(self):
        done = attempt("status", "--json", "--runtime-dir", "nowhere")
        self.assertEqual(done.returncode, 3)
        said = json.loads(done.stdout)
        self.assertEqual((said["state"], said["hostname"]), ("silent", os.uname().nodename))
        self.assertEqual(attempt("status", "--runtime-dir", "nowhere").stdout, "")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)
        os.chmod(here, 0o755)
        unittest.main()
