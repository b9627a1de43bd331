# SPDX-License-Identifier: MIT
"""Whom an administrator enrols with what, with a real agent: codes from oathtool, a QR read by zbarimg, cards from openssl. Started by
test_enrol."""

import base64
import glob
import os
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from enrol_desk import KNOWN, KNOWN_TOO, OTHER, PATIENCE_S, RFC, THIRD, Terminal, code_of, log, soon_stale  # noqa: E402
from programs import SANITIZERS  # noqa: E402


class Enrol(Terminal):
    # ---- tokens ------------------------------------------------------------------------------------------
    def test_a_seed_counts_once_its_code_came_back(self):
        soon_stale()
        code = code_of(RFC)
        self.tool("enrol", KNOWN, "totp", "--import", "-", "--code", code, "--label", "名札", text=RFC)
        person = self.factors(KNOWN)
        token = person["tokens"][0]
        self.assertEqual((token["label"], token["algorithm"], token["digits"], token["period"]), ("名札", "sha1", 6, 30))
        self.assertRegex(token["enrolled"], r"^20\d\d-\d\d-\d\dT")
        self.assertEqual(person["record"], "fine")
        # The code is used up by that: the same seed under a new id would otherwise take it again.
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=RFC)
        self.assertEqual(len(self.factors(KNOWN)["tokens"]), 1)

    def test_a_wrong_code_stores_nothing(self):
        soon_stale()
        wrong = str((int(code_of(RFC)) + 1) % 1000000).zfill(6)
        for code in (wrong, "", "12345", "abcdef", code_of(RFC, at=int(time.time()) - 3600), "１２３４５６"):
            said = self.tool("enrol", KNOWN, "totp", "--import", "-", "--code", code, text=RFC, code=1)
            self.assertNotIn(RFC, said)
        self.assert_nothing_enrolled()
        self.assertEqual(glob.glob("state/login/people/*"), [])

    def test_every_algorithm_and_length_agrees_with_oathtool(self):
        soon_stale()
        for algorithm, digits, period in (("sha256", "8", "60"), ("sha512", "7", "30")):
            code = code_of(THIRD + THIRD, "-d", digits, "-s", f"{period}s", algorithm=algorithm)
            self.tool("enrol", KNOWN, "totp", "--import", "-", "--code", code, "--algorithm", algorithm, "--digits", digits,
                      "--period", period, "--label", algorithm, text=THIRD + THIRD)
            self.tool("forget", KNOWN, "totp")

    def test_without_a_terminal_nothing_is_asked(self):
        said = self.tool("enrol", KNOWN, "totp", code=3)
        self.assertIn("--import", said)
        self.tool("enrol", KNOWN, "totp", "--code", "123456", code=2)
        self.assert_nothing_enrolled()

    def test_a_new_secret_is_shown_and_its_code_asked_for(self):
        typist = self.at_terminal("enrol", KNOWN, "totp", "--lang", "ja")
        shown = typist.read_until("アプリに出ているワンタイムパスワード: ")
        secret = "".join(re.search(r"手で入力する場合:((?: [A-Z2-7]{1,4})+)", shown)[1].split())
        self.assertEqual(len(secret), 32)
        with open(f"/proc/{typist.process.pid}/cmdline", encoding="utf-8") as f:
            self.assertNotIn(secret, f.read())
        self.assert_scans_as(shown, rf"otpauth://totp/[^?]*{KNOWN}\?secret={secret}\b")
        soon_stale()
        typist.type("000000\n" if code_of(secret) != "000000" else "111111\n")
        typist.read_until("アプリに出ているワンタイムパスワード: ")
        self.assert_nothing_enrolled()
        typist.type(code_of(secret) + "\n")
        typist.read_until("登録しました")
        self.assertEqual(typist.process.wait(PATIENCE_S), 0)
        self.assertEqual(self.factors(KNOWN)["tokens"][0]["label"], "totp-1")
        self.assertNotIn(secret, log())

    def test_three_wrong_codes_end_it(self):
        typist = self.at_terminal("enrol", KNOWN, "totp", "--no-qr", "--lang", "en")
        for _ in range(3):
            shown = typist.read_until("The code that the app shows: ")
            self.assertNotIn("█", shown)
            typist.type("nonsense\n")
        self.assertEqual(typist.process.wait(PATIENCE_S), 1)
        self.assert_nothing_enrolled()

    def test_the_end_of_the_input_stores_nothing(self):
        typist = self.at_terminal("enrol", KNOWN, "totp", "--no-qr", "--lang", "en")
        typist.read_until("The code that the app shows: ")
        typist.type("\x04")
        self.assertEqual(typist.process.wait(PATIENCE_S), 1)
        self.assert_nothing_enrolled()

    def assert_scans_as(self, shown, pattern):
        """The half blocks as a picture, as a camera would see them on a dark screen."""
        lines = [re.sub(r"\x1b\[[0-9;]*m|\r", "", line) for line in shown.splitlines()]
        lines = [line for line in lines if line and set(line) <= set("█▀▄ ")]
        light = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
        rows = [[light[c][half] for c in line] for line in lines for half in (0, 1)]
        scale, width = 6, max(map(len, rows))
        picture = b"".join(bytes(255 * v for v in row for _ in range(scale)) * scale for row in rows)
        path = os.path.join(self.folder, "qr.pgm")
        with open(path, "wb") as f:
            f.write(b"P5 %d %d 255\n" % (width * scale, len(rows) * scale) + picture)
        said = subprocess.run(["zbarimg", "--raw", "-q", path], capture_output=True, text=True, check=False).stdout
        self.assertRegex(said, pattern)
        # As small as it can be: this computer's name is in it, and may be long. A quiet zone of four on each side.
        least = subprocess.run(["qrencode", "-l", "L", "-m", "0", "-t", "ASCII", said.strip()], capture_output=True, text=True, check=True)
        self.assertLessEqual(len(lines), (len(least.stdout.splitlines()) + 2 * 4 + 1) // 2)

    # ---- tables ------------------------------------------------------------------------------------------
    def test_a_table_is_stored_whole_and_can_be_given_again(self):
        path = self.file("tokens.csv", f"user,serial,secret,algorithm,digits,period\n{KNOWN},A1,{RFC},,,\n"
                                       f"{KNOWN_TOO},A2,hex:{THIRD},sha256,8,60\n{KNOWN},A3,{OTHER},sha1,6,30\n")
        said = self.tool("enrol", "totp", "--import", path)
        self.assertEqual(said.count("登録しました"), 4, said)
        self.assertNotIn(RFC, said)
        self.assertEqual([t["label"] for t in self.factors(KNOWN)["tokens"]], ["A1", "A3"])
        self.assertEqual(self.factors(KNOWN_TOO)["tokens"][0]["digits"], 8)
        again = self.tool("enrol", "totp", "--import", path)
        self.assertEqual(again.count("登録済みでした"), 3, again)
        self.assertEqual(len(self.factors(KNOWN)["tokens"]), 2)

    def test_one_bad_row_and_none_is_stored(self):
        head = f"user,serial,secret\n{KNOWN},A1,{RFC}\n"
        hostile = {
            f"{KNOWN},A2,{RFC}\n": "3:",  # the same again
            "no-such-person-here,A2," + OTHER + "\n": "3:1:",
            "../../etc/shadow,A2," + OTHER + "\n": "3:1:",
            f"{KNOWN_TOO},A2\n": "3:",
            f"{KNOWN_TOO},A2,not base32!\n": f"3:{len(KNOWN_TOO) + 5}:",
            f"{KNOWN_TOO},\x1b]0;x\x07,{OTHER}\n": "3:",
            "".join(f"{KNOWN},B{i},hex:{i:032x}\n" for i in range(1, 5)): "6:",  # a fifth for one person
        }
        for rows, place in hostile.items():
            path = self.file("bad.csv", head + rows)
            said = self.tool("enrol", "totp", "--import", path, code=1)
            self.assertTrue(said.startswith(f"{path}:{place}"), said)
            self.assertNotIn("\x1b", said)
            self.assert_nothing_enrolled()
        self.tool("enrol", KNOWN_TOO, "totp", "--import", self.file("a.csv", head), code=1)
        self.tool("enrol", "totp", "--import", self.file("a.csv", head), "--code", "123456", "--label", "x", code=1)
        self.tool("enrol", "totp", "--import", self.file("seed", RFC), code=2)
        self.tool("enrol", "totp", "--import", "/nonexistent", code=3)
        self.assert_nothing_enrolled()

    def test_ctrl_c_at_a_question_changes_nothing(self):
        self.tool("enrol", KNOWN, "recovery")
        for words, question in ((("totp",), "アプリに出ている"), (("recovery",), "[はい/いいえ")):
            typist = self.at_terminal("enrol", KNOWN, *words, "--lang", "ja")
            typist.read_until(question)
            typist.type("\x03")
            self.assertEqual(typist.process.wait(PATIENCE_S), -signal.SIGINT)
            typist.read_until("sekimori: 取りやめました\r\n")
        person = self.factors(KNOWN)
        self.assertEqual((person["tokens"], person["recovery_left"]), ([], 10))

    # ---- recovery codes ----------------------------------------------------------------------------------
    def test_recovery_codes_are_shown_once_and_replaced_on_request(self):
        first = self.codes()
        self.assertEqual(self.factors(KNOWN)["recovery_left"], 10)
        said = self.tool("enrol", KNOWN, "recovery", code=1)
        self.assertIn("--replace", said)
        second = self.codes("--replace")
        self.assertFalse(set(first) & set(second))
        self.assert_kept_nowhere(first + second)

    def test_before_replacing_somebody_is_asked(self):
        self.codes()
        typist = self.at_terminal("enrol", KNOWN, "recovery", "--lang", "en")
        typist.read_until("[y/n] ")
        typist.type("n\n")
        self.assertEqual(typist.process.wait(PATIENCE_S), 1)
        typist = self.at_terminal("enrol", KNOWN, "recovery", "--lang", "en")
        typist.read_until("[y/n] ")
        typist.type("y\n")
        typist.read_until(" 10  ")
        self.assertEqual(typist.process.wait(PATIENCE_S), 0)

    def assert_not_in_memory(self, *secrets):
        with open(f"/proc/{self.agent.process.pid}/maps", encoding="utf-8") as maps, \
                open(f"/proc/{self.agent.process.pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                start, end = (int(n, 16) for n in line.split()[0].split("-"))
                if "w" in line.split()[1]:
                    memory.seek(start)
                    content = memory.read(end - start)
                    for secret in secrets:
                        self.assertFalse(secret in content, f"a secret is in {line}")

    def test_the_agent_keeps_no_secret_in_memory(self):
        if os.geteuid() != 0 or SANITIZERS:
            self.skipTest("only root can look, and not where a sanitizer keeps what was freed")
        raw = os.urandom(20)
        text = base64.b32encode(raw).decode()
        self.tool("enrol", KNOWN, "totp", "--import", "-", text=text)
        self.assert_not_in_memory(text[16:].encode(), raw[8:])  # what is freed loses its first bytes in any case
        codes = self.codes()
        self.assert_not_in_memory(*(c.encode() for c in codes))

    # ---- cards -------------------------------------------------------------------------------------------
    def certificate(self, name, *more):
        path = os.path.join(self.folder, name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                        f"/CN={name}", "-keyout", "/dev/null", "-out", path, "-days", "30", *more], check=True,
                       capture_output=True)
        return path

    def test_a_certificate_from_a_file_is_pinned_by_its_hash(self):
        pem = self.certificate("yamada")
        der = os.path.join(self.folder, "yamada.der")
        subprocess.run(["openssl", "x509", "-in", pem, "-outform", "DER", "-out", der], check=True)
        digest = subprocess.run(["sha256sum", der], capture_output=True, text=True, check=True).stdout.split()[0]
        self.assertIn(digest, self.tool("enrol", KNOWN, "card", "--certificate", pem))
        self.tool("enrol", KNOWN, "card", "--certificate", der)
        cards = self.factors(KNOWN)["cards"]
        self.assertEqual([(c["subject"], c["sha256"]) for c in cards], [("CN=yamada", digest)])
        for wrong in (self.file("text", "no certificate"), self.file("empty", ""), self.file("half", "-----BEGIN CERTIFICATE-----\nMIIB\n")):
            self.tool("enrol", KNOWN, "card", "--certificate", wrong, code=1)
        self.tool("enrol", KNOWN, "card", "--certificate", self.certificate("second"))
        self.tool("forget", KNOWN, "card", code=1)
        self.tool("forget", KNOWN, "card", "--label", digest[:12])
        self.assertEqual([c["subject"] for c in self.factors(KNOWN)["cards"]], ["CN=second"])

    def test_without_a_module_in_the_policy_a_card_cannot_be_read(self):
        self.assertIn("--module", self.tool("enrol", KNOWN, "card", code=3))


if __name__ == "__main__":
    with beds.Bed():
        unittest.main()
