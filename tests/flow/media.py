# SPDX-License-Identifier: MIT
"""A stick's life as the one-person IT section sees it: refused, enrolled, signed for, let in, given back. Started by
test_media."""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bed as beds  # noqa: E402
from media_desk import ANSWERS, FIRST, LATER, SERIAL, SOON, TODAY, YEAR, Alone, Media, read, rows, write  # noqa: E402
from programs import program, sekimori  # noqa: E402
from typist import Typist  # noqa: E402


class Enrol(Media):
    def test_from_a_refusal_to_a_stick_that_works(self):
        self.terminal()
        stick, = self.plug(beds.a_stick())
        request = self.device(stick)["request"]
        self.assertFalse(self.bed.bound(stick, 0))
        self.enrol(request.lower(), "--into", "kit/policy.yaml",
                   said=(FIRST, "納税課 媒体 " + FIRST, "serial を 2 以上", "sekimori push kit/policy.cms"))
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "in-force")
        self.assertEqual(self.standing(), "not-yet")
        self.raise_serial(2)
        self.sign_and_push()
        self.assertTrue(self.bed.wait_bound(stick, 0))
        self.assertEqual((self.device(stick)["verdict"], self.device(stick)["rule"]), ("allow", "納税課 媒体 " + FIRST))
        self.assertEqual(self.standing(), "in-force")
        self.enrol(self.device(stick)["port"], code=1, said=("もう許可しています", "もう台帳にあります"))
        row, = rows()
        self.assertEqual(row, {
            "管理番号": FIRST, "媒体": "usb 0951:1666 " + SERIAL, "品名": "DataTraveler 3.0", "所属": "納税課", "担当者": "山田 花子",
            "権限": "読み書き", "時間": "", "期限": SOON, "規則": "納税課 媒体 " + FIRST, "問い合わせ番号": request,
            "登録日": TODAY.isoformat(), "登録者": row["登録者"], "処置": "", "処置日": "", "処置者": "", "立会者": ""})
        self.assertTrue(row["登録者"])

    def test_a_stick_that_comes_back_is_cut_off(self):
        self.terminal()
        stick, = self.plug(beds.a_stick())
        self.enrol(self.device(stick)["port"], "--into", "kit/policy.yaml")
        self.raise_serial(2)
        self.sign_and_push()
        self.assertTrue(self.bed.wait_bound(stick, 0))
        self.media("retire", FIRST, "返却", "--by", "佐藤", "--witness", "鈴木", said=("納税課 媒体 " + FIRST, "--from"))
        self.assertEqual(self.standing(), "retired-but-in-policy")
        self.media("retire", FIRST, "--from", "kit/policy.yaml", said=("- ",))
        self.raise_serial(3)
        self.sign_and_push()
        self.assertTrue(self.bed.wait_bound(stick, 0, bound=False))
        self.assertEqual(self.listed(), {})
        self.assertEqual(self.standing("--all"), "retired")

    def test_hours_people_and_days_are_in_the_rule(self):
        self.terminal()
        stick, = self.plug(beds.a_stick())
        self.enrol(self.device(stick)["port"], "--hours", "mon-fri 08:30-12:00, 13:00-17:15", "--users", "group:nozei,hanako",
                   "--into", "kit/policy.yaml")
        text = read("kit/policy.yaml")
        for line in ('users: ["group:nozei", "hanako"]', 'hours: "mon-fri 08:30-12:00, 13:00-17:15"', "until: " + SOON):
            self.assertIn(line, text)
        self.assertIn(self.standing("--policy", "kit/policy.yaml"), ("at-times",))

    def test_read_only_says_what_this_version_makes_of_it(self):
        self.terminal()
        stick, = self.plug(beds.a_stick())
        self.media("enrol", self.device(stick)["port"], *ANSWERS[:-1], "read-only", "--into", "kit/policy.yaml")
        self.assertIn("action: read-only", read("kit/policy.yaml"))
        self.assertEqual(rows()[0]["権限"], "読み取り専用")


