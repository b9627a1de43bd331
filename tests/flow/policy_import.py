# SPDX-License-Identifier: MIT
"""Rules of usbguard become ours: what is written, what is told of, and what real devices may do then. Where usbguard is
installed its own parser and daemon are asked the same. Started by test_policy_import."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

for folder in ("support", "bench"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", folder))
import bed as beds  # noqa: E402
from computer import show, show_all  # noqa: E402
from programs import CLEAN, attempt, program, sekimori  # noqa: E402

PARSER, DAEMON = shutil.which("usbguard-rule-parser"), shutil.which("usbguard-daemon")
DEVICES = ("a_keyboard", "a_mouse", "a_hub", "a_stick", "a_card_reader", "a_printer", "a_network_adapter", "a_headset",
           "a_bad_keyboard")

# Rules of which all can be said: ours and theirs let in the same.
SAID = """# of the office
allow id 1d6b:0002
block 046d:c31c with-interface one-of { 08:*:* }  # a keyboard with a stick inside
allow with-interface match-all { 03:*:* }
allow id one-of { 0951:1666 0951:1667 } serial "E0D55EA573F5F3A0" label "納税課"
allow 04e6:5814 name "SCR3500 A Contact Reader" via-port "1-5"
reject 04f9:*
allow id 04f9:0027
"""
SAID_ALLOWS = {"a_keyboard", "a_mouse", "a_stick", "a_card_reader"}

# As `usbguard generate-policy` writes it, and a manual's examples: none of it can be said whole.
UNSAID = """allow id 046d:c31c serial "" name "USB Keyboard" hash "uA=" parent-hash "x" via-port "1-1" with-interface { 03:01:01 03:00:00 }
allow with-interface equals { 08:*:* }
allow if random(0.1666)
reject with-interface all-of { 08:*:* 03:00:* }
"""

# What of theirs has no equal in ours, and what their daemon makes of it.
THEIRS = {
    "allow with-interface 03:01:01": set(),   # a keyboard has two interfaces
    "allow with-interface { 03:01:01 03:00:00 }": {"a_keyboard"},
    "allow with-interface { 03:*:* 03:*:* }": {"a_keyboard", "a_bad_keyboard"},   # each of the rule's fits one of two
    "allow with-interface equals-ordered { 03:00:00 03:01:01 }": set(),
    "allow with-interface equals-ordered { 03:01:01 03:00:00 }": {"a_keyboard"},
    "allow with-interface all-of { 03:01:01 08:06:50 }": {"a_bad_keyboard"},
    "allow with-interface one-of { 08:06:50 07:*:* }": {"a_bad_keyboard", "a_stick", "a_printer"},
    "allow with-interface match-all { 08:*:* 07:*:* }": {"a_stick", "a_printer"},
    "allow id 046D:C077": set(),
    'allow name "USB Opt*"': set(),
    'allow name "USB Optical Mouse"': {"a_mouse"},
    'allow id one-of { 046d:c077 046d:c31c } serial ""': {"a_mouse", "a_keyboard", "a_bad_keyboard"},
}

GOOD = ["allow", "block", "reject", "allow 1234:*", "allow *:*", "allow id *:* # any", "allow#", "allow id { 1234:5678 }",
        "allow id match-all {1234:5678\t*:*}", 'allow name "a\\"b\\\\c\\x41"', 'allow name { "a" "b" } serial ""',
        'allow label "x" if true', "allow if !random(0.5)", "allow if all-of { true !false localtime(08:30-17:15) }",
        "allow if allowed-matches(with-interface one-of { 03:00:01 })", "allow with-interface e0:*:*",
        "allow with-interface equals-ordered {03:01:01 03:01:*}", 'allow with-connect-type none-of { "hotplug" "not used" }',
        'allow parent-hash "x" hash one-of { "y" } via-port "1-2"', "# allow", "   # allow"]
BAD = ["alloww", "allow allow", "allow *:1234", "allow id 1234:123", "allow 1234:1234 id 1234:1234", "allow name", 'allow name "',
       'allow name "\\n"', "allow name foo", 'allow name some-of { "a" }', "allow name { }", 'allow name { "a""b" }',
       'allow name { "a"', 'allow name "a"serial "b"', 'allow name "a" name "b"', "allow with-interface *:*:*",
       "allow with-interface 12:*:34", "allow with-interface 1:2:3", 'allow with-interface "08:06:50"', "allow if",
       "allow if randomly", "allow if !!true", "allow if random(", "allow if random()", "allow nmae \"x\"", "allow id 1234:5678\r"]


class Import(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.at = Path(cls.folder.name)
        sekimori("policy", "init", cls.at / "kit")
        cls.head, _, rest = (cls.at / "kit/policy.yaml").read_text(encoding="utf-8").partition("\ndevices:")
        cls.tail = rest[rest.index("\nlogin:"):]
        cls.bed = beds.Bed().__enter__()
        cls.plugged = {name: cls.bed.plug(getattr(beds, name)()) for name in DEVICES}
        show(cls.bed, os.path.dirname(cls.bed.usb1), uevent="DRIVER=xhci_hcd\nPCI_SLOT_NAME=0000:00:14.1")
        show_all(cls.bed, cls.bed.usb1, beds.Hardware(0x1D6B, 2))
        for name, path in cls.plugged.items():
            show_all(cls.bed, path, getattr(beds, name)())

    @classmethod
    def tearDownClass(cls):
        cls.bed.__exit__()
        cls.folder.cleanup()

    def imported(self, rules, language="en"):
        (self.at / "rules.conf").write_text(rules, encoding="utf-8", newline="")
        return attempt("policy", "import", "usbguard", self.at / "rules.conf", "--lang", language)

    def allowed(self, devices):
        """Those that our policy lets in, once this list is in it."""
        policy = self.at / "imported.yaml"
        policy.write_text(f"{self.head}\n{devices}{self.tail}", encoding="utf-8")
        sekimori("policy", "check", policy)
        said = subprocess.run([program("sekimori"), "devices", "--policy", policy, "--json"], capture_output=True, text=True,
                              env=beds.environment(), check=False, timeout=30)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        let_in = {e["path"] for e in json.loads(said.stdout) if e["verdict"] != "deny"}
        return {name for name, path in self.plugged.items() if path in let_in}

    def test_what_usbguard_lets_in_is_let_in_and_nothing_else(self):
        done = self.imported(SAID)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.allowed(done.stdout), SAID_ALLOWS)
        self.assertIn('name: "usbguard 5 (2): 納税課"', done.stdout)

    def test_what_would_let_in_more_is_told_of_and_lets_in_nothing(self):
        done = self.imported(UNSAID)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.allowed(done.stdout), set())
        name = self.at / "rules.conf"
        for place in ("1:20: not written: serial: an empty value", "1:50: not written: hash: ", "1:61: not written: parent-hash: ",
                      "1:92: not written: with-interface: how many", "2:7: not written: with-interface: ",
                      "3:7: not written: if: ", "4:8: refuses more: with-interface: ", "4:1: note: reject: becomes deny"):
            self.assertIn(f"{name}:{place}", done.stderr)
        self.assertIn("1 rules written, 3 left as comments", done.stderr)
        # A person who accepts them takes the "# " away.
        accepted = done.stdout.replace("  # - name", "  - name").replace("  #   ", "    ")
        self.assertEqual(self.allowed(accepted), {"a_keyboard", "a_stick"})

    def test_a_list_without_a_rule_is_a_policy(self):
        for rules in ("", "# nothing\n\n", "allow if random\n"):
            self.assertEqual(self.allowed(self.imported(rules).stdout), set(), rules)

    def test_it_speaks_the_language_that_is_asked_for(self):
        said = self.imported("allow hash \"a\"\nallow foo\n", "ja").stderr
        self.assertIn("rules.conf:1:7: 書きません: hash: usbguard 独自の", said)
        self.assertIn("rules.conf:2:7: 「foo」という属性はありません", said)

    def test_a_line_that_is_no_rule_stops_it_and_each_is_named(self):
        done = self.imported("allow id 1234:5678\nallow nmae \"x\"\n\npermit\n")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("rules.conf:2:7: unknown attribute 'nmae' (did you mean 'name'?)", done.stderr)
        self.assertIn("rules.conf:4:1: unknown target 'permit'", done.stderr)
        self.assertIn("nothing is written", done.stderr)

    def test_other_words_are_wrong_usage(self):
        for words, code in ((("usbgaurd", "x"), 2), (("usbguard",), 2), (("usbguard", self.at / "none"), 3)):
            self.assertEqual(attempt("policy", "import", *words).returncode, code, words)

    def refuses(self, line):
        return "nothing is written" in self.imported(line + "\n").stderr

    def test_lines_are_accepted_and_refused(self):
        self.assertEqual([line for line in GOOD if self.refuses(line)], [])
        self.assertEqual([line for line in BAD if not self.refuses(line)], [])

    @unittest.skipUnless(PARSER, "usbguard-rule-parser is not installed: it was not asked")
    def test_its_own_parser_accepts_and_refuses_the_same(self):
        def theirs(line):
            return subprocess.run([PARSER, line], capture_output=True, env=CLEAN, timeout=30, check=False).returncode != 0

        self.assertEqual([line for line in GOOD if theirs(line)], [])
        self.assertEqual([line for line in BAD if not theirs(line)], [])

    def lets_in(self, rules, timezone="UTC"):
        """What usbguard's daemon decides of the same devices; what it rejects it removes, which files cannot show."""
        with tempfile.TemporaryDirectory(dir=self.at) as folder:
            at = Path(folder)
            for name in ("rules.d", "access"):
                (at / name).mkdir(mode=0o700)
            (at / "rules.conf").write_text(rules, encoding="utf-8")
            (at / "daemon.conf").write_text(
                f"RuleFile={at}/rules.conf\nRuleFolder={at}/rules.d/\nIPCAccessControlFiles={at}/access/\n"
                f"ImplicitPolicyTarget=block\nPresentDevicePolicy=apply-policy\nPresentControllerPolicy=keep\n"
                f"DeviceManagerBackend=uevent\nAuditBackend=FileAudit\nAuditFilePath={at}/audit.log\n", encoding="utf-8")
            for file in ("rules.conf", "daemon.conf"):
                (at / file).chmod(0o600)
            log = at / "audit.log"
            with open(at / "daemon.log", "w", encoding="utf-8") as said, subprocess.Popen(
                    [DAEMON, "-K", "-p", at / "pid", "-c", at / "daemon.conf"], stdout=said, stderr=said,
                    env={**beds.environment(), "TZ": timezone}) as daemon:
                try:
                    self.assertTrue(self.bed.wait(lambda: self.audited(log).keys() >= set(self.plugged.values()), 20),
                                    (at / "daemon.log").read_text(encoding="utf-8"))
                finally:
                    daemon.kill()
            decided = self.audited(log)
        return {name for name, path in self.plugged.items() if decided[path] == "allow"}

    @unittest.skipUnless(DAEMON, "usbguard-daemon is not installed: it was not asked")
    def test_the_daemon_itself_lets_in_the_same(self):
        self.assertEqual(self.lets_in(SAID), SAID_ALLOWS)

    @unittest.skipUnless(DAEMON, "usbguard-daemon is not installed: it was not asked")
    def test_the_daemon_reads_what_cannot_be_said_as_we_think(self):
        """Why each is told of: see docs/adr/0178."""
        for rules, allowed in THEIRS.items():
            self.assertEqual(self.lets_in(rules + "\n"), allowed, rules)

    @unittest.skipUnless(DAEMON, "usbguard-daemon is not installed: it was not asked")
    def test_the_daemon_holds_localtime_against_utc(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = max(now - datetime.timedelta(minutes=5), now.replace(hour=0, minute=0)), now + datetime.timedelta(minutes=5)
        if end.date() != now.date():
            self.skipTest("too near to midnight in UTC")
        self.assertEqual(self.lets_in(f"allow id 046d:c077 if localtime({begin:%H:%M}-{end:%H:%M})\n", "Asia/Tokyo"), {"a_mouse"})

    @staticmethod
    def audited(log):
        """Each device that the daemon's own log has a decision of, and what that was."""
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        decisions = [dict(re.findall(r"(device\.system_name|target\.new)='([^']*)'", line)) for line in text.splitlines()]
        return {d["device.system_name"].removeprefix("/devices/"): d["target.new"] for d in decisions if len(d) == 2}


unittest.main(verbosity=2)
