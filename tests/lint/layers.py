# SPDX-License-Identifier: MIT
"""Who may include whom. Arrows point one way: base <- policy <- lib <- daemon, and lib <- each other program."""
import collections
import re
import subprocess
import sys

POLICY = {"policy/" + room for room in ("decision", "language", "signature", "review")}


def lib(rooms):
    return {"agent/lib/" + room for room in rooms.split()}


def daemon(rooms):
    return {"agent/daemon/" + room for room in rooms.split()}


# folder -> folders (or single headers) that it may see, besides its own, policy/base and the system's
MAY_SEE = {
    "policy/base": set(),
    "policy/decision": set(),
    "policy/signature": {"policy/decision"},
    "policy/language": {"policy/decision", "policy/signature"},
    "policy/review": POLICY,
    # libc and policy/base, the shape of facts, and the kinds of nodes that an order names
    "agent/lib/wire": {"policy/decision/facts.h", "policy/decision/drivers.h", "policy/decision/network.h"},
    "agent/lib/host": POLICY,
    "agent/lib/loop": lib("wire/socket.h"),  # who is at the other end of a source
    "agent/lib/text": {"agent/lib/wire/notice.h"} | POLICY,  # the shape of a notice
    "agent/lib/helper": lib("host wire"),
    "agent/daemon/store": lib("host") | POLICY,
    "agent/daemon/notify": lib("host wire loop text") | POLICY,
    "agent/daemon/audit": lib("host text wire/network_event.h") | POLICY,
    "agent/daemon/state": lib("host") | daemon("store audit") | POLICY,
    "agent/daemon/network": lib("host wire loop") | daemon("audit store state") | POLICY,
    "agent/daemon/enforce": lib("host wire") | POLICY,
    "agent/daemon/gate": lib("host wire loop text helper") | daemon("enforce audit store notify state") | POLICY,
    "agent/daemon/auth": lib("host wire loop text") | daemon("store audit state") | POLICY,
    "agent/daemon/control": lib("host wire loop text") | daemon("gate enforce audit store auth network notify state") | POLICY,
    "agent/daemon": lib("host wire loop helper") | daemon("gate enforce audit control network store notify auth state") | POLICY,
    "agent/observer": lib("host wire helper") | POLICY,
    "agent/card": lib("host wire helper/begin.h") | POLICY,
    "agent/person": lib("host wire helper/begin.h"),
    "agent/seeds": lib("host wire text helper/begin.h") | POLICY,
    "agent/stacks": lib("host wire helper/begin.h"),
    "agent/network": lib("host loop wire") | {"agent/network/netlink"} | POLICY,
    "agent/network/netlink": POLICY,
    "agent/notifier": lib("host wire text"),
    "agent/hid": lib("host wire") | daemon("enforce") | {"agent/observer"} | POLICY,
    "agent/emergency": lib("host wire") | daemon("store auth audit") | POLICY,
    "agent/keeper": lib("host wire loop") | daemon("store") | {"agent/keeper/system"} | POLICY,
    "agent/keeper/system": lib("host") | POLICY,
    "pam_module": lib("wire") | {"policy/decision/pam_service.h"},
}
# One room of the tool sees the others: `status` counts what `audit` reads, `media` edits what `policy` signs.
CLI = ["agent/cli"] + ["agent/cli/" + room for room in ("policy", "media", "factors", "fleet", "audit", "network", "setup", "status")]
for cli in CLI:
    MAY_SEE[cli] = set(CLI) | lib("host wire text helper") | daemon("audit control/parcel.h control/token.h") | POLICY
# One file of a folder, where the folder as a whole must stay closed.
EXCEPTIONS = {
    ("agent/cli/status/devices.c", "agent/daemon/control/element.h"),
    ("agent/cli/status/whatif.c", "agent/daemon/control/element.h"),
    ("agent/cli/setup/setup.h", "agent/daemon/store/slot.h"),
    ("agent/cli/setup/setup.h", "agent/daemon/store/stage.h"),
    ("agent/cli/policy/policy_check.c", "agent/daemon/store/store.h"),
    ("agent/cli/factors/enrol.h", "agent/daemon/store/factors.h"),  # the shape of a token, and which names are fit
    ("agent/cli/factors/enrol.c", "agent/daemon/auth/totp.h"),  # how a secret is written and read
    ("agent/cli/factors/enrol_totp.c", "agent/daemon/auth/totp.h"),
    ("agent/cli/factors/enrol_card.c", "agent/daemon/auth/certificate.h"),  # what a certificate is called
    ("agent/cli/factors/seeds.h", "agent/daemon/store/factors.h"),
}
ROOTS = ["policy", "agent/lib", "agent/daemon", "agent", "pam_module"]
FILES_MAX = 25  # C files of one folder; beside the rooms of the tool 15


def folder(path):
    return path.rsplit("/", 1)[0]


def resolve(name, files):
    return next((path for root in ROOTS if (path := f"{root}/{name}") in files), None)


def crowded(files):
    """Folders with more C files than one looks through; and tests that mirror no folder of the sources."""
    inside = collections.Counter(folder(f) for f in files if f.endswith(".c"))
    most = {"agent/cli": 15}
    tests = set(subprocess.run(["git", "ls-files", "tests/unit/*.c"], capture_output=True, text=True, check=True).stdout.split())
    rooms = {folder(f) for f in files}
    return [f"{where}: {n} C files, at most {most.get(where, FILES_MAX)}" for where, n in inside.items() if n > most.get(where, FILES_MAX)] + \
           [f"{test}: there is no {room}/" for test in sorted(tests) if (room := folder(test)[len("tests/unit/"):]) and room not in rooms]


def sources():
    return set(subprocess.run(["git", "ls-files", "policy", "agent", "pam_module"], capture_output=True, text=True, check=True).stdout.split())


def includes(files):
    """(source, line, what is named, the file that is: None where it is not one of ours)"""
    for source in sorted(f for f in files if f.endswith((".c", ".h"))):
        with open(source, encoding="utf-8") as lines:
            for line, text in enumerate(lines, 1):
                if match := re.match(r'#include "([^"]+)"', text):
                    yield source, line, match[1], resolve(match[1], files)


def main():
    files, wrong = sources(), []
    for source, line, name, target in includes(files):
        if not target:
            wrong.append(f"{source}:{line}: '{name}' is not one of ours")
            continue
        here, there = folder(source), folder(target)
        allowed = MAY_SEE.get(here)
        if allowed is None:
            wrong.append(f"{source}:{line}: {here} has no place in the layering")
        elif here != there and there != "policy/base" and there not in allowed and target not in allowed and (source, target) not in EXCEPTIONS:
            wrong.append(f"{source}:{line}: {here} must not know {target}")
    wrong += crowded(files)
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
