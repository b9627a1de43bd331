# SPDX-License-Identifier: MIT
"""The programs that were built, and the environment they start in. Knows no simulated computer: that is bed.py."""

import os
import subprocess

BUILD = os.path.abspath(os.environ.get("SEKIMORI_BUILD", "build/release"))
# A locale that says nothing of a language: whoever runs the tests may have a Japanese one, or none.
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="")
CLEAN = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "OPENSSL_CONF")}


def program(name):
    return os.path.join(BUILD, name)


def sanitizers():
    """A sanitizer's library must come before any other that is preloaded."""
    names = ("libasan.so", "libubsan.so") if "asan" in os.path.basename(BUILD) else ()
    return [subprocess.run(["gcc", f"-print-file-name={n}"], capture_output=True, text=True, check=True).stdout.strip()
            for n in names]


SANITIZERS = sanitizers()


def preloaded(*libraries):
    """An environment in which our programs see these, too."""
    return {**CLEAN, "LD_PRELOAD": ":".join([*SANITIZERS, *libraries])}


def attempt_of(name, *words):
    """Run one of the programs, however it ends; none of what this process was preloaded with is in its way."""
    return subprocess.run([program(name), *map(str, words)], capture_output=True, text=True, env=CLEAN,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def attempt(*words):
    """Run the admin tool, however it ends."""
    return attempt_of("sekimori", *words)


def sekimori(*words):
    """What it prints; it must succeed."""
    done = attempt(*words)
    assert done.returncode == 0, f"{words}: {done.returncode}: {done.stderr}"
    return done.stdout
