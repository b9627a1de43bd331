# SPDX-License-Identifier: MIT
"""sekimori setup login, with a real agent: the trial, its confirmation, and every way in which PAM may go wrong. Started by
test_setup_login."""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from setup import KEEPER_ON, LINK, LIST, Terminal  # noqa: E402
from programs import sekimori  # noqa: E402
from tree import PLAIN  # noqa: E402


class Login(Terminal):
    def setUp(self):
        super().setUp()
        self.does(0, "devices", "--yes")
        self.tree.called()

    def waiting(self):
        """The login stage on trial, with somebody in front of it."""
        process = self.start("login", "--yes", "--lang", "en")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        heard = ""
        while "Ctrl+C" not in heard:
            line = process.stdout.readline()
            self.assertTrue(line, heard)
            heard += line
        return process

    def test_devices_come_first(self):
        self.does(0, "--undo", "--yes")
        self.does(1, "login", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("observe", PLAIN))

    def test_an_administrator_who_logs_in_makes_it_final(self):
        process = self.waiting()
        self.assertEqual(self.tree.stage(), "trial")
        self.assertIn("pam_sekimori", self.tree.pam()["common-auth"])
        self.assertEqual(self.tree.called(), ["sekimori-keeper --list", "systemctl --no-reload enable sekimori-trial.service",
                                              "systemctl restart sekimori-trial.timer",
                                              "pam-auth-update --package --enable sekimori sekimori-session"])
        self.becomes("login")
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(self.tree.called(), ["systemctl --no-reload disable sekimori-trial.service"])
        self.does(0, "--undo", "--unless-confirmed", "--yes")
        self.assertEqual(self.tree.stage(), "login")
        self.assertIn("pam_sekimori", self.tree.pam()["common-auth"])
        self.tree.called()
        self.does(0, "login", "--yes")
        self.assertEqual(self.tree.called(), [], "there already")
        (self.tree.root / LINK).unlink()
        self.does(0, "login", "--yes")
        self.assertEqual(self.tree.called(), [LIST, *KEEPER_ON], "and what an upgrade brought")

    def test_nobody_confirms_and_it_undoes_itself(self):
        process = self.waiting()
        self.does(0, "--undo", "--unless-confirmed", "--yes")       # sekimori-trial.service
        self.assertEqual(process.wait(30), 1)
        self.assertIn("undone", process.stdout.read())
        self.assertIn("systemctl --no-reload disable sekimori-trial.service", self.tree.called())
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_who_interrupts_the_waiting_does_not_interrupt_the_trial(self):
        process = self.waiting()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        self.assertEqual(self.tree.stage(), "trial")

    def test_back_at_once_from_the_end_to_the_beginning(self):
        self.to_login()
        self.does(0, "observe", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("observe", PLAIN))
        self.assertEqual(self.tree.called(), ["pam-auth-update --package --disable sekimori sekimori-session", "sekimori-keeper --open",
                                              "update-initramfs -u -k all"])

    def test_whatever_pam_auth_update_does_nobody_is_locked_out(self):
        deny = f"echo 'auth required pam_deny.so' >{self.tree.root}/etc/pam.d/common-auth"
        wrongs = {"it fails": "exit 1",
                  "it fails half way": f"cp {self.tree.root}/ours/common-auth {self.tree.root}/etc/pam.d/; exit 1",
                  "it does nothing": "exit 0",
                  "it leaves an empty file": f": >{self.tree.root}/etc/pam.d/common-auth; exit 0",
                  "it locks everybody out": f"{deny}; exit 0",
                  "it lets people in as before": f"cp {self.tree.root}/ours/common-account {self.tree.root}/etc/pam.d/; exit 0",
                  "it dies": "kill -9 $$"}
        for what, work in wrongs.items():
            with self.subTest(what):
                self.tree.does("pam-auth-update", work)
                self.does(3, "login", "--yes")
                self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_a_stack_that_would_let_nobody_in_is_taken_back(self):
        self.tree.write("ours/common-auth", "auth [success=9 default=die] pam_sekimori.so\n")
        self.assertIn("だれも入れなくなるサービスがあります: login, sudo。", self.does(1, "login", "--yes"))
        self.assertEqual((self.tree.stage(), self.tree.pam(), self.tree.called()), ("devices", PLAIN, [LIST]))
        said = self.does(3, "login", "--yes", "--force", "logins")
        self.assertIn("/etc/pam.d/login のままでは、誰もログインできなくなります", said)
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_an_entrance_that_nobody_uses_may_be_given_up_by_name(self):
        self.tree.write("etc/pam.d/sshd", "auth required pam_google_authenticator.so\n@include common-account\n")
        self.assertIn("だれも入れなくなるサービスがあります: sshd。", self.does(1, "login", "--yes"))
        self.to_login("--force", "logins")

    def test_common_files_that_are_managed_by_hand_are_said_before(self):
        self.tree.program("usr/sbin/pam-auth-update", "exit 0")    # as Debian's does then
        self.assertIn("手で変えられているため", self.does(1, "login", "--yes"))
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_without_its_net_there_is_no_trial(self):
        self.tree.does("systemctl", "exit 1")
        self.does(3, "login", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_one_administrator_is_not_enough(self):
        sekimori("forget", "hanako", "totp", "--runtime-dir", self.run_dir)
        self.does(1, "login", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.called()), ("devices", [LIST]))

    def test_killed_in_the_middle_it_is_healed_by_the_net(self):
        self.tree.does("pam-auth-update", f"cp {self.tree.root}/ours/* {self.tree.root}/etc/pam.d/; kill -9 $PPID; exit 1")
        self.does(-9, "login", "--yes")
        self.assertEqual(self.tree.stage(), "trial")
        self.tree.does("pam-auth-update", "")
        self.does(0, "--undo", "--unless-confirmed", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))

    def test_undone_with_the_agent_and_pam_auth_update_gone(self):
        self.to_login()
        self.agent.process.kill()
        self.agent.ended()
        os.unlink(self.tree.root / "usr/sbin/pam-auth-update")
        self.does(0, "--undo", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))
        self.assertEqual(self.tree.called(), ["sekimorid --early"])

    def test_undone_with_the_agent_frozen(self):
        self.to_login()
        self.agent.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.agent.process.send_signal, signal.SIGCONT)
        self.does(0, "--undo", "--yes")
        self.assertEqual((self.tree.stage(), self.tree.pam()), ("devices", PLAIN))


if __name__ == "__main__":
    unittest.main()
