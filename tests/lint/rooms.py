#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The picture of the rooms in docs/ARCHITECTURE.md, drawn from the includes: an arrow from whoever sees to what is seen, left out
where a longer way leads there. With --write it is drawn anew, without it is compared."""
import pathlib
import re
import sys

from layers import folder, includes, sources

PAGE = pathlib.Path("docs/ARCHITECTURE.md")
TOOL = "agent/cli"      # its rooms see each other: one box
GROUPS = {"policy/": "policy/", "agent/lib/": "agent/lib/", "agent/daemon/": "agent/daemon/: sekimorid"}


def room(path):
    where = folder(path)
    return TOOL if where.startswith(TOOL + "/") else where


def arrows():
    """{room: the rooms that it sees}"""
    sees = {}
    for source, _, _, target in includes(sources()):
        sees.setdefault(room(source), set())
        if target and room(target) != room(source):
            sees[room(source)].add(room(target))
            sees.setdefault(room(target), set())
    return sees


def reach(sees, start, passed=()):
    """All rooms that can be got to; two rooms that see each other cannot be drawn."""
    if start in passed:
        raise SystemExit(f"{' -> '.join([*passed[passed.index(start):], start])}: they see each other in a circle")
    return sees[start].union(*(reach(sees, each, (*passed, start)) for each in sees[start]))


def nearest(sees):
    """Only the arrows that no longer way replaces."""
    return {one: sorted(seen - set().union(*(reach(sees, each) for each in seen))) for one, seen in sorted(sees.items())}


def drawn(sees):
    box = {one: re.sub(r"\W", "_", one) for one in sees}
    lines = ["```mermaid", "flowchart TD"]
    for prefix, title in GROUPS.items():
        lines += [f'  subgraph {re.sub(r"[^a-z]", "_", prefix)}["{title}"]']
        lines += [f'    {box[one]}["{one[len(prefix):]}"]' for one in sorted(sees) if one.startswith(prefix)] + ["  end"]
    lines += [f'  {box[one]}["{one}"]' for one in sorted(sees) if not one.startswith(tuple(GROUPS))]
    lines += [f"  {box[one]} --> {box[each]}" for one, seen in nearest(sees).items() for each in seen]
    return "\n".join([*lines, "```"])


def main():
    text = PAGE.read_text(encoding="utf-8")
    made = re.sub(r"```mermaid\n.*?```", lambda _: drawn(arrows()), text, count=1, flags=re.S)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(made, encoding="utf-8")
    elif made != text:
        print(f"{PAGE}: the picture is not what the includes say: make generate")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
