# SPDX-License-Identifier: MIT
"""What `sekimori devices --policy` answers, and that it changes nothing. Started by test_devices."""

import json
import os
import subprocess
import sys
import tempfile
import unicodedata
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from programs import program  # noqa: E402

RULES = """
devices:
  - name: キーボードとマウス
    clause: 6(3)ア
    match: {bus: usb, interfaces: [hid, hub, smartcard]}
    action: allow
  - name: 納税課 1号
    match: {bus: usb, id: "0951:1666", serial: "E0D55EA573F5F3A0", interfaces: [storage]}
    action: read-only
  - name: ヘッドセットは音声だけ
    match: {bus: usb, interfaces: [audio]}
    partial: true
    action: allow
"""
KEYS = {"path", "bus", "vid", "pid", "serial", "name", "interfaces", "kinds", "verdict", "rule", "clause", "reason"}


def run(*args, **more):
    return subprocess.run([program("sekimori"), *args], capture_output=True, text=True, timeout=30,
                          env=beds.environment(), check=False, **more)


def columns(text):
    """How wide a terminal shows it, by Unicode's own table."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Devices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        kit = os.path.join(cls.folder.name, "kit")
        made = run("policy", "init", kit)
        assert made.returncode == 0, made.stderr
        with open(os.path.join(kit, "policy.yaml"), encoding="utf-8") as f:
            text = f.read()
        cls.kit, cls.policy = kit, os.path.join(kit, "trial.yaml")
        cls.write(cls.policy, text[: text.index("\ndevices:")] + RULES)
        cls.bed = beds.Bed().__enter__()
        cls.plugged = {name: cls.bed.plug(getattr(beds, name)()) for name in (
            "a_keyboard", "a_mouse", "a_hub", "a_stick", "a_card_reader", "a_phone", "a_printer", "a_network_adapter",
            "a_headset", "a_bad_keyboard")}
        liar = beds.a_keyboard()
        liar.strings["product"] = "\x1b[31mred\x1b[0m \u202egnp.exe"
        cls.plugged["a_liar"] = cls.bed.plug(liar)
        with open(cls.bed.at(cls.plugged["a_liar"], "descriptors"), "r+b") as f:
            f.seek(18 + 4)
            f.write(b"\x01")  # bNumInterfaces

    @classmethod
    def tearDownClass(cls):
        cls.bed.__exit__()
        cls.folder.cleanup()

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def elements(self, policy=None):
        answer = run("devices", "--policy", policy or self.policy, "--json")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        return {e["path"]: e for e in json.loads(answer.stdout)}

    def test_every_device_has_its_verdict_and_rule(self):
        elements = self.elements()
        expected = {
            "a_keyboard": ("allow", "キーボードとマウス", "6(3)ア"), "a_mouse": ("allow", "キーボードとマウス", "6(3)ア"),
            "a_hub": ("allow", "キーボードとマウス", "6(3)ア"), "a_card_reader": ("allow", "キーボードとマウス", "6(3)ア"),
            "a_stick": ("read-only", "納税課 1号", ""), "a_headset": ("allow", "ヘッドセットは音声だけ", ""),
            "a_phone": ("deny", "", ""), "a_printer": ("deny", "", ""), "a_network_adapter": ("deny", "", ""),
            "a_bad_keyboard": ("deny", "", ""), "a_liar": ("deny", "", ""),
        }
        self.assertEqual(set(elements), set(self.plugged.values()))
        for name, verdict in expected.items():
            e = elements[self.plugged[name]]
            self.assertTrue(KEYS <= set(e), KEYS - set(e))
            self.assertEqual((e["verdict"], e["rule"], e["clause"]), verdict, name)
        stick = elements[self.plugged["a_stick"]]
        self.assertEqual((stick["vid"], stick["pid"], stick["serial"], stick["interfaces"], stick["kinds"]),
                         ("0951", "1666", "E0D55EA573F5F3A0", ["08:06:50"], ["storage"]))
        self.assertIn("still-image", elements[self.plugged["a_phone"]]["kinds"])
        self.assertEqual(elements[self.plugged["a_liar"]]["reason"], "malformed")
        self.assertTrue(elements[self.plugged["a_headset"]]["partial"])
        self.assertEqual((elements[self.plugged["a_headset"]]["kinds"],
                          elements[self.plugged["a_headset"]]["kinds_let_in"]), (["hid", "audio"], ["audio", "midi"]))

    def test_an_envelope_says_the_same_as_its_text(self):
        envelope = os.path.join(self.folder.name, "trial.cms")
        subprocess.run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-in", self.policy, "-outform", "PEM", "-signer",
                        f"{self.kit}/signer1.crt", "-inkey", f"{self.kit}/signer1.key", "-out", envelope], check=True)
        self.assertEqual(self.elements(envelope), self.elements())

    def test_it_can_be_read_from_a_pipe(self):
        with open(self.policy, encoding="utf-8") as f:
            answer = run("devices", "--policy", "-", "--json", stdin=f)
        self.assertEqual(len(json.loads(answer.stdout)), len(self.plugged))

    def test_nothing_is_enforced(self):
        self.elements()
        for path in self.plugged.values():
            self.assertTrue(self.bed.authorized(path), "as the kernel had it")
        self.assertEqual(self.bed.read(self.bed.usb1, "authorized_default"), "1")

    def test_the_table_is_aligned_whatever_the_letters(self):
        for language, head in (("ja", "判定"), ("en", "VERDICT")):
            answer = run("devices", "--policy", self.policy, "--lang", language)
            lines = answer.stdout.splitlines()
            self.assertEqual(len(lines), 1 + len(self.plugged))
            at = columns(lines[0][: lines[0].index(head)])
            words = ("許可", "拒否", "読み取り専用") if language == "ja" else ("allowed", "denied", "read-only")
            for line in lines[1:]:
                starts = [columns(line[: line.index("  " + w + "  ")]) + 2 for w in words if "  " + w + "  " in line]
                self.assertIn(at, starts, line)

    def test_the_language_is_the_policys(self):
        self.assertTrue(run("devices", "--policy", self.policy).stdout.startswith("機器"))

    def test_what_a_device_chose_moves_no_cursor(self):
        for more in ((), ("--json",), ("--lang", "en")):
            out = run("devices", "--policy", self.policy, *more).stdout
            self.assertNotIn("\x1b", out)
            self.assertNotIn("\u202e", out)
            self.assertIn("red", out)

    def test_a_policy_with_a_mistake_is_refused_where_it_is(self):
        wrong = os.path.join(self.folder.name, "wrong.yaml")
        with open(self.policy, encoding="utf-8") as f:
            self.write(wrong, f.read().replace("[audio]", "[aduio]"))
        answer = run("devices", "--policy", wrong)
        self.assertEqual((answer.returncode, answer.stdout), (1, ""))
        self.assertRegex(answer.stderr, rf"^{wrong}:\d+:\d+: .*aduio.*\n$")

    def test_what_cannot_be_done_is_said(self):
        for code, args in ((3, ["--policy", "/nonexistent"]), (3, ["--runtime-dir", self.folder.name]),
                           (2, ["--nonsense"]), (2, ["surplus"])):
            answer = run("devices", *args)
            self.assertEqual((answer.returncode, answer.stdout), (code, ""), args)
            self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)


if __name__ == "__main__":
    unittest.main()
