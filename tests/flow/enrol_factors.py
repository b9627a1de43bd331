# SPDX-License-Identifier: MIT
"""Who has what, another chance, and away: sekimori factors, unlock, forget and status, with a real agent; and who may do any of it.
Started by test_enrol_factors."""

import json
import os
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from enrol_desk import KNOWN, OTHER, RFC, Terminal, code_of, log, soon_stale  # noqa: E402
from kit import make_kit  # noqa: E402


class Factors(Terminal):
    def test_nothing_secret_is_told_or_recorded(self):
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        codes = self.codes()
        told = "".join(self.tool("factors", *more) for more in ((), ("--json",), (KNOWN,), (KNOWN, "--json")))
        told += self.tool("status") + self.tool("status", "--json") + log()
        raw = "12345678901234567890"
        for secret in (RFC, RFC.lower(), raw, raw.encode().hex(), *codes, *(c.replace("-", "") for c in codes)):
            self.assertNotIn(secret, told)
        self.assert_kept_nowhere([RFC, raw, raw.encode().hex(), *codes])

    def test_every_change_is_in_the_log_with_whom_and_what(self):
        self.tool("enrol", KNOWN, "totp", "--import", "-", "--label", "名札", text=RFC)
        self.codes()
        self.tool("unlock", KNOWN)  # nothing is lifted: no change
        os.unlink(f"state/login/tally/{KNOWN}")
        self.tool("unlock", KNOWN)
        self.tool("forget", KNOWN, "totp")
        self.tool("forget", KNOWN, "totp", code=1)
        changes = [r for r in map(json.loads, log().splitlines()) if r["type"] == "factors-changed"]
        self.assertEqual([(r["user"], r["factor"], r["what"], r["uid"]) for r in changes],
                         [(KNOWN, "totp", "enrolled", os.geteuid()), (KNOWN, "recovery", "enrolled", os.geteuid()),
                          (KNOWN, "all", "unlocked", os.geteuid()), (KNOWN, "totp", "removed", os.geteuid())])
        self.assertEqual(changes[0]["label"], "名札")

    def test_somebody_whom_nobody_knows_is_named(self):
        for verb in ("unlock", "factors"):
            self.assertIn("nobody-here: この端末にいない利用者です", self.tool(verb, "nobody-here", code=1))
        self.assertFalse("factors-changed" in log() or os.path.exists("state/login/tally/nobody-here"))

    def test_what_is_forgotten_is_gone(self):
        path = self.file("t.csv", f"user,serial,secret\n{KNOWN},A1,{RFC}\n{KNOWN},A2,{OTHER}\n")
        self.tool("enrol", "totp", "--import", path)
        self.codes()
        self.assertIn("--label", self.tool("forget", KNOWN, "totp", code=1))
        self.tool("forget", KNOWN, "totp", "--label", "A3", code=1)
        self.tool("forget", KNOWN, "totp", "--label", "A1")
        self.assertEqual([t["label"] for t in self.factors(KNOWN)["tokens"]], ["A2"])
        self.tool("forget", KNOWN, "recovery")
        self.tool("forget", KNOWN, "all")
        self.assert_nothing_enrolled()
        self.assertEqual(self.run_tool("factors", KNOWN).returncode, 1)
        self.tool("forget", KNOWN, "all", code=1)
        self.tool("forget", KNOWN, "everything", code=2)
        self.tool("enrol", "totp", "--import", path)  # and can come again
        self.assertEqual(len(self.factors(KNOWN)["tokens"]), 2)

    def test_a_clock_that_went_back_is_told_and_unlocked(self):
        soon_stale()
        self.start(faketime="+2d")
        code = code_of(RFC, at=int(time.time()) + 2 * 86400)
        self.tool("enrol", KNOWN, "totp", "--import", "-", "--code", code, text=RFC)
        self.start()
        self.assertTrue(self.factors(KNOWN)["clock_went_back"])
        people = json.loads(self.tool("status", "--json"))["people"]
        self.assertEqual((people["enrolled"], people["clock_went_back"], people["throttled"]), (1, [KNOWN], []))
        self.assertIn(f"! 端末の時計が前回のログインより前のため、ログインできません: {KNOWN}", self.tool("status"))
        self.assertIn("いまの時計", self.tool("unlock", KNOWN))
        self.assertFalse(self.factors(KNOWN)["clock_went_back"])
        self.assertIn("解除するものはありません", self.tool("unlock", KNOWN))

    def test_a_clock_before_the_policys_own_day_is_warned_of(self):
        make_kit([1])
        self.start()
        self.assertEqual(self.agent.push("1.cms")[0], 0)
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        self.start(faketime="-1000d")
        done = self.run_tool("enrol", KNOWN, "totp", "--import", "-", text=OTHER)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("時計", done.stderr)

    def test_a_record_that_somebody_removed_is_told_and_begun_anew(self):
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        self.codes()
        os.unlink(f"state/login/tally/{KNOWN}")
        self.assertEqual(self.factors(KNOWN)["record"], "missing")
        self.assertEqual(json.loads(self.tool("status", "--json"))["people"]["record_missing"], [KNOWN])
        self.assertIn("recovery", self.tool("unlock", KNOWN))
        person = self.factors(KNOWN)
        self.assertEqual((person["record"], person["recovery_left"]), ("fine", 0))
        with open(f"state/login/tally/{KNOWN}", "r+b") as f:
            f.write(bytes(8192))
        self.assertEqual(self.factors(KNOWN)["record"], "damaged")
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=OTHER, code=1)
        self.tool("unlock", KNOWN)
        self.assertEqual(self.factors(KNOWN)["record"], "fine")

    def test_many_people_come_in_pages(self):
        rows = "".join(f"u{i:03},,{i:032x}\n" for i in range(1, 151))
        self.tool("enrol", "totp", "--import", self.file("many.csv", "user,serial,secret\n" + rows), "--force")
        people = json.loads(self.tool("factors", "--json"))
        self.assertEqual([p["user"] for p in people], [f"u{i:03}" for i in range(1, 151)])
        self.assertEqual(json.loads(self.tool("status", "--json"))["login"]["people"], 150)

    # ---- who may, and what is said -----------------------------------------------------------------------
    VERBS = (("enrol", KNOWN, "totp", "--import", "-"), ("enrol", KNOWN, "recovery"), ("unlock", KNOWN),
             ("forget", KNOWN, "all"))

    def test_nobody_but_root_may_do_any_of_it(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else")
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        for verb in (*self.VERBS, ("factors",), ("status",)):
            self.assertEqual(self.run_tool(*verb, text=OTHER, user=65534).returncode, 3, verb)
        # Even where the door stands open, as it does for auditors: they may look, and change nothing.
        os.chmod("run/control.sock", 0o666)
        for verb in self.VERBS:
            done = self.run_tool(*verb, text=OTHER, user=65534)
            self.assertEqual((done.returncode, done.stdout), (1, ""), verb)
            self.assertIn("root だけができることです", done.stderr)
        self.assertEqual(self.run_tool("factors", user=65534).returncode, 0)
        self.assertEqual(len(self.factors(KNOWN)["tokens"]), 1)
        for path in ("login", "login/people", "login/tally"):
            self.assertEqual(os.stat(os.path.join("state", path)).st_mode & 0o077, 0, path)

    def test_a_name_that_nobody_has_is_refused(self):
        self.assertIn("--force", self.tool("enrol", "no-such-person", "recovery", code=1))
        self.tool("enrol", "../root", "recovery", "--force", code=1)
        self.tool("enrol", "no-such-person", "recovery", "--force")
        self.assertEqual(self.factors("no-such-person")["recovery"], 10)

    def test_status_says_where_the_key_is_and_how_many_people_there_are(self):
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        login = json.loads(self.tool("status", "--json"))["login"]
        self.assertEqual((login["ready"], login["key"], login["people"]), (True, "file", 1))
        self.assertIn("ログインの登録: 1人", self.tool("status"))
        self.assertIn("enrolled to log in: 1", self.tool("status", "--lang", "en"))

    def test_where_nothing_can_be_stored_devices_are_still_judged(self):
        self.agent.stop()
        shutil.rmtree("state/login")
        self.file("state/login", "in the way")
        self.agent = None
        self.start()
        login = json.loads(self.tool("status", "--json"))["login"]
        self.assertFalse(login["ready"])
        self.assertIn("login", login["note"])
        self.tool("enrol", KNOWN, "recovery", code=3)
        for lang, words, others in (("ja", "ログインの登録を開けません: ", "cannot"), ("en", "what people log in with cannot be opened: ", "登録")):
            said = self.tool("enrol", KNOWN, "recovery", "--lang", lang, code=3)
            self.assertTrue(words in said and others not in said, said)
        self.tool("factors", code=3)
        self.assertIn("!", self.tool("status"))

    def test_what_was_skipped_at_the_start_is_said_in_the_language_of_the_screen(self):
        self.agent.stop()
        os.mkdir("state/policy/7")
        self.file("state/policy/mark", "7 0\n")
        self.agent = None
        self.start()
        for lang, words, others in (("ja", "! 保存されているポリシー第7号: ", "on disk"), ("en", "! policy 7 on disk: ", "保存")):
            said = self.tool("status", "--lang", lang)
            self.assertTrue(words in said and others not in said, said)

    def test_wrong_usage_is_said(self):
        for args in (["enrol"], ["enrol", KNOWN], ["enrol", KNOWN, "password"], ["enrol", KNOWN, "totp", "--replace"],
                     ["enrol", KNOWN, "recovery", "--digits", "6"], ["enrol", KNOWN, "card", "--code", "1"],
                     ["enrol", KNOWN, "totp", "--digits", "5"], ["enrol", KNOWN, "totp", "--period", "3600"],
                     ["enrol", KNOWN, "totp", "--algorithm", "md5"], ["enrol", "a", "b", "totp"], ["enrol", "totp"],
                     ["unlock"], ["unlock", "a", "b"], ["forget", KNOWN], ["forget", KNOWN, "all", "--label", "x"],
                     ["factors", "a", "b"], ["factors", "--nonsense"]):
            self.assertEqual((said := self.tool(*args, code=2)).count("\n"), 1, said)


if __name__ == "__main__":
    with beds.Bed():
        unittest.main()
