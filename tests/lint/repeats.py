# SPDX-License-Identifier: MIT
"""Six equal lines in two places are one place too many: at most 8 pairs in the product. Blank lines, lone braces, comments and
includes do not count."""
import collections
import itertools
import re
import subprocess
import sys

LINES, PAIRS_MAX = 6, 8
THIN = re.compile(r"^(?:[{}();,]*|/?\*.*|//.*|#include.*)$")


def lines_of(path):
    """(number, text) of each line that says something."""
    with open(path, encoding="utf-8") as f:
        said = ((number, " ".join(line.split())) for number, line in enumerate(f, 1))
        return [(number, text) for number, text in said if not THIN.match(text)]


def pairs(files):
    """{(place, place)}: where a run begins that stands in both."""
    places = collections.defaultdict(list)
    for path in files:
        lines = lines_of(path)
        for i in range(len(lines) - LINES + 1):
            window = lines[i:i + LINES]
            places["\n".join(text for _, text in window)].append((path, i, window[0][0]))
    found = {}
    for same in places.values():
        for one, other in itertools.combinations(same, 2):
            if one[0] != other[0] or abs(one[1] - other[1]) >= LINES:
                found.setdefault((one[0], other[0], other[1] - one[1]), (one, other))   # one run, however long
    return found.values()


def main():
    files = subprocess.run(["git", "ls-files", "agent/*.[ch]", "policy/*.[ch]", "pam_module/*.[ch]"], capture_output=True, text=True,
                           check=True).stdout.split()
    found = [f"{a[0]}:{a[2]} ~ {b[0]}:{b[2]}" for a, b in pairs(files)]
    if len(found) > PAIRS_MAX:
        print("\n".join([*found, f"{len(found)} pairs of {LINES} equal lines, at most {PAIRS_MAX}"]))
        return 1
    print(f"{len(found)} pairs of {LINES} equal lines")
    return 0


sys.exit(main())
