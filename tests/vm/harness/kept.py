# SPDX-License-Identifier: MIT
"""Results, kept for each commit and release: `--all` goes on where it, or the gate, stopped."""

import json
import subprocess
from dataclasses import asdict

from . import paths
from .release import RELEASES
from .scenario import Result
from .schedule import COSTS


def commit():
    """Whose tree this is; None where it is nobody's: changed, or not from git."""
    here = ["git", "-C", str(paths.ROOT)]
    changed = subprocess.run([*here, "status", "--porcelain"], capture_output=True, text=True)
    if changed.returncode != 0 or changed.stdout:
        return None
    return subprocess.run([*here, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def place(release, of):
    return paths.CACHE / "results" / of / f"{release.number}.jsonl"


class Kept:
    def __init__(self, release, of, afresh=False):
        self.path = place(release, of)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if afresh:
            self.path.unlink(missing_ok=True)

    def results(self):
        """{scenario: what it came to}"""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return {each["name"]: Result(**each) for each in map(json.loads, lines)}

    def keep(self, result):
        with open(self.path, "a") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def costs_write(of):
    """What this commit's scenarios took, on the release where it was more."""
    costs = {}
    for release in RELEASES.values():
        for name, result in Kept(release, of).results().items():
            if result.outcome == "ok":
                costs[name] = max(costs.get(name, 0), round(result.seconds))
    head = COSTS.read_text().split("\n\n")[0].split("\n# These are estimates")[0]
    COSTS.write_text(head + "\n\n" + "".join(f"{name:<38}{seconds:4}\n" for name, seconds in sorted(costs.items())))
