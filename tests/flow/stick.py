# SPDX-License-Identifier: MIT
"""A terminal without any network: policies come on an administrator's stick, and its log leaves on it. Whatever else is
on the stick, and wherever the stick fails. Started by test_stick."""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from agent import INTERRUPTED, KILLED, Agent  # noqa: E402
from bed import Bed, a_keyboard  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import CLEAN, attempt, preloaded, program, sekimori  # noqa: E402
from typist import Typist  # noqa: E402

FEWEST = 12  # operations of one export: folders, log, key, status, rename. Fewer, and the faults are not felt


def tree(folder):
    return sorted(os.path.relpath(os.path.join(above, name), folder) for above, _, names in os.walk(folder) for name in names)


class WithAgent(unittest.TestCase):
    def setUp(self):
        for name in ("state", "stick"):
            shutil.rmtree(name, ignore_errors=True)
        os.makedirs("stick/sekimori")
        agent = Agent()
        agent.__enter__()
        self.addCleanup(agent.__exit__)
        self.agent = agent

    def push(self, code, *said):
        done = attempt("push", "stick", "--runtime-dir", "run")
        for words in said:
            self.assertIn(words, done.stdout + done.stderr)
        self.assertEqual(done.returncode, code, done)
        return done

    def serial(self):
        policy = self.agent.status()["policy"]
        return policy and policy["serial"]


class Push(WithAgent):
    def test_the_newest_that_verifies(self):
        for name in ("1.cms", "3.cms", "2.cms"):
            shutil.copy(name, "stick/sekimori")
        shutil.copy("stranger.cms", "stick/sekimori/9.cms")
        self.push(0, "9.cms: ", "serial 3 (3.cms) is in force")
        self.assertEqual(self.serial(), 3)

    def test_again_is_fine_and_older_is_not(self):
        shutil.copy("2.cms", "stick/sekimori")
        self.push(0, "serial 2 (2.cms) is in force\n")
        self.push(0, "第2号はもう有効です")
        os.unlink("stick/sekimori/2.cms")
        shutil.copy("1.cms", "stick/sekimori")
        self.push(1, "これまでで最も大きいのは第2号")
        self.assertEqual(self.serial(), 2)

    def test_a_forged_newer_one_is_not_passed_over_in_silence(self):
        shutil.copy("2.cms", "stick/sekimori")
        self.push(0)
        shutil.copy("stranger.cms", "stick/sekimori/9.cms")
        self.push(1, "9.cms: ")
        self.assertEqual(self.serial(), 2)

    def test_nothing_there(self):
        self.push(1, "no policy that this terminal takes")
        shutil.rmtree("stick/sekimori")
        self.push(1, "No such file")

    def test_nothing_else_is_read(self):
        os.makedirs("stick/elsewhere")
        for name in ("stick/2.cms", "stick/elsewhere/2.cms", "stick/sekimori/2.pem", "stick/sekimori/.2.cms"):
            shutil.copy("2.cms", name)
        os.symlink("../2.cms", "stick/sekimori/link.cms")
        os.mkfifo("stick/sekimori/pipe.cms")
        os.mkdir("stick/sekimori/folder.cms")
        self.push(1, "link.cms: ", "pipe.cms: ", "folder.cms: ", "no policy that this terminal takes")
        self.assertIsNone(self.serial())
        shutil.rmtree("stick/sekimori")
        os.symlink("elsewhere", "stick/sekimori")
        self.push(3)
        self.assertIsNone(self.serial())

    def test_hostile_files_are_named_and_passed_over(self):
        with open("2.cms", "rb") as f:
            whole = f.read()
        for name, content in {"\x1b[2Jred": b"", "cut": whole[:200], "nul": b"\0" * 99, "huge": b" " * (1 << 21)}.items():
            with open(f"stick/sekimori/{name}.cms", "wb") as f:
                f.write(content)
        shutil.copy("2.cms", "stick/sekimori")
        done = self.push(0, "\\x1b[2Jred.cms: ", "cut.cms: ", "nul.cms: ", "huge.cms: ", "serial 2 (2.cms) is in force")
        self.assertNotIn("\x1b", done.stderr)

    def test_too_many_to_choose_from(self):
        for n in range(65):
            shutil.copy("1.cms", f"stick/sekimori/{n}.cms")
        self.push(1, "more than 64 policies")


