# SPDX-License-Identifier: MIT
"""English prose is at most 120 characters wide: tables, pictures and what programs print are as wide as they are, and docs/ja/ breaks
no line inside a sentence."""
import subprocess
import sys

WIDTH = 120


def too_wide(path):
    with open(path, encoding="utf-8") as page:
        code = False
        for number, line in enumerate(page, 1):
            line, begins = line.rstrip(), line.lstrip()
            code ^= begins.startswith("```")
            if not code and not begins.startswith(("|", "![")) and len(line) > WIDTH:
                yield f"{path}:{number}: {len(line)} characters, at most {WIDTH}"


def main():
    pages = subprocess.run(["git", "ls-files", "*.md", ":!docs/ja/*", ":!README.ja.md"], capture_output=True, text=True, check=True).stdout.split()
    wrong = [each for page in pages for each in too_wide(page)]
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
