# SPDX-License-Identifier: MIT
"""A terminal with a real agent, at which an administrator enrols people: `sekimori` as root, as somebody else and at a pseudo-terminal;
codes from oathtool."""

import contextlib
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from agent import Agent
from programs import CLEAN, program
from typist import Typist

RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238's key
OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
THIRD = "00112233445566778899aabbccddeeff"
CLEAN["LC_ALL"] = "ja_JP.UTF-8"  # a terminal without a policy takes its language from there
KNOWN, KNOWN_TOO = "daemon", "games"  # on every Debian
PATIENCE_S = 20


def code_of(secret, *options, algorithm="sha1", at=None):
    base32 = () if re.fullmatch("[0-9a-f]+", secret) else ("-b",)
    when = ("--now", f"@{at}") if at else ()
    return subprocess.run(["oathtool", f"--totp={algorithm}", *base32, *when, *options, secret], capture_output=True,
                          text=True, check=True).stdout.strip()


def soon_stale():
    """Wait out the last seconds of a step, so that a code lives until the agent has seen it."""
    while time.time() % 30 > 25:
        time.sleep(0.2)


def log():
    with open("state/audit/audit.jsonl", encoding="utf-8") as f:
        return f.read()


class Terminal(unittest.TestCase):
    """An agent, and the tool of the administrator."""

    tool_path = program("sekimori")

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        os.chdir(self.folder)
        self.agent = None
        self.addCleanup(lambda: self.agent and self.agent.stop())
        self.start()

    def start(self, faketime=None):
        if self.agent:
            self.agent.stop()
        fake = {"FAKETIME": faketime, "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if faketime else {}
        self.agent = Agent(preload=glob.glob("/usr/lib/*/faketime/libfaketime.so.1") if faketime else (), **fake)
        self.agent.__enter__()

    def run_tool(self, *args, text=None, user=None):
        tool = self.tool_path
        if user:  # a checkout beneath /root is closed to others
            tool = shutil.copy(tool, "tool")
            shutil.copy(program("sekimori-seeds"), "sekimori-seeds")
        return subprocess.run([os.path.abspath(tool), *args, "--runtime-dir", "run"], text=True, capture_output=True,
                              timeout=PATIENCE_S, input=text or "", env=CLEAN, check=False,
                              **({"user": user, "group": user, "extra_groups": []} if user else {}))

    def tool(self, *args, code=0, **more):
        done = self.run_tool(*args, **more)
        self.assertEqual(done.returncode, code, f"{args}: {done.stdout}{done.stderr}")
        if code:
            self.assertEqual(done.stdout, "")
        return done.stderr if code else done.stdout

    def factors(self, user):
        done = self.run_tool("factors", user, "--json")
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)[0]

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
        return path

    def at_terminal(self, *args):
        typist = Typist([self.tool_path, *args, "--runtime-dir", "run"], CLEAN)
        self.addCleanup(typist.close)
        return typist

    def assert_nothing_enrolled(self, user=KNOWN):
        person = self.factors(user)
        self.assertEqual((person["tokens"], person["cards"], person["recovery"]), ([], [], 0))

    def codes(self, *more):
        found = re.findall(r"^ +\d+  ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", self.tool("enrol", KNOWN, "recovery", *more),
                           re.M)
        self.assertEqual(len(set(found)), 10, found)
        return found

    def assert_kept_nowhere(self, secrets):
        for directory, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(directory, name)
                if os.path.isfile(path):
                    with open(path, "rb") as f:
                        content = f.read()
                    for secret in secrets:
                        self.assertNotIn(secret.encode(), content, path)
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(path, "rb") as f:
                content = f.read()
                for secret in secrets:
                    self.assertNotIn(secret.encode(), content, path)
