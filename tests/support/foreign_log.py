# SPDX-License-Identifier: MIT
"""An audit log that is written from docs/PROTOCOL.md alone, with openssl and hashlib: nothing of ours has a part in
it."""

import base64
import hashlib
import json
import subprocess

NAMES = ["DataTraveler", '"type":"checkpoint"', "納税課 3号", "\\x1b[2J", 'a","prev":"b', "*?[x]", "$(id)", "%s%n"]


class Terminal:
    def __init__(self, folder):
        self.key, self.pub = folder + "/terminal.key", folder + "/terminal.pub"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key)
        openssl("pkey", "-in", self.key, "-pubout", "-out", self.pub)
        der = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        self.id = hashlib.sha256(der).hexdigest()

    def sign(self, seq, over):
        message = f"sekimori-checkpoint-v1\n{seq}\n{over}\n".encode()
        return base64.b64encode(openssl("dgst", "-sha256", "-sign", self.key, stdin=message)).decode()


def openssl(*args, stdin=b""):
    return subprocess.run(["openssl", *args], input=stdin, capture_output=True, check=True).stdout


def write(terminal, records, every=20, name=None, pruned=0, begin=()):
    """The lines of a log, behind those that are there to begin with."""
    lines, prev = list(begin), hashlib.sha256(begin[-1].encode()).hexdigest() if begin else "0" * 64
    for seq in range(len(lines) + 1, records + 1):
        record = {"seq": seq, "time": "2026-12-01T09:00:00.000+09:00", "boot": "0" * 32}
        if seq % every == 0:
            record |= {"type": "checkpoint", "policy": 12, "over": prev, "key": terminal.id,
                       "sig": terminal.sign(seq, prev)}
        elif seq == pruned + 10 and pruned:
            record |= {"type": "log-pruned", "policy": 12, "file": "audit-000000000001.jsonl", "first": 1,
                       "last": pruned, "digest": hashlib.sha256(lines[pruned - 1].encode()).hexdigest(), "reason": "age"}
        elif seq == 33:  # as version 0.4.0 wrote it: the host of a session was never named
            record |= {"type": "session-opened", "policy": 12, "user": "tanaka", "service": "sshd", "tty": "ssh", "rhost": None,
                       "seat": "", "session": "4"}
        else:
            record |= {"type": "device-refused", "policy": 12, "name": name or NAMES[seq % len(NAMES)], "user": None,
                       "kinds": ["storage"]}
        record["prev"] = prev
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
        prev = hashlib.sha256(lines[-1].encode()).hexdigest()
    return lines
