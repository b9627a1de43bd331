# SPDX-License-Identifier: MIT
"""sekimori setup, with a real agent: every stage and every way back, and what fails on the way. Started by test_setup."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from agent import Agent  # noqa: E402
from programs import BUILD, preloaded, program, sekimori  # noqa: E402
from stages import ask_for_stage  # noqa: E402
from tree import PLAIN, Tree  # noqa: E402
from typist import Typist  # noqa: E402

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
LOGIN = """
login:
  exempt: [systemd-user, cron]
  rules:
    - {name: 管理者, users: [root, "group:sudo"], require: [password+totp, password+recovery]}
"""


KEEPER_ON = ["systemctl --no-reload enable sekimori-keeper.service", "systemctl restart sekimori-keeper.service"]
LIST = "sekimori-keeper --list --lang ja"  # in the language of the policy
LINK = "etc/systemd/system/sysinit.target.wants/sekimori-keeper.service"


class Terminal(unittest.TestCase):
    """A terminal that observes, with a policy that lets keyboards in, and two administrators enrolled."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        os.chdir(self.folder)
        self.tree = Tree(self.folder + "/t")
        config, self.state, self.run_dir = self.tree.where()
        os.mkdir(self.state)
        self.tree.write("var/lib/sekimori/stage", "observe\n")
        sekimori("policy", "init", "kit")
        with open("kit/policy.yaml", encoding="utf-8") as f:
            text = f.read()
        with open("policy.yaml", "w", encoding="utf-8") as f:
            f.write(text[: text.index("\nlogin:")] + LOGIN)
        sekimori("policy", "sign", "policy.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")
        shutil.copy("kit/trust.pem", config)
        self.bed = beds.Bed().__enter__()
        self.addCleanup(self.bed.__exit__)
        self.stick = self.bed.plug(beds.a_stick())
        self.bed.plug(beds.a_keyboard())
        self.agent = Agent(where=self.tree.where())
        self.agent.__enter__()
        self.addCleanup(lambda: self.agent.__exit__())
        sekimori("push", "policy.cms", "--runtime-dir", self.run_dir)
        self.enrol()

    def enrol(self):
        with open("passwd", "w", encoding="ascii") as f:
            f.write("root:x:0:0::/root:/bin/sh\nhanako:x:1000:1000::/:/bin/sh\ntaro:x:1001:1001::/:/bin/sh\n")
        with open("group", "w", encoding="ascii") as f:
            f.write("root:x:0:\nsudo:x:27:hanako\nhanako:x:1000:\ntaro:x:1001:\n")
        for user in ("root", "hanako"):
            with open("tokens.csv", "w", encoding="ascii") as f:
                f.write(f"user,serial,secret\n{user},T-1,{SEED}\n")
            sekimori("enrol", user, "totp", "--force", "--import", "tokens.csv", "--runtime-dir", self.run_dir)

    def command(self, *words):
        return [program("sekimori"), "setup", *words, "--root", str(self.tree.root)]

    def environment(self):
        # It is told nothing by these: they would lead a careless program astray.
        return {**preloaded("libnss_wrapper.so"), "NSS_WRAPPER_PASSWD": "passwd", "NSS_WRAPPER_GROUP": "group",
                "PATH": "/nowhere"}

    def setup_(self, *words):
        return subprocess.run(self.command(*words), capture_output=True, text=True, env=self.environment(),
                              stdin=subprocess.DEVNULL, timeout=120, check=False)

    def does(self, code, *words):
        done = self.setup_(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def start(self, *words):
        return subprocess.Popen(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                env=self.environment(), stdin=subprocess.DEVNULL)

    def findings(self, *words):
        return {f["check"]: f for f in json.loads(self.setup_("check", "--json", *words).stdout)["findings"]}

    def becomes(self, stage):
        """As the agent does it when an administrator has logged in."""
        self.assertEqual(ask_for_stage(self.run_dir, stage=stage)[0], 0)

    def to_login(self, *arguments):
        self.does(0, "devices", "--yes")
        self.does(0, "login", "--yes", "--no-wait", *arguments)
        self.becomes("login")
        self.tree.called()

    def test_what_pam_would_be_is_worked_out_once(self):
        self.does(0, "devices", "--yes")
        self.assertEqual(self.findings()["profile"]["verdict"], "ok")
        tried = self.tree.called("tried")
        self.assertEqual(len(tried), 1, tried)
        self.assertIn("--enable sekimori", tried[0])

    def record_of_stages(self):
        with open(self.state + "/audit/audit.jsonl", encoding="utf-8") as f:
            records = [json.loads(line) for line in f]
        return [(r["before"], r["stage"]) for r in records if r["type"] == "stage-changed"]


class Preflight(Terminal):
    def test_a_terminal_in_order_is_ready_and_what_would_be_cut_off_is_named(self):
        found = self.findings()
        self.assertNotIn("stop", {f["verdict"] for f in found.values()}, found)
        self.assertIn("DataTraveler 3.0", found["devices"]["text"])
        self.assertEqual(found["administrators"]["text"], "ログインできる管理者: hanako, root")
        said = self.does(0, "check", "--lang", "en")
        self.assertRegex(said, r"(?m)^warning +devices +will stop working: DataTraveler 3.0 0951:1666 \(port ")
        self.assertIn("next: sekimori setup devices", said)

    def test_two_administrators_have_all_that_they_are_asked_for(self):
        sekimori("forget", "hanako", "totp", "--runtime-dir", self.run_dir)
        self.assertEqual(self.findings()["administrators"]["verdict"], "stop")
        sekimori("enrol", "hanako", "recovery", "--force", "--runtime-dir", self.run_dir)
        self.assertEqual(self.findings()["administrators"]["verdict"], "ok")
        self.tree.write("etc/shadow", "root:$y$j9T$x:1::::::\nhanako:!:1::::::\n")
        self.assertIn("(root)", self.findings("--lang", "en")["administrators"]["text"])

    def test_somebody_without_rights_is_no_administrator(self):
        sekimori("forget", "root", "totp", "--runtime-dir", self.run_dir)
        with open("tokens.csv", "w", encoding="ascii") as f:
            f.write(f"user,serial,secret\ntaro,T-1,{SEED}\n")
        sekimori("enrol", "taro", "totp", "--force", "--import", "tokens.csv", "--runtime-dir", self.run_dir)
        self.assertEqual(self.findings()["administrators"]["verdict"], "stop")

    def test_beside_an_agent_of_another_version_both_are_asked(self):
        self.assertNotIn("upgrade", self.findings())
        self.agent.stop()
        shutil.copytree(BUILD, "before", symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.d", "check-*", "tests", "agent", "policy"))
        version = sekimori("--version").split()[1]
        another = "7" + version[1:]
        with open(program("sekimorid"), "rb") as this, open("before/sekimorid", "wb") as other:
            other.write(this.read().replace(f"{version}\0".encode(), f"{another}\0".encode()))
        self.agent = Agent(where=self.tree.where(), sekimorid=os.path.abspath("before/sekimorid")).__enter__()
        done = subprocess.run(self.command("check", "--json", "--lang", "en"), capture_output=True, check=True, timeout=120,
                              env={**self.environment(), **beds.environment("libnss_wrapper.so")})
        said = [(each["verdict"], each["text"]) for each in json.loads(done.stdout)["findings"] if each["check"] == "upgrade"]
        self.assertEqual(said, [("ok", f"all is treated as by the version that runs ({another})")])

    def test_nothing_is_changed_by_looking(self):
        before = self.tree.pam()
        self.does(0, "check")
        self.assertEqual((self.tree.pam(), self.tree.stage(), self.tree.called()), (before, "observe", [LIST]))

    def test_what_does_not_fit_together_is_refused(self):
        for words in (["--undo", "login"], ["trial"], ["everything"], ["check", "--yes"], ["devices", "--json"],
                      ["login", "--force", "all"], ["devices", "login"], ["--undo", "--force", "pam"]):
            self.does(2, *words)
        self.assertEqual((self.tree.stage(), self.tree.called()), ("observe", []))


class Devices(Terminal):
    def test_nobody_is_there_to_answer_so_nothing_happens(self):
        said = self.does(2, "devices", "--lang", "en")
        self.assertIn("while it observed, 1 kinds of devices would have been refused", said)
        self.assertIn("--yes", said)
        self.assertEqual((self.tree.stage(), self.tree.called()), ("observe", ["sekimori-keeper --list"]))

    def test_ctrl_c_at_the_question_changes_nothing(self):
        typist = Typist(self.command("devices", "--lang", "ja"), self.environment())
        self.addCleanup(typist.close)
        typist.read_until("[はい/いいえ")
        typist.type("\x03")
        self.assertEqual(typist.process.wait(20), -signal.SIGINT)
        typist.read_until("sekimori: 取りやめました\r\n")
        self.assertEqual((self.tree.stage(), self.tree.called()), ("observe", [LIST]))

    def test_somebody_who_says_no_is_heard(self):
        pid, fd = pty.fork()
        if pid == 0:
            os.execve(program("sekimori"), self.command("devices", "--lang", "en"), self.environment())
        os.write(fd, b"n\n")
        said = b""
        while b"nothing was changed" not in said:
            said += os.read(fd, 4096)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 1)
        os.close(fd)
        self.assertEqual(self.tree.stage(), "observe")

    def test_the_stick_is_cut_off_and_comes_back(self):
        self.assertEqual(self.bed.read(self.bed.usb1, "authorized_default"), "1")
        self.does(0, "devices", "--yes")
        self.assertEqual((self.tree.stage(), self.bed.read(self.bed.usb1, "authorized_default")), ("devices", "0"))
        self.assertFalse(self.bed.authorized(self.stick))
        self.assertEqual(self.tree.called(), [LIST, *KEEPER_ON, "update-initramfs -u -k all"])
        self.does(0, "--undo", "--yes")
        self.assertEqual((self.tree.stage(), self.bed.read(self.bed.usb1, "authorized_default")), ("observe", "1"))
        self.assertEqual(self.tree.called(), ["sekimori-keeper --open", "update-initramfs -u -k all"])
        self.assertEqual(self.record_of_stages(), [("observe", "devices"), ("devices", "observe")])
        self.does(1, "--undo", "--yes")

    def test_half_done_is_undone(self):
        self.tree.does("update-initramfs", "echo no space left on device; exit 1")
        said = self.does(3, "devices", "--yes")
        self.assertIn("update-initramfs: no space left on device", said)
        self.assertEqual((self.tree.stage(), self.bed.read(self.bed.usb1, "authorized_default")), ("observe", "1"))
        self.assertEqual(self.tree.called()[-3:], ["update-initramfs -u -k all", "sekimori-keeper --open", "update-initramfs -u -k all"])

    def test_a_disk_that_cannot_be_found_stops_it_and_a_kernel_that_cannot_refuse_does_not(self):
        self.tree.does("sekimori-keeper", "echo '/sys/devices/a\tmounted at /'; echo 'not found: fstab UUID=aa-bb'; exit 1")
        said = self.does(1, "devices", "--yes", "--lang", "en")
        self.assertRegex(said, r"(?m)^STOP +disks +a disk of /etc/fstab or /etc/crypttab is not there: fstab UUID=aa-bb\. Take")
        self.assertIn("見つかりません: fstab UUID=aa-bb。", self.does(1, "devices", "--yes", "--lang", "ja"))
        self.assertEqual((self.tree.stage(), (self.tree.root / LINK).is_symlink()), ("observe", False))
        self.tree.does("sekimori-keeper", "echo 'not found: fstab UUID=aa-bb'; echo 'not understood: mounted at / (zfs)'; exit 1")
        said = self.does(1, "devices", "--yes", "--lang", "en")
        self.assertRegex(said, r"(?m)^STOP +disks +nobody can tell which disks this is made of: mounted at / \(zfs\)\. A disk")
        self.assertIn("分からないものがあります: mounted at / (zfs)。", self.does(1, "check", "--lang", "ja"))
        self.assertEqual(self.tree.stage(), "observe")
        self.tree.does("sekimori-keeper", "[ \"$*\" = '--list --lang ja' ] && why='cgroup v2 がありません'; "
                                          "echo \"cannot refuse: ${why:-no cgroup v2}\"; exit 1")
        self.assertIn("拒否できません（cgroup v2 がありません）", self.does(0, "check", "--lang", "ja"))
        self.assertIn("refused on this terminal (no cgroup v2)", self.does(0, "devices", "--yes", "--lang", "en"))
        self.assertEqual(self.tree.stage(), "devices")

    def test_where_the_keeper_does_not_start_usb_is_kept_out_all_the_same(self):
        self.tree.does("systemctl", "case \"$*\" in *keeper*) echo Job failed; exit 1 ;; esac")
        self.assertIn("Job failed", self.does(0, "devices", "--yes"))
        self.assertEqual((self.tree.stage(), self.bed.read(self.bed.usb1, "authorized_default")), ("devices", "0"))

    def test_what_an_upgrade_brought_comes_when_it_is_asked_for_and_is_looked_at_first(self):
        self.does(0, "devices", "--yes")
        (self.tree.root / LINK).unlink()                        # as if this terminal came from a version without it
        self.tree.called()
        self.tree.does("sekimori-keeper", "echo 'not found: crypttab /dev/sdz'; exit 1")
        self.does(1, "devices", "--yes")
        self.assertEqual(self.tree.called(), [LIST])
        self.tree.does("sekimori-keeper", "true")
        self.does(2, "devices")
        self.does(0, "devices", "--yes")
        self.assertEqual(self.tree.called()[-2:], KEEPER_ON)
        self.tree.called()
        (self.tree.root / LINK).unlink()
        (self.tree.root / "etc/systemd/system/sekimori-keeper.service").symlink_to("/dev/null")
        self.does(0, "devices", "--yes")
        self.assertNotIn(KEEPER_ON[1], self.tree.called(), "masked by somebody, it stays off")

    def test_a_stop_stops_unless_it_is_named(self):
        self.tree.write("proc/self/mountinfo", "30 22 8:1 / /mnt rw - vfat /dev/sda1 rw\n")
        (self.tree.root / "sys/dev/block").mkdir(parents=True)
        (self.tree.root / "sys/dev/block/8:1").symlink_to(f"../../devices/{self.stick}/host0/block/sda/sda1")
        self.assertIn("/mnt", self.does(1, "devices", "--yes", "--force", "keyboard"))
        self.assertEqual(self.tree.stage(), "observe")
        self.does(0, "devices", "--yes", "--force", "mounts")
        self.assertEqual(self.tree.stage(), "devices")

    def test_without_an_agent_there_is_only_the_way_back(self):
        self.does(0, "devices", "--yes")
        self.agent.process.kill()
        self.agent.ended()
        self.tree.called()
        self.does(3, "login", "--yes", "--force", "agent", "--force", "administrators")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))
        self.tree.called()
        said = self.does(0, "--undo", "--yes", "--lang", "en")
        self.assertIn("sekimorid --early", said)
        self.assertEqual((self.tree.stage(), self.tree.called()),
                         ("observe", ["sekimorid --early", "sekimori-keeper --open", "update-initramfs -u -k all"]))


if __name__ == "__main__":
    unittest.main()
