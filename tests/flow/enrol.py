# SPDX-License-Identifier: MIT
"""The administrator's side of factors, with a real agent: codes from oathtool, a QR read by zbarimg, cards from openssl.
Started by test_enrol."""

import base64
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import bed as beds  # noqa: E402
from agent import Agent  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import CLEAN, SANITIZERS, program  # noqa: E402
from typist import Typist  # noqa: E402

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
        tool = shutil.copy(self.tool_path, "tool") if user else self.tool_path  # a checkout beneath /root is closed to others
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


class Enrol(Terminal):
    def assert_nothing_enrolled(self, user=KNOWN):
        person = self.factors(user)
        self.assertEqual((person["tokens"], person["cards"], person["recovery"]), ([], [], 0))

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
                                       f"{KNOWN_TOO},A2,{THIRD},sha256,8,60\n{KNOWN},A3,{OTHER},sha1,6,30\n")
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
            "".join(f"{KNOWN},B{i},{i:032x}\n" for i in range(1, 5)): "6:",  # a fifth for one person
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
    def codes(self, *more):
        found = re.findall(r"^ +\d+  ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", self.tool("enrol", KNOWN, "recovery", *more),
                           re.M)
        self.assertEqual(len(set(found)), 10, found)
        return found

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

    # ---- who has what, another chance, and away ----------------------------------------------------------
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
