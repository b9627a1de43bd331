# SPDX-License-Identifier: MIT
"""Which scenarios, or programs of tests/screens, run in a gate, and in which order: it follows from the number of commits,
so that ten gates in a row cover all. Knows nothing of each but its name and what it cost when it was measured."""

import subprocess
import threading
import time
import zlib

from . import paths, rootfs

TURNS = 10
SEED = 175      # of the hash: the ten take about as long as each other
UNMEASURED_S = 60
COSTS = paths.HERE / "costs.txt"


def commit_count():
    return int(subprocess.run(["git", "-C", paths.ROOT, "rev-list", "--count", "HEAD"], check=True, capture_output=True, text=True).stdout)


def measured(costs=COSTS):
    """{scenario: seconds}"""
    return {name: float(seconds) for name, seconds in (line.split() for line in rootfs.words(costs))}


def turn_of(name):
    """Its own, whichever others come and go."""
    return zlib.crc32(f"{name} {SEED}".encode()) % TURNS


class Schedule:
    """Scenarios to take, one after the other. With a count: those whose turn it is, whatever they take, and then those of
    the next turns as long as they end in time; else all. Long ones first: nothing waits for the last of them at the end."""

    def __init__(self, scenarios, started, count=None, minutes=0, costs=COSTS):
        self.costs, self.started, self.count, self.end_s = measured(costs), started, count, minutes * 60
        self.lock, self.expected_s, self.taken_s = threading.Lock(), 0, 0
        self.waiting = sorted(scenarios, key=lambda each: (self._turns_until(each), -self._cost(each)))

    def _cost(self, each):
        return self.costs.get(each.name, UNMEASURED_S)

    def _turns_until(self, each):
        return 0 if self.count is None else (turn_of(each.name) - self.count) % TURNS

    def _fits(self, each):
        """On a machine that has been so much slower until now than the one that was measured."""
        slower = max(1, self.taken_s / self.expected_s) if self.expected_s else 1
        return time.monotonic() - self.started + self._cost(each) * slower <= self.end_s

    def take(self):
        """The next one, or None when no more is to be begun."""
        with self.lock:
            for each in self.waiting:
                if self._turns_until(each) == 0 or self._fits(each):
                    self.waiting.remove(each)
                    return each
        return None

    def took(self, each, seconds):
        with self.lock:
            self.expected_s += self._cost(each)
            self.taken_s += seconds
