# SPDX-License-Identifier: MIT
"""What `sekimori status --json` said on terminals that only the test knows, as files in a folder."""

import datetime
import hashlib
import json
import os

NOW = datetime.datetime(2026, 12, 1, 9, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def answer(name, serial=13, days_left=120, hours_ago=1.0, seq=100, devices=(0, 0), logins=(0, 0), network=(0, 0), **more):
    """A terminal that is fine; `more` replaces members."""
    return {"version": "0.1", "hostname": name, "time": (NOW - datetime.timedelta(hours=hours_ago)).isoformat(),
            "uptime_s": 3600, "state": "in-force", "stage": "login", "note": "",
            "policy": {"serial": serial, "title": "標準", "days_left": days_left, "expired": days_left < 0},
            "observer": {"pid": 9, "settled": True}, "devices": {"present": 3, "authorized": 3, "denied": 0},
            "audit": {"healthy": True, "seq": seq, "hash": digest(f"{name} {seq}"), "key": digest(name)},
            "kernel": {"denies_by_default": True}, "highest_serial": serial, "login": {"ready": True, "people": 2},
            "refusals": {plane: dict(zip(("day", "week"), counts)) for plane, counts in
                         (("devices", devices), ("logins", logins), ("network", network)) if counts},
            **more}


def collect(folder, answers):
    """One file for each, called after the terminal: {name: an answer, or the file's own bytes}."""
    os.makedirs(folder, exist_ok=True)
    for name, said in answers.items():
        with open(os.path.join(folder, name + ".json"), "wb") as f:
            f.write(said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode())
    return folder
