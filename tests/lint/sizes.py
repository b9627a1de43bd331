# SPDX-License-Identifier: MIT
"""Functions around 17 lines, none over 60; files around 200, none over 400 (500 in tests); a static function of the product is
called after its file, and no name of one word is left but what others call."""
import json
import statistics
import subprocess
import sys

FUNCTION_MAX, FILE_MAX, TEST_MAX, TEST_FILE_MAX = 60, 400, 80, 500
OF_ONE_WORD = 0.01
LIBC = {"free", "realloc", "ioctl", "main", "CLEANUP"}  # names that are not ours to choose


def is_product(path):
    return path.startswith(("agent/", "policy/", "pam_module/"))


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.py", "*.sh"], capture_output=True, text=True,
                           check=True).stdout.split()
    lengths = {f: sum(1 for _ in open(f, encoding="utf-8")) for f in files}
    wrong = [f"{f}: {n} lines" for f, n in lengths.items() if n > (FILE_MAX if is_product(f) else TEST_FILE_MAX)]
    tags = subprocess.run(["ctags", "-f-", "--output-format=json", "--fields=+neKf", "--kinds-C=f", "--kinds-Python=fm",
                           "--languages=C,Python", *files], capture_output=True, text=True, check=True).stdout
    functions, one_word, named = [], 0, 0
    for tag in map(json.loads, tags.splitlines()):
        if "end" in tag:
            n = tag["end"] - tag["line"] + 1
            functions.append(n)
            if n > (FUNCTION_MAX if is_product(tag["path"]) else TEST_MAX):
                wrong.append(f"{tag['path']}:{tag['line']}: {tag['name']} has {n} lines")
        if is_product(tag["path"]) and tag["name"] not in LIBC:
            named += 1
            if "_" not in tag["name"]:
                one_word += 1
                if tag.get("file"):
                    wrong.append(f"{tag['path']}:{tag['line']}: static {tag['name']}(): the name of its file comes first")
    if one_word > OF_ONE_WORD * named:
        wrong.append(f"{one_word} of {named} functions are of one word")
    if wrong:
        print("\n".join(wrong))
        return 1
    functions.sort()
    print(f"{len(functions)} functions: median {statistics.median(functions):.0f}, "
          f"p90 {functions[len(functions) * 9 // 10]}, max {functions[-1]}; "
          f"{one_word} of {named} of one word; {len(files)} files: median {statistics.median(lengths.values()):.0f}, max {max(lengths.values())}")
    return 0


sys.exit(main())
