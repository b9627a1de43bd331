# SPDX-License-Identifier: MIT
"""The desk of a one-person IT section: a pilot's kit, a simulated computer with or without an agent, and `sekimori media`. The
ledger is read by Python's csv module."""

import csv
import datetime
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import bed as beds
from agent import Agent
from programs import CLEAN, program, sekimori

CLEAN["LC_ALL"] = "ja_JP.UTF-8"  # the language of this desk

TODAY = datetime.date.today()
SOON = (TODAY + datetime.timedelta(days=20)).isoformat()
LATER = (TODAY + datetime.timedelta(days=900)).isoformat()
YEAR = TODAY.year - (TODAY.month < 4)
FIRST = f"M{YEAR}-001"
SERIAL = "E0D55EA573F5F3A0"
ANSWERS = ("--section", "納税課", "--person", "山田 花子", "--until", SOON, "--access", "read-write")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def rows(path="ledger.csv"):
    """As a spreadsheet sees it: strictly, by the headings of the first line."""
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, strict=True))


class Media(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        os.chdir(self.folder)
        sekimori("policy", "init", "kit")
        os.mkdir("config")
        shutil.copy("kit/trust.pem", "config")
        self.raise_serial(1)

    def raise_serial(self, serial):
        """What the administrator does in an editor: the number, and when it is signed."""
        lines = read("kit/policy.yaml").splitlines(keepends=True)
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        changed = [f"serial: {serial}\n" if line.startswith("serial:") else f"issued: {now}\n" if line.startswith("issued:") else line
                   for line in lines]
        write("kit/policy.yaml", "".join(changed))

    def sign_and_push(self):
        sekimori("policy", "check", "kit/policy.yaml")
        sekimori("policy", "sign", "kit/policy.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")
        self.assertEqual(self.agent.push("kit/policy.cms")[0], 0)
        os.unlink("kit/policy.cms")

    def computer(self):
        bed = beds.Bed()
        bed.__enter__()
        self.addCleanup(bed.__exit__)
        bed.plug(beds.a_keyboard())
        return bed

    def terminal(self):
        self.bed = self.computer()
        self.agent = Agent()
        self.agent.__enter__()
        self.addCleanup(self.agent.__exit__)
        self.sign_and_push()

    def media(self, *words, code=0, said=(), alone=False):
        verb, *rest = words
        more = ["--no-agent"] if alone else []
        if verb != "retire":
            more += ["--runtime-dir", "run"]
        if verb == "list":
            more += ["--state-dir", "state"]
        done = subprocess.run([program("sekimori"), "media", verb, *more, *rest, "--ledger", "ledger.csv"], text=True,
                              capture_output=True, env=beds.environment(), stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.assertNotIn("Sanitizer", done.stderr)
        for words in said:
            self.assertIn(words, done.stdout + done.stderr)
        return done

    def device(self, path):
        return next(d for d in self.devices() if d["path"] == path)


    def plug(self, *sticks):
        """Sticks, once the agent has judged them."""
        paths = [self.bed.plug(stick) for stick in sticks]
        self.assertTrue(self.bed.wait(lambda: all(any(d["path"] == p for d in self.devices()) for p in paths)))
        return paths

    @staticmethod
    def devices():
        return json.loads(sekimori("devices", "--json", "--runtime-dir", "run"))

    def enrol(self, which, *more, **how):
        return self.media("enrol", which, *ANSWERS, *more, **how)

    def listed(self, *more):
        return {r["number"]: r for r in json.loads(self.media("list", "--json", *more).stdout)}

    def standing(self, *more, number=FIRST):
        return self.listed(*more)[number]["standing"]


class Alone(Media):
    """On an administrator's PC without an agent."""

    def setUp(self):
        super().setUp()
        self.bed = self.computer()

    def stick(self, **how):
        path = self.bed.plug(beds.a_stick(**how))
        return os.path.basename(path)
