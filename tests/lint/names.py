# SPDX-License-Identifier: MIT
"""A static function of the product is called after its file; of one word is only what others call, and little of that; and no two
structs, enums or external functions have one name."""
import collections
import json
import subprocess
import sys

OF_ONE_WORD = 0.01
LIBC = {"free", "realloc", "ioctl", "main", "CLEANUP"}  # names that are not ours to choose


def tags():
    files = subprocess.run(["git", "ls-files", "agent/*.[ch]", "policy/*.[ch]", "pam_module/*.[ch]"], capture_output=True, text=True,
                           check=True).stdout.split()
    said = subprocess.run(["ctags", "-f-", "--output-format=json", "--fields=+nKf", "--langmap=C:.c.h", "--kinds-C=fsg", "--languages=C",
                           *files], capture_output=True, text=True, check=True).stdout
    return [tag for tag in map(json.loads, said.splitlines()) if tag["name"] not in LIBC and not tag["name"].startswith("__anon")]


def main():
    wrong, functions, of_one_word, known = [], 0, 0, collections.defaultdict(set)
    for tag in tags():
        at, name, is_function = f"{tag['path']}:{tag['line']}", tag["name"], tag["kind"] == "function"
        functions += is_function
        of_one_word += is_function and "_" not in name
        if is_function and "_" not in name and tag.get("file"):
            wrong.append(f"{at}: static {name}(): the name of its file comes first")
        if not (is_function and tag.get("file")):
            known[tag["kind"], name].add(tag["path"])
    wrong += [f"{', '.join(sorted(paths))}: each has a {kind} {name}" for (kind, name), paths in sorted(known.items()) if len(paths) > 1]
    if of_one_word > OF_ONE_WORD * functions:
        wrong.append(f"{of_one_word} of {functions} functions are of one word")
    print("\n".join(wrong) if wrong else f"{of_one_word} of {functions} functions are of one word")
    return 1 if wrong else 0


sys.exit(main())