class Export(WithAgent):
    def export(self, *more, code=0, env=None):
        done = subprocess.run([program("sekimori"), "audit", "export", "stick", "--state-dir", "state", "--runtime-dir", "run",
                               *more], capture_output=True, text=True, env=env or CLEAN, timeout=60, check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, done)
        return done

    def exported(self):
        return glob.glob("stick/sekimori/*")

    def test_everything_is_there_and_verifies_elsewhere(self):
        shutil.copy("state/audit/terminal.pub", "kept.pub")
        self.agent.push("1.cms")
        self.export()
        folder, = self.exported()
        name = os.uname().nodename
        self.assertTrue(os.path.basename(folder).startswith(name + "-2"), folder)
        self.assertEqual(tree(folder), sorted(["audit.jsonl", "terminal.pub", name + ".json"]))
        found = json.loads(sekimori("audit", "verify", folder, "--pub", "kept.pub", "--json"))
        self.assertEqual((found["ok"], found["unsigned"], found["first"]), (True, 0, 1))
        with open(f"{folder}/{name}.json", encoding="utf-8") as f:
            self.assertEqual(json.load(f)["policy"]["serial"], 1)
        self.assertIn("1 terminals", sekimori("fleet", folder, "--lang", "en"))

    def test_only_what_is_new(self):
        self.export()
        first = json.loads(sekimori("audit", "verify", self.exported()[0], "--pub", "state/audit/terminal.pub", "--json"))["records"]
        shutil.rmtree(self.exported()[0])
        self.export("--since", str(first + 50), code=1)  # by then the agent may have written one more
        self.assertEqual(self.exported(), [])
        self.agent.push("1.cms")
        self.export("--since", str(first + 1))
        found = json.loads(sekimori("audit", "verify", self.exported()[0], "--from", str(first + 1), "--pub", "state/audit/terminal.pub", "--json"))
        self.assertEqual((found["ok"], found["first"]), (True, first + 1))

    def test_since_in_files_that_were_rotated(self):
        self.agent.stop()
        with open("state/audit/audit.jsonl", "rb") as f:
            lines = f.readlines()
        self.assertGreater(len(lines), 3)
        for first, last in ((1, 2), (3, 3), (4, None)):
            name = f"audit-{first:012}.jsonl" if last else "audit.jsonl"
            with open(f"state/audit/{name}", "wb") as f:
                f.writelines(lines[first - 1:last])
        for since, files in ((1, 3), (2, 3), (3, 2), (4, 1)):
            self.export("--since", str(since))
            folder, = self.exported()
            self.assertEqual(len(glob.glob(folder + "/*.jsonl")), files)
            with open(sorted(glob.glob(folder + "/*.jsonl"), key=lambda p: (p.endswith("audit.jsonl"), p))[0], "rb") as f:
                self.assertEqual(f.readline(), lines[since - 1])
            shutil.rmtree(folder)

    def test_without_an_agent(self):
        self.agent.stop()
        done = self.export()
        self.assertIn("is sekimorid running?", done.stderr)
        with open(glob.glob("stick/sekimori/*/*.json")[0], encoding="utf-8") as f:
            self.assertEqual(json.load(f)["state"], "silent")

    def test_a_log_that_was_tampered_with_leaves_as_it_is_and_that_is_said(self):
        self.agent.stop()
        with open("state/audit/audit.jsonl", "r+b") as f:
            f.seek(40)
            f.write(b"X")
        done = self.export(code=1)
        self.assertIn("does not verify", done.stderr)
        with open("state/audit/audit.jsonl", "rb") as ours, open(self.exported()[0] + "/audit.jsonl", "rb") as theirs:
            self.assertEqual(ours.read(), theirs.read())

    def test_how_far_it_is_stands_there_in_one_language(self):
        self.agent.stop()
        os.truncate("state/audit/audit.jsonl", 64 << 20)
        for lang, words, others in (("ja", ("書き込み中", "確認中"), ("writing", "verifying")),
                                    ("en", ("writing", "verifying"), ("書き込み中", "確認中"))):
            shutil.rmtree("stick")
            os.mkdir("stick")
            watcher = Typist([program("sekimori"), "audit", "export", "stick", "--state-dir", "state", "--runtime-dir", "run", "--lang", lang],
                             CLEAN)
            self.addCleanup(watcher.close)
            code, said = watcher.ended()
            self.assertEqual(code, 1, "no log of the agent's: " + said)
            for here, there in zip(words, others):
                self.assertIn(f"{here} 100 %", said)
                self.assertNotIn(there, said)

    def test_nothing_is_written_over(self):
        for _ in range(2):  # two in one minute, unless the minute ends between them
            done = self.export(code=None)
        if done.returncode == 0:
            done = self.export(code=None)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not written over", done.stderr)

    def failing(self, kind, n):
        """An export to a new stick that fails so at its n-th operation."""
        here = os.path.realpath(".")
        shutil.rmtree("stick")
        os.makedirs("stick")
        return self.export(code=None, env={**preloaded(program("fault.so")), "FAULT_UNDER": f"{here}/stick", "FAULT_AT": str(n),
                                           "FAULT_KIND": kind, "FAULT_TRACE": f"{here}/trace"})

    def all_or_nothing(self, claim, done):
        whole = [path for path in self.exported() if not os.path.basename(path).startswith(".")]
        for path in whole:
            self.assertEqual(attempt("audit", "verify", path, "--pub", "state/audit/terminal.pub").returncode, 0, claim)
            self.assertEqual(len(tree(path)), 3, claim)
        if done.returncode not in (0, KILLED, INTERRUPTED):
            self.assertEqual((done.returncode, done.stderr.count("\n")), (3, 1), claim)
        if done.returncode == INTERRUPTED:
            self.assertEqual(sorted(whole), sorted(glob.glob("stick/sekimori/*") + glob.glob("stick/sekimori/.*")), claim)
        if not whole:
            self.export()
            self.assertEqual([path for path in os.listdir("stick/sekimori") if path.startswith(".")], [], claim)

    def test_a_stick_that_fails_anywhere_holds_all_of_it_or_nothing(self):
        self.assertEqual(self.failing("EIO", 0).returncode, 0)
        with open("trace", encoding="utf-8") as f:
            operations = f.read().splitlines()
        self.assertGreater(len(operations), FEWEST)
        for kind in ("ENOSPC+", "ENOSPC", "EIO", "kill", "interrupt"):
            for n, operation in enumerate(operations, 1):
                done = self.failing(kind, n)
                claim = f"{kind} at {operation}: {done}"
                self.all_or_nothing(claim, done)
                if done.returncode not in (0, KILLED, INTERRUPTED) and kind.startswith("ENOSPC"):
                    self.assertIn("No space left", done.stderr, claim)

    @unittest.skipUnless(os.geteuid() == 0, "only root can make a small file system")
    def test_a_full_stick_is_told_before_anything_is_written(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "small", "stick"], check=True)
        try:
            done = self.export(code=3)
            self.assertIn("MiB are needed, 0 MiB are free: use another stick", done.stderr)
            self.assertEqual(tree("stick"), [])
        finally:
            subprocess.run(["umount", "stick"], check=True)

    def test_wrong_usage_and_nowhere_to_write(self):
        self.assertEqual(attempt("audit", "export").returncode, 2)
        for since in ("0", "-1", "x", "1x"):
            self.assertEqual(attempt("audit", "export", "stick", "--since", since).returncode, 2)
        self.assertEqual(attempt("audit", "export", "nowhere", "--state-dir", "state", "--runtime-dir", "run").returncode, 3)
        self.assertEqual(attempt("audit", "export", "stick", "--state-dir", "nowhere", "--runtime-dir", "run").returncode, 3)


def stranger():
    """A policy with a high serial, signed by somebody whom nobody trusts."""
    os.mkdir("elsewhere")
    os.chdir("elsewhere")
    make_kit([9])
    os.chdir("..")
    shutil.copy("elsewhere/9.cms", "stranger.cms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)
        os.chmod(here, 0o755)
        make_kit([1, 2, 3])
        stranger()
        with Bed() as bed:
            bed.plug(a_keyboard())
            unittest.main(exit=False).result.wasSuccessful() or sys.exit(1)
