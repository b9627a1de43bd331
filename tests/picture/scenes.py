# SPDX-License-Identifier: MIT
"""Puts what `make demo` prints into the documents that quote it: each block of code that begins with a scene's number.
usage: scenes.py DEMO BUILD"""

import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
QUOTING = ("README.md", "README.ja.md", "docs/DEMO.md", "docs/ja/DEMO.md")


def scenes(demo, build):
    shown = subprocess.run(["umockdev-wrapper", demo, build], capture_output=True, encoding="utf-8", check=True,
                           env={**os.environ, "TZ": "Asia/Tokyo"}).stdout
    found = re.findall(r"^((\d+)\. .*?)\n\n", shown, re.M | re.S)
    return {number: text for text, number in found}


def quoted(text, played):
    return re.sub(r"^```\n(\d+)\..*?^```", lambda block: f"```\n{played[block[1]]}\n```", text, flags=re.M | re.S)


def main():
    played = scenes(*sys.argv[1:])
    for name in QUOTING:
        path = TOP / name
        path.write_text(quoted(path.read_text(encoding="utf-8"), played), encoding="utf-8")
    print(f"{len(played)} scenes in {', '.join(QUOTING)}")


main()
