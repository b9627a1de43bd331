#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every relative link of a page leads to a file of the tree, and to a heading of it where it names one; every decision is listed once."""
import functools
import os
import re
import subprocess
import sys

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


@functools.cache
def anchors(path):
    """As GitHub makes them of headings."""
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", read(path))}


def faults(page):
    for path, anchor in LINK.findall(read(page)):
        to = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(to):
            yield f"{page}: nothing at {path}"
        elif anchor and to.endswith(".md") and anchor not in anchors(to):
            yield f"{page}: no heading #{anchor} in {path or page}"


def unlisted():
    index = read("docs/adr/README.md")
    for name in sorted(os.listdir("docs/adr")):
        if name[0].isdigit() and index.count(f"]({name}) ") != 1:
            yield f"docs/adr/README.md: {name} is there {index.count(f']({name}) ')} times"


PAGES = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=True).stdout.split()
found = [fault for page in PAGES for fault in faults(page)] + list(unlisted())
print(*found, sep="\n") if found else print(f"{len(PAGES)} pages")
sys.exit(bool(found))
