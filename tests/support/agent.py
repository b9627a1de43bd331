# SPDX-License-Identifier: MIT
"""A running sekimorid on a simulated computer (bed.py), with config/, state/ and run/ here, spoken to as an
administrator would. Needs a bed: without one it would take hold of this machine's USB."""

import json
import os
import subprocess

import bed
from programs import attempt, program, sekimori

KILLED, INTERRUPTED = -9, -2


class Agent:
    """`with Agent() as agent:` returns once it has judged everything present; nobody's agent outlives its block."""

    def __init__(self, preload=(), where=("config", "state", "run"), sekimorid=program("sekimorid"), **environment):
        config, state, self.runtime = where
        os.makedirs(self.runtime, mode=0o755, exist_ok=True)
        # Leaks are looked for by the tests inside: for LeakSanitizer the agent would have to be traceable.
        self.process = subprocess.Popen(
            [sekimorid, "--foreground", "--config-dir", config, "--state-dir", state, "--runtime-dir", self.runtime],
            env={**bed.environment(*preload), "ASAN_OPTIONS": "detect_leaks=0", **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        if self.process.stdout.readline() != b"ready\n":
            raise AssertionError(f"the agent did not start: {self.process.communicate()[1].decode()}")
        return self

    def __exit__(self, *_):
        if self.alive():
            self.process.kill()
            self.ended()

    def alive(self):
        return self.process.poll() is None

    def ended(self):
        """Its exit code, or KILLED, once it has ended. Not by a sanitizer's hand."""
        said = self.process.communicate(timeout=60)[1].decode()
        assert "Sanitizer" not in said and "runtime error" not in said, said
        return self.process.returncode

    def stop(self):
        self.process.terminate()
        return self.ended()

    def push(self, envelope):
        """(exit code, what was said)"""
        done = attempt("push", envelope, "--runtime-dir", self.runtime)
        return done.returncode, done.stdout + done.stderr

    def status(self):
        return json.loads(sekimori("status", "--json", "--runtime-dir", self.runtime))
