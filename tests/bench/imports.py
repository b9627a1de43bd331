#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A file of 10,000 tokens read by `enrol totp --import --check` and by Python's csv, and 1,000 enrolled. One JSON object of milliseconds.
usage: tests/bench/imports.py BUILD

"csv" is csv.DictReader within this process, without the start of an interpreter, which "python" has. What is read is looked
at each time: as many tokens, the same first and last. Enrolling is beside writing as many files and fdatasync(2) for each."""

import base64
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ["SEKIMORI_BUILD"] = sys.argv[1]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from login_bed import LoginBed  # noqa: E402
from programs import BUILD  # noqa: E402

ROUNDS = 21
TOKENS = 10_000
ENROLLED = 1_000
LOGIN = "login:\n  rules:\n    - {name: 職員, users: [\"group:staff\"], require: [password+totp]}\n"
READ = "import csv, sys; print(len(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))))"


def seed_of(i):
    return base64.b32encode(hashlib.sha256(str(i).encode()).digest()[:20]).decode()


def write_tokens(path, n):
    with open(path, "w", encoding="utf-8") as file:
        file.write("user,serial,secret\n")
        file.writelines(f"user{i:05},TK{i:08},{seed_of(i)}\n" for i in range(n))


def check(path):
    done = subprocess.run([f"{BUILD}/sekimori", "enrol", "totp", "--import", path, "--check", "--lang", "en"], stdout=subprocess.PIPE,
                          text=True, check=True)
    lines = done.stdout.splitlines()
    shown = [line for line in lines if line.startswith("user")]
    assert len(shown) == TOKENS and "TK00000000" in shown[0] and f"TK{TOKENS - 1:08}" in shown[-1] and f"{TOKENS} tokens" in lines[-1]


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == TOKENS and rows[-1]["secret"] == seed_of(TOKENS - 1)


def python(path):
    done = subprocess.run(["/usr/bin/python3", "-c", READ, path], stdout=subprocess.PIPE, text=True, check=True)
    assert int(done.stdout) == TOKENS


def synced(folder):
    for i in range(ENROLLED):
        fd = os.open(f"{folder}/{i}", os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(fd, b"x" * 256)
        os.fdatasync(fd)
        os.close(fd)


def enrol(bed, path):
    done = bed.sekimori("enrol", "totp", "--import", path, "--force", "--lang", "en", "--runtime-dir", f"{bed.place}/run", timeout=600)
    assert done.returncode == 0 and done.stdout.splitlines()[-1].startswith(f"{ENROLLED} tokens enrolled"), done.stdout + done.stderr
    assert len(os.listdir(f"{bed.place}/state/login/people")) == ENROLLED


def timed(what, *arguments):
    began = time.monotonic()
    what(*arguments)
    return (time.monotonic() - began) * 1e3


def main():
    took = {what: [] for what in ("check", "csv", "python", "enrol", "synced")}
    with tempfile.TemporaryDirectory() as scratch:
        path = f"{scratch}/tokens.csv"
        write_tokens(path, TOKENS)
        for _ in range(ROUNDS):
            for what in (check, read_csv, python):
                took[{"read_csv": "csv"}.get(what.__name__, what.__name__)].append(timed(what, path))
        write_tokens(path, ENROLLED)
        with LoginBed(LOGIN, people={"hanako": 5000}, groups={}, private=True) as bed:
            took["enrol"].append(timed(enrol, bed, path))
        os.mkdir(f"{scratch}/synced")
        took["synced"].append(timed(synced, f"{scratch}/synced"))
    print(json.dumps(took))


if __name__ == "__main__":
    main()
