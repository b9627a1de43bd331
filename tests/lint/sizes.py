# SPDX-License-Identifier: MIT
"""Functions around 17 lines, none over 60; files around 200, none over 400."""
import json
import statistics
import subprocess
import sys

FUNCTION_MAX, FILE_MAX = 60, 400


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.py", "*.sh"], capture_output=True, text=True,
                           check=True).stdout.split()
    lengths = {f: sum(1 for _ in open(f, encoding="utf-8")) for f in files}
    wrong = [f"{f}: {n} lines" for f, n in lengths.items() if n > FILE_MAX]
    tags = subprocess.run(["ctags", "-f-", "--output-format=json", "--fields=+neK", "--kinds-C=f", "--kinds-Python=fm",
                           "--languages=C,Python", *files], capture_output=True, text=True, check=True).stdout
    functions = []
    for tag in map(json.loads, tags.splitlines()):
        if "end" in tag:
            n = tag["end"] - tag["line"] + 1
            functions.append(n)
            if n > FUNCTION_MAX:
                wrong.append(f"{tag['path']}:{tag['line']}: {tag['name']} has {n} lines")
    if wrong:
        print("\n".join(wrong))
        return 1
    functions.sort()
    print(f"{len(functions)} functions: median {statistics.median(functions):.0f}, "
          f"p90 {functions[len(functions) * 9 // 10]}, max {functions[-1]}; "
          f"{len(files)} files: median {statistics.median(lengths.values()):.0f}, max {max(lengths.values())}")
    return 0


sys.exit(main())
