# SPDX-License-Identifier: MIT
"""The ledger of media as a file: whoever else writes in it, and wherever writing fails. Started by test_media_ledger."""

import csv
import grp
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bed as beds  # noqa: E402
from agent import INTERRUPTED, KILLED  # noqa: E402
from media_desk import ANSWERS, FIRST, SERIAL, SOON, YEAR, Alone, read, rows, write  # noqa: E402
from programs import CLEAN, program, sekimori  # noqa: E402

FEWEST = 10  # of the ledger and the policy: temporary file, content, sync, name, folder. Fewer, and the faults are not felt


class Ledger(Alone):
    """The file, whoever else writes in it."""

    def test_a_spreadsheet_runs_nothing_and_loses_nothing(self):
        evil = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", 'say "hi", comma', " blank ", "'quoted'", "'=kept")
        ports = [self.stick(serial=f"123456{n:06}") for n in range(len(evil))]
        for port, text in zip(ports, evil):
            self.media("enrol", port, *ANSWERS[2:], "--section", text, alone=True)
        with open("ledger.csv", "rb") as f:
            raw = f.read()
        self.assertTrue(raw.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        for row, text in zip(rows(), evil):
            for cell in row.values():
                self.assertNotRegex(cell, r"^[=+\-@＝＋－＠\t\r]")
                self.assertNotRegex(cell, r"^[0-9.,:]+$", "a number to a spreadsheet, which would round it")
            self.assertIn(row["所属"], (text, "'" + text))
        listed = self.listed()
        for n, text in enumerate(evil):
            self.assertIn(listed[f"M{YEAR}-{n + 1:03}"]["section"], (text, text[1:] if text.startswith("'=") else text))

    @unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not here")
    def test_a_real_spreadsheet_sees_texts_and_dates_and_saves_the_same(self):
        for section, serial in (("=1+1", "00123456789012345678"), ("@SUM(A1)", "1E5"), ("納税課", "2026-01-02")):
            self.media("enrol", self.stick(serial=serial), *ANSWERS[2:], "--section", section, alone=True)
        before = rows()
        for form in ("fods", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"):
            subprocess.run(["soffice", f"-env:UserInstallation=file://{self.folder}/profile", "--headless", "--infilter=CSV:44,34,76",
                            "--convert-to", form, "--outdir", "saved", "ledger.csv"], env={**CLEAN, "HOME": self.folder},
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True)
        types = set(re.findall(r'(table:formula|office:value-type="\w+")', read("saved/ledger.fods")))
        self.assertEqual(types, {'office:value-type="date"', 'office:value-type="string"'})
        self.assertEqual(rows("saved/ledger.csv"), before)
        shutil.copy("saved/ledger.csv", "ledger.csv")
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b")
        self.assertEqual([r["処置"] for r in rows()], ["消去", "", ""])

    def rewrite(self, change):
        """As a spreadsheet would, that has its own idea of order, dates, quotes and line ends."""
        with open("ledger.csv", encoding="utf-8-sig", newline="") as f:
            table = list(csv.reader(f))
        with open("ledger.csv", "w", encoding="utf-8", newline="") as f:
            csv.writer(f, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(change(table))

    def test_what_people_write_in_it_stays(self):
        first, second = self.stick(), self.stick(serial="1C6F654E59A2")
        self.enrol(first, alone=True)
        self.rewrite(lambda t: [["備考", *reversed(t[0])],
                                ["貸出票\n2枚, \"控え\"", *reversed([c.replace(SOON, SOON.replace("-", "/")) for c in t[1]])],
                                [""] * 17])
        before = read("ledger.csv")
        self.enrol(second, alone=True)
        self.assertTrue(read("ledger.csv").startswith(before))
        self.assertEqual([r["期限"] for r in rows() if r["管理番号"]], [SOON.replace("-", "/"), SOON])
        self.media("retire", FIRST, "returned", "--by", "a", "--witness", "b")
        row = rows()[0]
        self.assertEqual((row["備考"], row["処置"], row["担当者"]), ("貸出票\n2枚, \"控え\"", "返却", "山田 花子"))
        self.assertIn('"貸出票\n2枚, ""控え"""', read("ledger.csv"))
        self.assertEqual(self.listed("--all")[FIRST]["until"], SOON)

    def test_mistakes_are_named_with_their_place_and_nothing_is_written(self):
        first, second = self.stick(), self.stick(serial="1C6F654E59A2")
        self.enrol(first, alone=True)
        whole = read("ledger.csv")
        header, row = whole.splitlines()
        wrong = {
            "2:1:": (whole.replace(FIRST + ",", ",", 1), "管理番号がありません"),
            f"2:{row.index('usb') + 1}:": (whole.replace("usb 0951", "usb 951"), "媒体"),
            f"2:{row.index('読み書き') + 1}:": (whole.replace("読み書き", "書き", 1), "どちらか"),
            f"2:{row.index(SOON) + 1}:": (whole.replace(SOON, "2027-02-30", 1), "日付"),
            "3:1:": (whole + row + "\r\n", "同じ管理番号"),
            "1:1:": (whole.replace("立会者", "立会人"), "立会者"),
            f"1:{len(header) + 1}:": (whole.replace(header, header + ",期限").replace(row, row + ","), "二つ"),
            "2:": (whole.replace(row, row[:-3]), "列がありません"),
            "2": (whole.replace(row, row + ",more"), "多すぎます"),
            "3:": (whole + '"open', "引用符"),
        }
        for place, (text, words) in wrong.items():
            with open("ledger.csv", "w", encoding="utf-8", newline="") as f:
                f.write(text)
            for verb in (("enrol", second, *ANSWERS), ("retire", FIRST, "erased", "--by", "a", "--witness", "b"), ("list",)):
                done = self.media(*verb, alone=verb[0] == "enrol", code=1)
                self.assertRegex(done.stderr, rf"^ledger\.csv:{place}.*{words}")
            with open("ledger.csv", encoding="utf-8", newline="") as f:
                self.assertEqual(f.read(), text)

    def test_a_table_in_another_encoding_is_told_of(self):
        self.enrol(self.stick(), alone=True)
        text = read("ledger.csv").lstrip("\ufeff")
        with open("ledger.csv", "w", encoding="cp932") as f:
            f.write(text)
        self.media("list", code=1, said=("ledger.csv:1:1: UTF-8 ではありません", "CSV UTF-8"))

    def test_not_while_a_spreadsheet_has_it_open(self):
        port = self.stick()
        self.enrol(port, alone=True)
        write(".~lock.ledger.csv#", ",hanako,pc1,,")
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b", code=1, said=("LibreOffice", ".~lock.ledger.csv#"))
        self.media("list")
        os.unlink(".~lock.ledger.csv#")
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b")

    def test_many_at_once_each_get_a_line_and_a_rule(self):
        ports = [self.stick(serial=f"1C6F654E59A{n}") for n in range(8)]
        argv = [program("sekimori"), "media", "enrol", *ANSWERS, "--no-agent", "--ledger", "ledger.csv", "--into", "kit/policy.yaml"]
        all_of_them = [subprocess.Popen([*argv, port], env=beds.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                       for port in ports]
        self.assertEqual([p.wait(60) for p in all_of_them], [0] * 8)
        self.assertEqual(sorted(r["管理番号"] for r in rows()), [f"M{YEAR}-{n:03}" for n in range(1, 9)])
        listed = self.listed("--policy", "kit/policy.yaml")
        self.assertEqual({r["standing"] for r in listed.values()}, {"in-force"})
        self.assertEqual({r["policy_rule"] for r in listed.values()}, {r["規則"] for r in rows()})

    def failing(self, port, kind, n):
        """An enrolment that fails so at its n-th operation on the disk."""
        here = os.path.realpath(".")
        return subprocess.run(
            [program("sekimori"), "media", "enrol", port, *ANSWERS, "--no-agent", "--ledger", "ledger.csv", "--into",
             "kit/policy.yaml"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=60,
            env={**beds.environment(program("fault.so")), "FAULT_UNDER": here, "FAULT_AT": str(n), "FAULT_KIND": kind,
                 "FAULT_TRACE": "/dev/shm/" + os.path.basename(here)})

    def test_it_is_never_half_written(self):
        self.enrol(self.stick(), alone=True)
        whole = {path: read(path) for path in ("ledger.csv", "kit/policy.yaml")}
        port, trace = self.stick(serial="1C6F654E59A2"), "/dev/shm/" + os.path.basename(os.path.realpath("."))
        self.addCleanup(os.unlink, trace)
        self.assertEqual(self.failing(port, "EIO", 0).returncode, 0)
        operations = read(trace).splitlines()
        self.assertGreaterEqual(len(operations), FEWEST)
        for kind in ("ENOSPC+", "EIO", "kill", "tear", "interrupt"):
            for n, operation in enumerate(operations, 1):
                for path, text in whole.items():
                    write(path, text)
                done = self.failing(port, kind, n)
                claim = f"{kind} at {operation}: {done}"
                lines, ruled = len(rows()), read("kit/policy.yaml") != whole["kit/policy.yaml"]
                sekimori("policy", "check", "kit/policy.yaml")
                self.assertIn((lines, ruled), ((1, False), (2, False), (2, True)), claim)  # no rule without a line
                if done.returncode not in (0, KILLED, INTERRUPTED):
                    self.assertEqual(done.returncode, 3, claim)
                self.assertFalse(done.returncode == INTERRUPTED and (lines == 2) != ruled, claim)
                if lines == 2 and not ruled:  # what is left to do is one command
                    self.media("enrol", f"M{YEAR}-002", "--into", "kit/policy.yaml")
                    self.assertEqual(self.standing("--policy", "kit/policy.yaml", number=f"M{YEAR}-002"), "in-force")

    def test_its_owner_and_mode_stay(self):
        port = self.stick()
        self.enrol(port, alone=True)
        self.assertEqual(os.stat("ledger.csv").st_mode & 0o777, 0o640)
        os.chmod("ledger.csv", 0o664)
        if os.getuid() == 0:
            os.chown("ledger.csv", 1, 1)
        self.media("retire", FIRST, "erased", "--by", "a", "--witness", "b")
        st = os.stat("ledger.csv")
        self.assertEqual(st.st_mode & 0o777, 0o664)
        if os.getuid() == 0:
            self.assertEqual((st.st_uid, st.st_gid), (1, 1))

    @unittest.skipUnless(os.getuid() == 0 and os.environ.get("APART"), "only root has a place for it, and mounts of its own")
    def test_the_usual_place_is_made_for_root_and_the_auditors(self):
        subprocess.run(["mount", "-t", "tmpfs", "none", "/var/lib"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/var/lib"], check=True)
        write("group", read("/etc/group") + "sekimori-audit:x:64999:\n")
        os.chmod("group", 0o644)
        subprocess.run(["mount", "--bind", "group", "/etc/group"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/etc/group"], check=True)
        port, path = self.stick(), "/var/lib/sekimori/media/ledger.csv"
        argv = [program("sekimori"), "media", "enrol", port, *ANSWERS, "--no-agent"]
        failed = subprocess.run(argv, capture_output=True, text=True, env=beds.environment(), stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((failed.returncode, "--ledger FILE" in failed.stderr), (3, True), failed)
        os.mkdir("/var/lib/sekimori", mode=0o711)
        subprocess.run(argv, capture_output=True, env=beds.environment(), stdin=subprocess.DEVNULL, check=True)
        self.assertEqual(len(rows(path)), 1)
        auditors = grp.getgrnam("sekimori-audit").gr_gid
        above, st = os.stat(os.path.dirname(path)), os.stat(path)
        self.assertEqual((above.st_mode & 0o7777, above.st_gid, st.st_mode & 0o7777, st.st_gid), (0o2750, auditors, 0o640, auditors))

    def test_no_symlink_is_written_through(self):
        write("elsewhere", "")
        os.symlink("elsewhere", "ledger.csv")
        self.enrol(self.stick(), alone=True, code=3)
        self.assertEqual(read("elsewhere"), "")


class List(Alone):
    def test_what_the_policy_says(self):
        self.enrol(self.stick(), "--into", "kit/policy.yaml", alone=True)
        self.enrol(self.stick(serial="1C6F654E59A2"), alone=True)
        done = self.media("list", "--policy", "kit/policy.yaml")
        lines = done.stdout.splitlines()
        self.assertRegex(lines[0], r"^ +管理番号 +所属 +担当者 ")
        self.assertRegex(lines[1], rf"^ +{FIRST} .* 有効 +usb 0951:1666 {SERIAL} ")
        self.assertRegex(lines[2], r"^! .*まだポリシーにない ")
        english = self.media("list", "--policy", "kit/policy.yaml", "--lang", "en").stdout
        self.assertRegex(english, r"NUMBER +SECTION(.|\n)* in force (.|\n)* not yet in the policy ")

    def test_a_day_that_has_passed(self):
        self.enrol(self.stick(), "--into", "kit/policy.yaml", alone=True)
        write("ledger.csv", read("ledger.csv").replace(SOON, "2020-03-31"))
        self.assertEqual(self.standing("--policy", "kit/policy.yaml"), "expired")

    def test_without_a_policy_it_is_the_ledger_alone(self):
        self.media("list", code=1, said=("まだありません",))
        self.enrol(self.stick(), alone=True)
        done = self.media("list", "--runtime-dir", "nowhere", "--state-dir", "nowhere")
        self.assertIn("不明", done.stdout)
        self.assertIn("台帳だけ", done.stderr)
        self.media("list", "--policy", "nowhere", code=3)

    def test_what_stands_in_it_moves_no_cursor(self):
        self.enrol(self.stick(), alone=True)
        whole = read("ledger.csv")
        for hidden in ("\u202e", "\x9b", "\x1b", "\ufeff"):
            write("ledger.csv", whole.replace("納税課", hidden + "納税課", 1))
            self.assertNotIn(hidden, self.media("list", code=1, said=("ledger.csv:2:59: 表示されない文字です",)).stderr)


if __name__ == "__main__":
    unittest.main()
