# SPDX-License-Identifier: MIT
"""A policy that none could follow: whoever checks, signs or pushes it is told so, and what to change; a terminal that has
one already goes on, says so, and is got going again by root. Started by test_succession."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from agent import Agent  # noqa: E402
from bed import Bed, a_keyboard  # noqa: E402
from programs import CLEAN, attempt, sekimori  # noqa: E402

STEP, LAST = 10**14, 2**63 - 1
TODAY = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def openssl(*words):
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, env=CLEAN, stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def person(name, days):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days), "-subj", f"/CN={name}",
            "-addext", "keyUsage=digitalSignature", "-keyout", f"{name}.key", "-out", f"{name}.crt")


def write(file, serial, *signers, days=2, threshold=1):
    """A policy that these people sign the next one of, issued some days from now."""
    certificates = ""
    for name in signers:
        with open(f"{name}.crt", encoding="ascii") as f:
            certificates += "    - |\n" + "".join("      " + line for line in f)
    issued = (TODAY + datetime.timedelta(days=days)).isoformat()
    until = (TODAY + datetime.timedelta(days=300)).date()
    text = f"""sekimori: 1
serial: {serial}
title: 試験
issued: {issued}
valid: {{from: 2026-01-01, until: {until}}}
language: en
contact: 内線 1234
signers:
  threshold: {threshold}
  certificates:
{certificates}devices:
  - {{name: 入力, match: {{bus: usb, interfaces: [hid]}}, action: allow}}
  - {{name: ハブ, match: {{bus: usb, interfaces: [hub]}}, action: allow}}
