# SPDX-License-Identifier: MIT
"""What an administrator gets wrong is answered in one line, in the language of the locale, with the right exit code, and nothing
is half done. Started by test_mistakes; Ctrl-C at the questions is test_questions, test_media and test_enrol."""

import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from agent import Agent  # noqa: E402
from bed import Bed, a_keyboard  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import CLEAN, attempt, program, sekimori  # noqa: E402
from typist import Typist  # noqa: E402

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
SIGN = ("--cert", "kit/signer1.crt", "--key", "kit/signer1.key", "-o", "out.cms")


def everything_here():
    return {path: os.stat(path).st_mtime_ns for folder, _, names in os.walk(".") for path in (os.path.join(folder, n) for n in names)
            if not {"state", "run"} & set(path.split("/"))}


class Mistakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.chmod(".", 0o755)
        make_kit([1, 2])
        shutil.copy(program("sekimori"), "tool")  # a checkout beneath /root is closed to others
        cls.bed = cls.enterClassContext(Bed())
        cls.bed.plug(a_keyboard())
        cls.agent = cls.enterClassContext(Agent())

    def answer(self, code, *words, user=None, stdin=""):
        """The one line of each language, without the tool's name."""
        lines, before = [], everything_here()
        for locale in ("ja_JP.UTF-8", "en_US.UTF-8"):
            done = subprocess.run(["./tool", *words], capture_output=True, text=True, input=stdin, timeout=60, check=False,
                                  env={**CLEAN, "LC_ALL": locale}, **({"user": user, "group": "daemon", "extra_groups": []} if user else {}))
            self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
            self.assertEqual(done.stderr.count("\n"), 1, f"{words}: {done.stderr}")
            self.assertEqual(bool(JAPANESE.search(done.stderr)), locale.startswith("ja"), done.stderr)
            self.assertEqual(done.stdout if code else "", "")
            lines.append(done.stderr.strip().removeprefix("sekimori: "))
        self.assertEqual(everything_here(), before, words)
        return lines

    def text(self, *changes):
        with open("1.yaml", encoding="utf-8") as f:
            text = f.read()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        with open("wrong.yaml", "w", encoding="utf-8") as f:
            f.write(text)
        return next((n for n, line in enumerate(text.splitlines(), 1) if changes and changes[-1][1].strip() in line), 0)

    def test_a_wrong_file(self):
        with open("photo.jpg", "wb") as f:
            f.write(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
        ja, _ = self.answer(1, "policy", "check", "photo.jpg")
        self.assertEqual(ja, "photo.jpg:1:1: UTF-8 ではない文字です（Shift_JIS などの文書は、UTF-8 で保存し直します）")
        ja, _ = self.answer(1, "policy", "sign", "1.yaml", "--cert", "1.yaml", "--key", "kit/signer1.key", "-o", "out.cms")
        self.assertRegex(ja, "^1.yaml: [0-9]+ 行目: 「-----BEGIN CERTIFICATE-----」で始まっていません$")
        ja, en = self.answer(1, "push", "1.yaml", "--runtime-dir", "run")
        self.assertEqual(en, "1.yaml: does not begin with '-----BEGIN CMS-----'")
        self.assertEqual(ja, "1.yaml: 「-----BEGIN CMS-----」で始まっていません")
        ja, en = self.answer(3, "policy", "check", "missing.yaml")
        self.assertEqual(ja, "missing.yaml: そのファイルやフォルダーはありません")

    def test_a_folder(self):
        for words in (("policy", "check", "kit"), ("policy", "verify", "kit"), ("policy", "sign", "kit", *SIGN)):
            self.assertEqual(self.answer(3, *words)[0], "kit: フォルダーです。ファイルを指定してください")

    def test_a_tab(self):
        self.text(("    match: {bus: usb, interfaces: [hid]}", "\t\tmatch: {bus: usb, interfaces: [hid]}"))
        with open("wrong.yaml", encoding="utf-8") as f:
            line = f.read().split("\t")[0].count("\n") + 1
        ja, en = self.answer(1, "policy", "check", "wrong.yaml")
        self.assertEqual((ja, en), (f"wrong.yaml:{line}:1: タブは使えません。半角の空白にします",
                                    f"wrong.yaml:{line}:1: a tab, where spaces belong"))

    def test_a_full_width_space_and_a_bad_value(self):
        line = self.text(("    action: allow", "    action:　allow"))
        self.assertEqual(self.answer(1, "policy", "check", "wrong.yaml")[0],
                         f"wrong.yaml:{line}:12: 全角の空白（U+3000）は使えません。半角の空白にします")
        line = self.text(("    action: allow", "    action: alow"))
        ja, en = self.answer(1, "policy", "check", "wrong.yaml")
        self.assertEqual(ja, f"wrong.yaml:{line}:13: 「alow」は使えない値です（deny、read-only、allow のどれか）")
        self.assertEqual(en, f"wrong.yaml:{line}:13: unknown value 'alow' (one of deny, read-only, allow)")

    def test_no_trust_pem(self):
        os.mkdir("bare")
        os.mkdir("bare/config")
        with Agent(where=("bare/config", "bare/state", "bare/run")) as agent:
            ja, en = self.answer(1, "push", "1.cms", "--runtime-dir", "bare/run")
            self.assertTrue(agent.alive())
        shutil.rmtree("bare")
        self.assertEqual(ja, "1.cms: 署名できる人がまだ決まっていません: bare/config/trust.pem がありません。"
                             "policy init で作ったものを置いてください")
        self.assertEqual(en, "1.cms: no one may sign yet: 'bare/config/trust.pem' is missing: put the one there that policy init made")
        self.assertEqual(self.answer(3, "policy", "verify", "1.cms", "--trust", "trust.pem")[0],
                         "trust.pem: そのファイルやフォルダーはありません")

    def test_a_strangers_key(self):
        sekimori("policy", "init", "other", "--name", "Stranger", "--name", "other")
        sekimori("policy", "sign", "2.yaml", "--cert", "other/signer1.crt", "--key", "other/signer1.key", "-o", "strange.cms")
        ja, en = self.answer(1, "push", "strange.cms", "--runtime-dir", "run")
        self.assertEqual(ja, "strange.cms: 署名できる人の署名が足りません（あり 0、必要 1）。"
                             "「CN=Stranger,O=Sekimori pilot」は署名できる人の一覧にありません")
        self.assertEqual(self.answer(1, "policy", "verify", "strange.cms", "--trust", "kit/trust.pem")[0], ja)
        ja, _ = self.answer(1, "policy", "sign", "2.yaml", "--cert", "other/signer1.crt", "--key", "other/signer1.key", "--previous",
                            "1.cms", "-o", "out.cms")
        self.assertEqual(ja, "2.yaml: 「CN=Stranger,O=Sekimori pilot」は、有効なポリシー（1.cms）の署名者ではありません。"
                             "端末はこの署名を数えません")

    def test_an_expired_policy(self):
        yesterday = datetime.date.today() - datetime.timedelta(days=1)
        with open("1.yaml", encoding="utf-8") as f:
            text = re.sub(r"valid: .*", f"valid: {{from: 2020-01-01, until: {yesterday}}}", f.read())
        with open("over.yaml", "w", encoding="utf-8") as f:
            f.write(re.sub(r"(?m)^issued: .*", "issued: 2026-01-01T09:00:00+09:00", text))
        ja, _ = self.answer(0, "policy", "check", "over.yaml")
        self.assertIn(f"有効期間は {yesterday} に終わっています。制限は続きますが、新しいポリシーが必要です", ja)

    @unittest.skipIf(os.geteuid(), "only root can become somebody else here")
    def test_no_root(self):
        ja, en = self.answer(3, "status", "--runtime-dir", "run", user="nobody")
        self.assertIn("sudo", ja)
        self.assertIn("sekimori-audit", ja)
        self.assertIn("sekimori-audit", en)
        self.assertIn("sudo", self.answer(3, "setup", "devices", "--yes", user="nobody")[0])

    def test_nobody_to_ask(self):
        subprocess.run(["openssl", "pkey", "-in", "kit/signer1.key", "-aes256", "-passout", "pass:x", "-out", "locked.key"], check=True,
                       env=CLEAN)
        ja, _ = self.answer(3, "policy", "sign", "2.yaml", "--cert", "kit/signer1.crt", "--key", "locked.key", "-o", "out.cms")
        self.assertEqual(ja, "locked.key: パスフレーズが必要ですが、入力が端末ではありません")

    def test_a_full_disk_behind_the_answer(self):
        """/dev/full takes what is written as a full disk does: at the end."""
        for words in (("policy", "check", "1.yaml"), ("policy", "check", "--json", "1.yaml"), ("policy", "diff", "1.yaml", "2.yaml"),
                      ("policy", "verify", "1.cms", "--trust", "kit/trust.pem"), ("policy", "show", "1.cms"), ("help",), ("--version",),
                      ("audit", "verify", "--state-dir", "state"), ("audit", "show", "--state-dir", "state"),
                      ("devices", "--runtime-dir", "run"), ("status", "--runtime-dir", "run"), ("factors", "--runtime-dir", "run")):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run(["./tool", *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
                                      env={**CLEAN, "LC_ALL": "ja_JP.UTF-8"})
            self.assertEqual((done.returncode, done.stderr.splitlines()[-1]), (3, "sekimori: 結果を書き出せません"), words)
            self.assertEqual(done.stderr.count("書き出せません"), 1, words)

    def test_a_mistyped_verb(self):
        for words, typed, meant in ((("polcy", "check"), "polcy", "policy"), (("policy", "chekc"), "policy chekc", "policy check"),
                                    (("check", "1.yaml"), "check", "policy check"), (("enorl",), "enorl", "enrol")):
            self.assertEqual(self.answer(2, *words), [f"「{typed}」というサブコマンドはありません。「{meant}」のことですか",
                                                      f"no such verb '{typed}'; did you mean '{meant}'?"])
        self.assertIn("frobnicate", self.answer(2, "frobnicate")[0])
        for words in (("--lang", "ja", "status"), ("-x",)):
            self.assertIn(f"「{words[0]}」の前にサブコマンドが要ります", subprocess.run(
                ["./tool", *words], capture_output=True, text=True, check=False, env={**CLEAN, "LC_ALL": "ja_JP.UTF-8"}).stderr)
        self.assertIn("sekimori help policy", self.answer(2, "policy")[0])

    def test_a_file_that_is_too_large(self):
        with open("large", "w", encoding="utf-8") as f:
            f.write("# \n" * 1000000)
        for words in (("check", "large"), ("diff", "1.yaml", "large"), ("show", "large"), ("verify", "large", "--trust", "kit/trust.pem"),
                      ("sign", "large", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key", "-o", "out.cms")):
            self.assertEqual(self.answer(1, "policy", *words)[0], "large: 大きすぎます")
        self.assertEqual(self.answer(1, "audit", "verify", "--state-dir", "state", "--pub", "large")[0], "large: 大きすぎます")

    def test_help_minds_what_is_typed(self):
        for words in (("push", "extra"), ("enrol", "cart"), ("enrol", "card", "x"), ("--json", "x")):
            self.assertTrue(self.answer(2, "help", *words)[0].startswith("使い方: sekimori help "), words)
        self.assertIn("「--frob」というオプションは help にありません", self.answer(2, "help", "--frob")[0])
        self.assertEqual(self.answer(2, "enrol", "--frobnicate")[0],
                         "「--frobnicate」というオプションは enrol にありません（sekimori enrol --help で一覧を表示します）")
        for words in (("help", "help"), ("help", "--help"), ("help", "enrol", "card"), ("help", "setup", "login"), ("help", "forget", "all"), ("push", "x", "--frob", "--help")):
            done = subprocess.run(["./tool", *words], capture_output=True, text=True, check=False, env={**CLEAN, "LC_ALL": "ja_JP.UTF-8"})
            self.assertEqual((done.returncode, done.stderr, done.stdout[:5]), (0, "", "使い方: "), words)

    def test_a_mistyped_option(self):
        self.assertEqual(self.answer(2, "policy", "check", "--jsn", "1.yaml"),
                         ["「--jsn」というオプションは policy check にありません。「--json」のことですか",
                          "'--jsn' is no option of policy check; did you mean '--json'?"])
        self.assertEqual(self.answer(2, "setup", "devics")[0], "「devics」は setup に使えない値です。「devices」のことですか")
        self.assertEqual(self.answer(2, "audit", "show", "--type", "device-refuse")[0],
                         "「device-refuse」は --type に使えない値です。「device-refused」のことですか")
        for words, said in ((("--cert", "kit/signer1.crt"), "--key K が足りません"), (("--cert",), "--cert には値（C）が要ります"),
                            (("--frobnicate",), "「--frobnicate」というオプションは policy sign にありません（sekimori policy sign --help")):
            self.assertIn(said, self.answer(2, "policy", "sign", "1.yaml", *words)[0])
        self.assertIn("--json に値（x）は付けられません", self.answer(2, "policy", "check", "1.yaml", "--json=x")[0])
        self.assertIn("--slot は card と一緒に使います", self.answer(2, "enrol", "root", "totp", "--slot", "1")[0])
        self.assertIn("-n には 1 から 100000 までの数", self.answer(2, "audit", "show", "-n0")[0])
        for words in ((), ("1.yaml", "2.yaml")):
            self.assertEqual(self.answer(2, "policy", "check", *words), ["使い方: sekimori policy check FILE [--json] [--lang ja|en]",
                                                                        "usage: sekimori policy check FILE [--json] [--lang ja|en]"])

    def test_what_is_no_mistake(self):
        """However people write an option; and --lang wins over the locale."""
        for words in (("--json", "1.yaml"), ("1.yaml", "--json"), ("--json", "--", "1.yaml"), ("--lang=en", "1.yaml", "--json")):
            self.assertIn('"ok": true', sekimori("policy", "check", *words))
        shutil.copy("1.yaml", "-dash.yaml")
        self.addCleanup(os.unlink, "-dash.yaml")
        self.assertIn("受け入れられます", sekimori("policy", "check", "--lang", "ja", "--", "-dash.yaml"))
        sekimori("policy", "sign", "1.yaml", *SIGN[:4], "-oout.cms")
        self.addCleanup(os.unlink, "out.cms")
        done = subprocess.run(["./tool", "policy", "check", "kit", "--lang", "en"], capture_output=True, text=True, check=False,
                              env={**CLEAN, "LC_ALL": "ja_JP.UTF-8"})
        self.assertEqual(done.stderr, "sekimori: kit: Is a directory\n")

    def test_a_question_that_is_interrupted(self):
        typist = Typist(["./tool", "enrol", "root", "totp", "--runtime-dir", "run"], {**CLEAN, "LC_ALL": "ja_JP.UTF-8", "TERM": "xterm"})
        self.addCleanup(typist.close)
        typist.read_until("ワンタイムパスワード: ")
        typist.type("\x03")
        code, said = typist.ended()
        self.assertEqual(code, -signal.SIGINT)  # a shell says 130
        self.assertTrue(said.endswith("\r\nsekimori: 取りやめました\r\n"), repr(said))
        self.assertEqual(json.loads(attempt("factors", "root", "--json", "--runtime-dir", "run").stdout)[0]["tokens"], [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        unittest.main(verbosity=2)