class EnrolAlone(Alone):
    def test_a_rule_to_paste(self):
        done = self.enrol(self.stick(), alone=True)
        self.assertEqual(done.stderr, "")
        text = read("kit/policy.yaml").replace("\ndevices:\n", "\ndevices:\n" + done.stdout)
        write("pasted.yaml", text)
        sekimori("policy", "check", "pasted.yaml")
        self.assertEqual(self.standing("--policy", "pasted.yaml"), "in-force")

    def test_the_policy_keeps_every_other_byte(self):
        before = read("kit/policy.yaml")
        self.enrol(self.stick(), "--into", "kit/policy.yaml", alone=True)
        after = read("kit/policy.yaml")
        self.assertEqual(os.stat("kit/policy.yaml").st_mode & 0o777, 0o644)
        added = [line for line in after.splitlines() if line not in before.splitlines()]
        self.assertEqual(len(added), 3, added)  # and an action that others have, too
        self.media("retire", FIRST, "destroyed", "--by", "a", "--witness", "b", "--from", "kit/policy.yaml")
        self.assertEqual(read("kit/policy.yaml"), before)

    def test_a_policy_that_would_not_do_is_left_alone_and_so_is_the_ledger(self):
        port = self.stick()
        text = read("kit/policy.yaml")
        for wrong in (text.replace("\n    action: allow", "\n    action: alow", 1), text.replace("devices:\n", "devices: []\nrules:\n"),
                      text.replace("-----BEGIN CERTIFICATE-----", "-----BEGIN NOTHING-----", 1),
                      text[:text.index("devices:")] + "devices: [{name: x, match: {interfaces: [hid]}, action: allow}]\n",
                      "-----BEGIN CMS-----\n"):
            write("wrong.yaml", wrong)
            done = self.enrol(port, "--into", "wrong.yaml", alone=True, code=1)
            self.assertIn("wrong.yaml:", done.stderr)
            self.assertEqual(read("wrong.yaml"), wrong)
            self.assertFalse(os.path.exists("ledger.csv"))

    def test_the_same_stick_twice(self):
        port = self.stick()
        self.enrol(port, alone=True)
        done = self.enrol(port, alone=True, code=1)
        for words in (FIRST, "納税課", "山田 花子", "--force"):
            self.assertIn(words, done.stderr)
        self.assertEqual(len(rows()), 1)

    def test_a_batch_is_told_of_and_needs_no_second_rule(self):
        port, _ = self.stick(), self.stick()
        done = self.enrol(port, "--into", "kit/policy.yaml", alone=True)
        self.assertIn("見分けられず", done.stderr)
        text = read("kit/policy.yaml")
        self.enrol(port, "--into", "kit/policy.yaml", "--force", alone=True, said=("もう許可している",))
        self.assertEqual(read("kit/policy.yaml"), text)
        second = f"M{YEAR}-002"
        self.assertEqual([r["規則"] for r in rows()], ["納税課 媒体 " + FIRST] * 2)
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b", "--from", "kit/policy.yaml", said=(second,))
        self.assertEqual(read("kit/policy.yaml"), text)
        self.assertEqual(self.standing("--policy", "kit/policy.yaml", number=second), "in-force")
        self.assertEqual(self.standing("--policy", "kit/policy.yaml", "--all"), "retired")
        self.media("retire", second, "erased", "--by", "a", "--witness", "b")
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "retired-but-in-policy")
        self.media("retire", second, "--from", "kit/policy.yaml")
        self.assertEqual(self.listed("--policy", "kit/policy.yaml"), {})

    def test_what_cannot_be_told_apart_is_refused_in_words(self):
        for serial, words in ((None, "製造番号がない"), ("0000000000", "繰り返し"), ("ABC*", "書けない文字"), ("A\u202eB", "書けない文字")):
            port = self.stick(serial=serial)
            self.enrol(port, alone=True, code=1, said=(words,))
            self.assertFalse(os.path.exists("ledger.csv"))
        self.enrol(port, "--fingerprint", "--into", "kit/policy.yaml", alone=True)
        self.assertRegex(rows()[0]["媒体"], r"^usb 0951:1666 sha256:[0-9a-f]{64}$")
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "in-force")
        self.enrol(self.stick(serial=None), "--fingerprint", alone=True, said=("どれも使えるように",))

    def test_by_a_uuid_of_its_own(self):
        uuid, port = "2f1a9c6e-0000-4000-8000-000000000001", self.stick(serial=None)
        before = read("kit/policy.yaml")
        self.enrol(port, alone=True, code=1, said=("--token",))
        for wrong in (("--medium", uuid[1:]), ("--medium", uuid, "--fingerprint"), ("--medium", uuid, "--token")):
            self.enrol(port, *wrong, alone=True, code=2)
        self.enrol(port, "--token", alone=True, code=1, said=("ディスク",))  # no kernel, so no disk
        self.assertFalse(os.path.exists("ledger.csv"))
        self.enrol(port, "--medium", uuid.upper(), "--into", "kit/policy.yaml", alone=True)
        self.assertEqual(rows()[0]["媒体"], "usb 0951:1666 uuid:" + uuid)
        self.assertIn(f'match: {{bus: usb, id: "0951:1666", medium: "{uuid}", interfaces: [storage]}}', read("kit/policy.yaml"))
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "in-force")
        self.enrol(port, "--medium", uuid, alone=True, code=1, said=("もう台帳に",))
        self.media("retire", FIRST, "destroyed", "--by", "a", "--witness", "b", "--from", "kit/policy.yaml")
        self.assertEqual(read("kit/policy.yaml"), before)

    def test_only_storage_is_a_medium(self):
        for device in (beds.a_keyboard(), beds.a_phone(), beds.a_bad_keyboard()):
            port = os.path.basename(self.bed.plug(device))
            self.enrol(port, alone=True, code=1, said=("電磁的記録媒体",))
        self.enrol("9-9", alone=True, code=1, said=("差し込まれていません",))

    def test_nobody_is_asked_without_a_terminal(self):
        port = self.stick()
        done = self.media("enrol", port, "--section", "納税課", alone=True, code=2)
        self.assertEqual(done.stderr, "sekimori: 足りない指定: --person --until --access\n")
        for more in (("--until", "2027-02-30"), ("--until", "2001-01-01"), ("--access", "write"), ("--hours", "always"),
                     ("--users", "a,group:"), ("--users", ""), ("--users", "x" * 300), ("--section", ""), ("--section", "a\nb"), ("--section", "課" * 200)):
            self.enrol(port, *more, alone=True, code=2)
        self.assertFalse(os.path.exists("ledger.csv"))
        self.enrol(port, "--until", LATER, "--into", "kit/policy.yaml", alone=True, code=2, said=("有効期間",))
        self.enrol(port, alone=True)
        self.media("retire", FIRST, "returned", code=2, said=("--by --witness",))
        self.media("retire", FIRST, "returned", "--by", "a", "--witness", "a", code=2)

    def test_a_person_is_asked(self):
        port = self.stick()
        typist = Typist([program("sekimori"), "media", "enrol", port, "--no-agent", "--ledger", "ledger.csv", "--into",
                         "kit/policy.yaml"], beds.environment())
        self.addCleanup(typist.close)
        for question, answer in (("所属", "納税課"), ("担当者", "山田"), ("いつまで", "2001-01-01"), ("過ぎた", ""), ("読み取り専用]", "読み書き"),
                                 ("使える時間", "whenever"), ("mon-fri 08:30", ""), ("登録しますか", "y")):
            typist.read_until(question)
            typist.type(answer + "\n")
        code, said = typist.ended()
        self.assertEqual(code, 0, said)
        self.assertEqual([(r["所属"], r["担当者"], r["権限"], r["時間"]) for r in rows()], [("納税課", "山田", "読み書き", "")])
        typist = Typist([program("sekimori"), "media", "retire", FIRST, "物理的破壊", "--ledger", "ledger.csv"], beds.environment())
        self.addCleanup(typist.close)
        for question, answer in (("処置した人", "佐藤"), ("立会者", "佐藤"), ("別の人", "鈴木")):
            typist.read_until(question)
            typist.type(answer + "\n")
        self.assertEqual(typist.ended()[0], 0)
        row, = rows()
        self.assertEqual((row["処置"], row["処置日"], row["処置者"], row["立会者"]), ("物理的破壊", TODAY.isoformat(), "佐藤", "鈴木"))

    def test_whoever_says_no_changes_nothing(self):
        before = read("kit/policy.yaml")
        typist = Typist([program("sekimori"), "media", "enrol", self.stick(), *ANSWERS, "--no-agent", "--ledger", "ledger.csv",
                         "--into", "kit/policy.yaml", "--lang", "en"], beds.environment())
        self.addCleanup(typist.close)
        typist.read_until("hours")
        typist.type("\n")
        typist.read_until("[y/n]")
        typist.type("n\n")
        self.assertEqual(typist.ended()[0], 1)
        self.assertEqual(read("kit/policy.yaml"), before)
        self.assertFalse(os.path.exists("ledger.csv"))

    def test_ctrl_c_at_any_question_changes_nothing(self):
        before, port = read("kit/policy.yaml"), self.stick()
        questions = ("所属", "担当者", "いつまで", "読み取り専用", "使える時間", "登録しますか")
        for n in range(len(questions)):
            typist = Typist([program("sekimori"), "media", "enrol", port, "--no-agent", "--ledger", "ledger.csv", "--into",
                             "kit/policy.yaml", "--lang", "ja"], beds.environment())
            self.addCleanup(typist.close)
            for question in questions[:n]:
                typist.read_until(question)
                typist.type({"所属": "納税課", "担当者": "山田"}.get(question, "") + "\n")
            typist.read_until(questions[n])
            typist.type("\x03")
            self.assertEqual(typist.process.wait(20), -signal.SIGINT, questions[n])
            self.assertIn("sekimori: 取りやめました\r\n", typist.read_until("取りやめました\r\n"))
            self.assertEqual(read("kit/policy.yaml"), before)
            self.assertFalse(os.path.exists("ledger.csv"))

    def test_the_rule_once_more(self):
        port = self.stick()
        self.enrol(port, alone=True)
        ledger = read("ledger.csv")
        self.media("enrol", FIRST, "--into", "kit/policy.yaml")
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "in-force")
        self.media("enrol", FIRST, "--into", "kit/policy.yaml", said=("もう許可している",))
        self.assertEqual(read("ledger.csv"), ledger)

    def test_what_was_destroyed_does_not_come_back_and_what_was_returned_may(self):
        port = self.stick()
        self.enrol(port, alone=True)
        self.media("retire", FIRST, "returned", "--by", "a", "--witness", "b")
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b", code=1, said=("返却",))
        self.enrol(port, alone=True)
        second = f"M{YEAR}-002"
        self.assertEqual([r["管理番号"] for r in rows()], [FIRST, second])
        self.media("retire", second, "destroyed", "--by", "a", "--witness", "b")
        self.enrol(port, alone=True, code=1, said=("物理的破壊", second))
        self.media("enrol", second, code=1)
        self.media("retire", "M1999-001", "erased", "--by", "a", "--witness", "b", code=1)

    def test_what_a_rule_denies_by_its_serial_number_stays_denied(self):
        text = read("kit/policy.yaml")
        rule = "\ndevices:\n  - name: %s\n    match: {%s}\n    action: deny\n\n"
        lost = text.replace("\ndevices:\n", rule % ("紛失", f'id: "0951:1666", serial: "{SERIAL}"'))
        write("lost.yaml", lost)
        self.enrol(self.stick(), "--into", "lost.yaml", alone=True, code=1, said=("「紛失」",))
        self.assertEqual(read("lost.yaml"), lost)
        self.assertFalse(os.path.exists("ledger.csv"))
        write("none.yaml", text.replace("\ndevices:\n", rule % ("媒体は禁止", "interfaces: [storage]")))
        self.enrol(self.stick(), "--into", "none.yaml", alone=True)
        self.assertEqual(self.standing("--policy", "none.yaml"), "in-force")

    def test_a_rule_for_others_stays(self):
        text = read("kit/policy.yaml")
        broad = text.replace("\ndevices:\n", "\ndevices:\n  - name: 全部\n    match: {interfaces: [storage]}\n    action: allow\n")
        write("broad.yaml", broad)
        self.enrol(self.stick(), "--into", "broad.yaml", alone=True, said=("「全部」",))
        self.assertEqual(rows()[0]["規則"], "全部")
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b", "--from", "broad.yaml", said=("「全部」", "手で"))
        self.assertEqual(read("broad.yaml"), broad)
        self.assertEqual(self.standing("--policy", "broad.yaml"), "retired-but-in-policy")

    def test_english(self):
        port = self.stick()
        self.enrol(port, "--lang", "en", alone=True, said=("is in the ledger",))
        row, = rows()
        self.assertEqual((row["Number"], row["Access"], row["Rule"]), (FIRST, "read-write", f"納税課, medium {FIRST}"))
        self.enrol(port, alone=True, code=1, said=("もう台帳に",))  # the locale's language, whatever the ledger's
        self.enrol(port, "--lang", "en", alone=True, code=1, said=("is in the ledger already",))
        self.media("retire", FIRST, "物理的破壊", "--by", "a", "--witness", "b")
        self.assertEqual(rows()[0]["Outcome"], "destroyed")

if __name__ == "__main__":
    unittest.main()