"""
    with open(f"{file}.yaml", "w", encoding="utf-8") as f:
        f.write(text)


def envelope(file, by, *rest, **more):
    """The same, signed with openssl: as another tool, or a version of before, would."""
    write(file, *rest, **more)
    openssl("cms", "-sign", "-binary", "-nodetach", "-in", f"{file}.yaml", "-signer", f"{by}.crt", "-inkey", f"{by}.key", "-outform", "PEM",
            "-out", f"{file}.cms")
    return f"{file}.cms"


def records(kind):
    with open("state/audit/audit.jsonl", encoding="utf-8") as f:
        return [r for r in map(json.loads, f) if r["type"] == kind]


def plant(serial, file, previous):
    """What 0.4.0 left on the disk: it accepted both."""
    os.makedirs(f"state/policy/{serial}", mode=0o700)
    shutil.copy(file, f"state/policy/{serial}/envelope.cms")
    shutil.copy("config/trust.pem", f"state/policy/{serial}/trust.pem")
    with open("state/policy/mark", "w", encoding="ascii") as f:
        f.write(f"{serial} {previous}\n")


class Succession(unittest.TestCase):
    def setUp(self):
        shutil.rmtree("state", ignore_errors=True)
        self.start()
        self.push("1.cms")

    def start(self):
        self.agent = Agent()
        self.agent.__enter__()
        self.addCleanup(self.agent.__exit__)

    def push(self, *words, code=0, says=""):
        done = attempt("push", *words, "--lang", "en", "--runtime-dir", "run")
        self.assertEqual(done.returncode, code, done)
        self.assertIn(says, done.stdout + done.stderr)
        return done.stderr

    def serial(self):
        return self.agent.status()["policy"]["serial"]

    def refused(self, *words, says):
        """In one line, in both languages, and nothing has changed."""
        before = self.serial(), len(records("policy-refused"))
        self.assertEqual(self.push(*words, code=1, says=says).count("\n"), 1)
        self.assertEqual((self.serial(), len(records("policy-refused"))), (before[0], before[1] + 1))
        self.assertIn(says, records("policy-refused")[-1]["why"])
        self.assertRegex(records("policy-refused")[-1]["why_ja"], "[ぁ-ん]")

    def test_one_whose_signers_are_over_is_refused_by_check_sign_and_push(self):
        envelope("over", "long", 2, "brief")
        why = "over.yaml:8:1: nobody could sign the next policy: from 'issued' on 0 of its signers' certificates are valid and 1 are needed ('CN=brief'"
        for words in (("check", "over.yaml"), ("sign", "over.yaml", "--cert", "long.crt", "--key", "long.key", "-o", "no.cms")):
            done = attempt("policy", *words, "--lang", "en")
            self.assertEqual(done.returncode, 1, done)
            self.assertTrue(done.stderr.splitlines()[-1].startswith(why), done.stderr)
            self.assertNotIn("days to come", done.stderr)
        told = json.loads(attempt("policy", "check", "over.yaml", "--json").stdout)
        self.assertEqual((told["ok"], told["errors"][0]["line"], told["errors"][0]["column"]), (False, 8, 1))
        self.assertRegex(attempt("policy", "check", "over.yaml", "--lang", "ja").stderr, "^over.yaml:8:1: .*署名できる人が足りません.*signers に入れてください\n$")
        self.refused("over.cms", says="8:1: nobody could sign the next policy")
        envelope("two", "long", 2, "brief", "long", threshold=2)
        self.refused("two.cms", says="1 of its signers' certificates are valid and 2 are needed")
        self.push(envelope("one", "long", 2, "brief", "long"))

    def test_one_that_could_be_followed_for_days_only_is_warned_of(self):
        envelope("soon", "long", 2, "days")
        done = attempt("policy", "check", "soon.yaml", "--lang", "en")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("soon.yaml:8:1: warning: for the 30 days to come 0 of the signers' certificates are valid, and 1 are needed", done.stderr)
        self.assertIn("soon.cms: note: for the 30 days to come 0 of", self.push("soon.cms"))
        self.assertEqual(attempt("policy", "check", "1.yaml", "--lang", "en").stderr, "")
        self.assertNotIn("days to come", self.push(envelope("fine", "days", 3, "long")))

    def test_a_serial_is_a_step_and_no_leap(self):
        envelope("last", "long", LAST, "long")
        done = attempt("policy", "check", "last.yaml", "--lang", "en")
        self.assertEqual((done.returncode, done.stderr), (1, f"last.yaml:2:9: serial {LAST} leaves no number for the policies after it: "
                                                             "9000000000000000000 at most\n"))
        envelope("leap", "long", STEP + 2, "long")
        why = f"2:9: serial {STEP + 2} is too far above 1, the highest so far: {STEP + 1} at most"
        for words in (("last.cms",), ("last.cms", "--force")):
            self.refused(*words, says=f"{STEP + 1} at most")
        for words in (("leap.cms",), ("leap.cms", "--force")):
            self.refused(*words, says=why)
        sign = ("policy", "sign", "leap.yaml", "--cert", "long.crt", "--key", "long.key", "-o", "signed.cms", "--lang", "en")
        done = attempt(*sign, "--previous", "1.yaml")
        self.assertEqual((done.returncode, done.stderr.startswith(f"leap.yaml:{why}")), (1, True), done)
        self.push(envelope("step", "long", STEP + 1, "long"))

    def test_root_may_force_it_and_that_is_recorded(self):
        write("over", 2, "brief")
        sign = ("policy", "sign", "over.yaml", "--cert", "long.crt", "--key", "long.key", "-o", "forced.cms", "--lang", "en")
        done = attempt(*sign, "--force")
        self.assertEqual((done.returncode, "nobody could sign the next policy" in done.stderr), (0, True), done)
        self.refused("forced.cms", says="nobody could sign the next policy")
        self.push("forced.cms", "--force")
        installed = records("policy-installed")[-1]
        self.assertIn("nobody could sign the next policy", installed["waived"])
        self.assertIn("署名できる人が足りません", installed["waived_ja"])
        self.assertEqual(installed["uid"], os.getuid())
        self.assertIn("--force", sekimori("audit", "show", "--state-dir", "state", "--lang", "ja", "--type", "policy-installed"))
        self.agent.stop()
        self.start()
        self.assertEqual(self.serial(), 2)
        self.assertIn("署名できる人が足りません", sekimori("status", "--lang", "ja", "--runtime-dir", "run"))
        # And on: their keys sign, though their certificates are over.
        write("next", 3, "long")
        sign = ("policy", "sign", "next.yaml", "--cert", "brief.crt", "--key", "brief.key", "--lang", "en")
        self.assertEqual(attempt(*sign).returncode, 1)
        self.assertEqual(attempt(*sign, "--force").returncode, 0)
        self.refused("next.cms", says="'CN=brief' had expired")
        self.refused(envelope("stranger", "days", 3, "long"), "--force", says="signed by 0 of the trusted signers")
        self.push("next.cms", "--force")
        self.assertIn("'CN=brief' had expired", records("policy-installed")[-1]["waived"])
        self.push(envelope("4", "long", 4, "long"), "--force")
        self.assertNotIn("waived", records("policy-installed")[-1])
        self.assertEqual(self.agent.status()["note"], "")
        os.makedirs("stick/sekimori", exist_ok=True)
        self.push("stick", "--force", code=2, says="wants a file")

    def test_the_last_serial_of_a_version_before_is_not_the_end(self):
        self.agent.stop()
        plant(LAST, envelope("last", "long", LAST, "long", days=3), 1)
        self.start()
        self.assertEqual(self.serial(), LAST)
        self.assertIn("leaves no number", self.agent.status()["note"])
        self.refused(envelope("again", "long", 2, "long", days=4), says=f"no number is left above serial {LAST}")
        self.refused(envelope("old", "long", 2, "long", days=3), "--force", says="'issued' is not later")
        self.push("again.cms", "--force")
        self.assertIn("no number is left", records("policy-installed")[-1]["waived"])
        self.push(envelope("3", "long", 3, "long", days=4))
        self.agent.stop()
        self.start()
        self.assertEqual((self.serial(), self.agent.status()["note"]), (3, ""))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        for who, days in (("long", 3650), ("days", 10), ("brief", 1)):
            person(who, days)
        envelope("1", "long", 1, "long", days=0)
        os.mkdir("config")
        shutil.copy("long.crt", "config/trust.pem")
        with Bed() as bed:
            bed.plug(a_keyboard())
            unittest.main(argv=[re.sub(r".*/", "", sys.argv[0]), *sys.argv[1:]])
