# SPDX-License-Identifier: MIT
"""One word for one thing in all Japanese that people read: the table, and where it is broken. GLOSSARY.md explains the words.

Read are the guides, manual pages, catalogs and whatever else is Japanese as a whole, and the string literals of the
programs, joined where C joins them. A line that must say the other word is named in MAY."""
import pathlib
import re
import subprocess
import sys

# What to write, and what not to. A pattern must not fit what to write.
TERMS = (
    ("コマンド／サブコマンド", r"命令|動詞"),
    ("USBメモリ", r"USB メモリ"),
    ("ICカード", r"IC カード"),
    ("メモリーカード", r"メモリ ?カード"),
    ("フォルダー", r"フォルダ(?!ー)"),
    ("端末（守る側）／作業用パソコン", r"(?<![A-Za-z])PC(?![A-Za-z0-9]|/SC)|(?<!番号の出る)機械"),
    ("監査記録（証拠）／ジャーナル", r"監査ログ|監査の記録|(?<![ァ-ヶー])ログ(?!イン|アウト)|(?<!監査)記録の(?:改ざん|検証|書き出し)"),
    ("拒否／許可、使えません", r"拒[まみむめん]|(?<![判遮切中横分])断(?:[らりるれ]|った|って)|許[さしすせそ]"),
    ("電磁的記録媒体（規程・台帳）、機器（USB 一般）", r"記憶装置|ストレージ"),
    ("トークン（番号の出る機械）、媒体の印は識別印", r"番号表示機|印（トークン）"),
    ("ワンタイムパスワード（紙のものは回復コード）",
     r"確認コード|(?<!回復)(?<!使用済み)(?<!文字)(?<!QR)(?<!QR )(?<!終了)(?<!ソース)(?<!機械)(?<!バー)コード"),
    ("製造番号（機器）／通し番号（ポリシー）", r"シリアル番号"),
    ("ポリシー第N号", r"ポリシー \d"),
    ("判定", r"判断"),
    ("差し込む", r"挿[さしすせ入]"),
    ("分かる", r"わか[らりるれっ]"),
    ("返却／物理的破壊", r"返納|破砕"),
    ("使用済みコードの記録", r"使用の記録"),
    ("Sekimori の動作開始／停止、機器調査プログラム", r"見張り|観測係"),
    ("問い合わせ番号", r"申請番号"),
    ("1台、3回、10個、5分前（一つ・二つ・一人・二人は漢数字）", r"[一二三四五六七八九十](?:台|回|個|件|本|枚(?!紙)|分(?:間|前|後|以内))"),
    ("改ざん・欠落は検出されませんでした", r"改ざんはありません|改ざんされていません"),
    ("失敗回数を 0 に戻しました", r"なかったことに"),
)

# file, the words in it that stay
MAY = {
    "agent/cli/media/ledger.c": ("申請番号", "破砕"),  # what ledgers of earlier versions hold
    "README.md": ("PC",), "docs/GLOSSARY.md": ("PC",),  # they are English, and quote
}

PROSE = ("README.ja.md", "README.md", ":(glob)docs/*.md", "docs/ja/*", "docs/man/ja/*", "install/journal/*.ja.catalog", "install/completions/*",
         "install/pam.d/*", "install/autostart/*", "install/ansible/*", "tests/unit/policy/data/example.yaml")
SOURCES = ("agent/*.c", "pam_module/*.c", "policy/*.c", "tests/demo/*.c")
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"((?:\\.|[^"\\\n])*)"|\'(?:\\.|[^\'\\\n])+\'|[^\s"/\']+|/|\s+', re.S)


def files(patterns):
    return subprocess.run(["git", "ls-files", "--", *patterns], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]


def literals(text):
    """Each string as the compiler has it: its first line, and what is in it."""
    whole, begins, line = "", 0, 1
    for token in TOKEN.finditer(text):
        if token.group(1) is not None:
            begins = begins if whole else line
            whole += token.group(1)
        elif token.group().strip() and not token.group().startswith(("//", "/*")) and whole:
            yield begins, whole
            whole = ""
        line += token.group().count("\n")
    if whole:
        yield begins, whole


def lines_of(name):
    text = pathlib.Path(name).read_text(encoding="utf-8")
    return literals(text) if name.endswith(".c") else enumerate(text.split("\n"), 1)


def faults(name, lines):
    for number, line in lines:
        if not JAPANESE.search(line):
            continue
        for write, never in TERMS:
            for found in re.finditer(never, line):
                if found.group() not in MAY.get(name, ()):
                    yield f"{name}:{number}: '{found.group()}' in …{line[max(0, found.start() - 12):found.end() + 8]}…: write {write}"


def both_at_once(name, lines):
    """What the programs say is said in one language: no string has English lines beside Japanese ones. Comments of a file that is
    written are for whoever opens it, and stay in both; what is set in is typed."""
    for number, text in lines:
        parts = [part for part in re.split(r" / |\\n", text) if not part.startswith("    ")]
        if "# " not in text and any(JAPANESE.search(part) for part in parts):
            yield from (f"{name}:{number}: '{part}' beside its Japanese: let SAY() choose" for part in parts
                        if not JAPANESE.search(part) and re.search("[a-z]{4,}", part))


def unexplained_signs():
    """What a login shows to be read out on the telephone stands in the guide, in both languages."""
    shown = set(re.findall(r'SIGN_\w\w\("(L-\d+)"\)', pathlib.Path("agent/lib/text/login_words.c").read_text(encoding="utf-8")))
    for guide in ("docs/OPERATING.md", "docs/ja/OPERATING.md"):
        explained = set(re.findall(r"^\| (L-\d+) \|", pathlib.Path(guide).read_text(encoding="utf-8"), re.M))
        yield from (f"{guide}: the sign {sign} is shown or explained, and not both" for sign in sorted(shown ^ explained))


def main():
    for write, never in TERMS:
        assert not re.search(never, write), (write, never)
    names = files(PROSE + SOURCES)
    wrong = [fault for name in names for fault in faults(name, lines_of(name))] + list(unexplained_signs())
    wrong += [fault for name in files(("agent/*.c", "pam_module/*.c", "policy/*.c")) for fault in both_at_once(name, lines_of(name))]
    print("\n".join(wrong) if wrong else f"{len(TERMS)} terms in {len(names)} files")
    return 1 if wrong else 0


sys.exit(main())
