# SPDX-License-Identifier: MIT
"""From observing to enforcing and back, through the real socket of a real agent. Started by test_stages."""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from agent import KILLED, Agent  # noqa: E402
from bed import Bed, a_keyboard, a_stick  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import sekimori  # noqa: E402
from stages import ask_for_stage  # noqa: E402


def ask(**members):
    return ask_for_stage("run", **members)


def on_disk():
    with open("state/stage", encoding="ascii") as f:
        return f.read()


def records(kind):
    with open("state/audit/audit.jsonl", encoding="utf-8") as f:
        return [r for r in map(json.loads, f) if r["type"] == kind]


def status(*more):
    return sekimori("status", *more, "--runtime-dir", "run", "--state-dir", "state")


class Stages(unittest.TestCase):
    """Each test has a terminal of its own that begins by observing, with a keyboard and a stick in it."""

    def setUp(self):
        self.here = tempfile.TemporaryDirectory()
        os.chmod(self.here.name, 0o755)
        os.chdir(self.here.name)
        os.mkdir("state", 0o711)
        self.write("observe\n")
        make_kit([1])
        self.bed = Bed().__enter__()
        self.keyboard, self.stick = self.bed.plug(a_keyboard()), self.bed.plug(a_stick())
        self.agent = Agent().__enter__()
        self.assertEqual(self.agent.push("1.cms")[0], 0)

    def tearDown(self):
        self.agent.__exit__()
        self.bed.__exit__()
        os.chdir("/")
        self.here.cleanup()

    @staticmethod
    def write(text):
        with open("state/stage", "w", encoding="ascii") as f:
            f.write(text)

    def again(self):
        self.assertIn(self.agent.stop(), (0, KILLED))
        self.agent = Agent().__enter__()

    def parameter(self):
        with open(f"{self.bed.root}/sys/module/usbcore/parameters/authorized_default", encoding="ascii") as f:
            return f.readline().strip()

    def test_the_stage_of_the_network_is_a_word_beside_its_plan(self):
        self.assertEqual(ask(network="observe"), (0, "", {"before": "off", "network": "observe"}))
        self.assertEqual(ask(network="observe"), (0, "", {"before": "observe", "network": "observe"}))
        self.assertEqual(ask(network="trial"), (0, "", {"before": "observe", "network": "trial"}))
        for wrong in ("login", "", "off\n"):
            self.assertEqual(ask(network=wrong)[0], 1)
        self.assertEqual(ask(network="off", stage="observe")[0], 1)
        with open("state/network/stage", encoding="ascii") as f:
            self.assertEqual(f.read(), "trial\n")
        self.assertEqual([(r["before"], r["stage"], r["uid"]) for r in records("network-stage-changed")],
                         [("off", "observe", os.getuid()), ("observe", "trial", os.getuid())])
        self.assertIn("network was changed: from observing to on trial", sekimori("audit", "show", "--state-dir", "state", "--lang", "en"))
        self.assertIn("ネットワークの段階を変えました: 観察から試行へ", sekimori("audit", "show", "--state-dir", "state", "--lang", "ja"))

    def test_there_and_back(self):
        self.assertTrue(self.bed.authorized(self.stick))
        would = records("device-refused")[-1]
        self.assertEqual((would["name"], would["observed"]), ("DataTraveler 3.0", True))
        self.assertEqual(json.loads(status("--json"))["refusals"]["devices"]["day"], 0, "nobody was refused anything")
        self.assertEqual(ask(stage="devices"), (0, "", {"before": "observe", "stage": "devices"}))
        self.assertEqual(on_disk(), "devices\n")
        self.assertFalse(self.bed.authorized(self.stick), "when it is answered, it is done")
        self.assertTrue(self.bed.authorized(self.keyboard))
        self.assertEqual(self.parameter(), "0")
        self.assertNotIn("observed", records("device-revoked")[-1])
        self.assertEqual(ask(stage="observe"), (0, "", {"before": "devices", "stage": "observe"}))
        self.assertTrue(self.bed.authorized(self.stick))
        self.assertTrue(self.bed.wait_bound(self.stick, 0))
        self.assertEqual(self.parameter(), "-1")
        changes = [(r["before"], r["stage"], r["uid"]) for r in records("stage-changed")]
        self.assertEqual(changes, [("observe", "devices", os.geteuid()), ("devices", "observe", os.geteuid())])

    def test_it_stays_across_a_restart(self):
        self.assertEqual(ask(stage="trial")[0], 0)
        self.again()
        self.assertEqual(json.loads(status("--json"))["stage"], "trial")
        self.assertEqual(records("policy-loaded")[-1]["stage"], "trial")
        self.assertFalse(self.bed.authorized(self.stick))
        self.assertEqual(ask(stage="observe")[0], 0)
        self.again()
        self.assertTrue(self.bed.authorized(self.stick))
        self.assertEqual(self.parameter(), "-1")

    def test_what_is_no_stage_enforces_and_says_so(self):
        self.write("observe?\n")
        self.again()
        self.assertFalse(self.bed.authorized(self.stick))
        said = json.loads(status("--json"))
        self.assertEqual((said["stage"], said["stage_legible"]), ("login", False))
        self.assertIn("運用の段階を読めない", status())
        self.assertEqual(ask(stage="observe")[0], 0)
        self.assertTrue(self.bed.authorized(self.stick))

    def test_status_and_the_log_say_it_in_words(self):
        self.assertIn("段階: 観察（observe）。記録だけを行い、まだ何も制限していません", status())
        self.assertIn("stage: observe (everything is recorded, nothing is stopped yet)", status("--lang", "en"))
        self.assertNotIn("カーネルの既定拒否が働いていません", status())
        ask(stage="trial")
        self.assertIn("管理者のログインを待っています", status())
        told = sekimori("audit", "show", "--state-dir", "state", "--lang", "ja")
        self.assertIn("【観察】拒否に当たる機器です（使用は止めていません）: ", told)
        self.assertIn("運用の段階を変えました: 観察（observe）から試行（trial）へ", told)
        self.assertIn("from observe to trial", sekimori("audit", "show", "--state-dir", "state", "--lang", "en"))

    @unittest.skipUnless(os.geteuid() == 0, "somebody else can only be had by root")
    def test_nobody_but_root_asks(self):
        os.chmod("run/control.sock", 0o666)  # as if they were in the group that may read
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setresuid(65534, 65534, 65534)
            os._exit(0 if ask(stage="login")[0] == 1 else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(on_disk(), "observe\n")


if __name__ == "__main__":
    unittest.main()
