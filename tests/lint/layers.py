# SPDX-License-Identifier: MIT
"""Who may include whom. Arrows point one way: base <- policy <- agent, base <- wire <- everyone at a socket."""
import re
import subprocess
import sys

# folder -> folders whose headers it may see, besides its own, policy/base and the system's
MAY_SEE = {
    "policy/base": set(),
    "policy": set(),
    "agent/wire": {"policy/facts.h"},  # libc and policy/base, and the shape of facts
    "agent/host": {"policy"},
    "agent/loop": set(),
    "agent/observer": {"agent/host", "agent/wire", "policy"},
    "agent/store": {"agent/host", "policy"},
    "agent/notify": {"agent/wire", "agent/loop", "policy"},
    "agent/audit": {"agent/host", "agent/notify", "policy"},
    "agent/enforce": {"agent/host", "agent/wire", "policy"},
    "agent/gate": {"agent/host", "agent/wire", "agent/loop", "agent/observer", "agent/enforce", "agent/audit",
                   "agent/store", "agent/notify", "policy"},
    "agent/control": {"agent/host", "agent/wire", "agent/loop", "agent/gate", "agent/enforce", "agent/audit",
                      "agent/store", "agent/auth", "agent/notify", "policy"},
    "agent/auth": {"agent/host", "agent/wire", "agent/loop", "agent/store", "agent/audit", "agent/notify", "policy"},
    "agent/card": {"agent/host", "agent/wire", "policy"},
    "agent/person": {"agent/host", "agent/wire"},
    "agent/desk": {"agent/host", "agent/wire", "agent/notify"},
    "agent/hid": {"agent/host", "agent/wire", "agent/observer", "agent/enforce", "policy"},
    "agent/rescue": {"agent/host", "agent/wire", "agent/store", "agent/auth", "agent/audit", "policy"},
    "agent/keeper": {"agent/host", "agent/wire", "agent/loop", "agent/store", "policy"},
    "pam_module": {"agent/wire"},
    "agent/setup": {"agent/host", "agent/notify", "agent/audit", "policy"},
    "agent/cli": {"agent/setup", "agent/host", "agent/wire", "agent/observer", "agent/audit", "agent/notify", "agent/control", "policy"},
    "agent": {"agent/" + f for f in "loop observer gate enforce audit control wire store host notify auth".split()} | {"policy"},
}
# One file of a folder, where the folder as a whole must stay closed.
EXCEPTIONS = {
    ("agent/cli/devices.c", "agent/control/element.h"),
    ("agent/cli/setup.h", "agent/store/slot.h"),
    ("agent/cli/setup.h", "agent/store/stage.h"),
    ("agent/cli/policy_check.c", "agent/store/store.h"),
    ("agent/cli/enrol.h", "agent/store/factors.h"),  # the shape of a token, and which names are fit
    ("agent/cli/enrol.c", "agent/auth/totp.h"),  # how a secret is written and read
    ("agent/cli/enrol_totp.c", "agent/auth/totp.h"),
    ("agent/cli/enrol_card.c", "agent/auth/certificate.h"),  # what a certificate is called
    ("agent/cli/seeds.c", "agent/auth/totp.h"),
    ("agent/cli/seeds.h", "agent/store/factors.h"),
}
ROOTS = ["policy", "agent", "pam_module"]


def folder(path):
    return path.rsplit("/", 1)[0]


def resolve(name, source, files):
    for candidate in [root + "/" + name for root in ROOTS] + [folder(source) + "/" + name]:
        if candidate in files:
            return candidate
    return None


def main():
    files = set(subprocess.run(["git", "ls-files", "policy", "agent", "pam_module"], capture_output=True, text=True,
                               check=True).stdout.split())
    wrong = []
    for source in sorted(f for f in files if f.endswith((".c", ".h"))):
        for line, text in enumerate(open(source, encoding="utf-8"), 1):
            match = re.match(r'#include "([^"]+)"', text)
            target = match and resolve(match[1], source, files)
            if not target:
                if match:
                    wrong.append(f"{source}:{line}: '{match[1]}' is not one of ours")
                continue
            here, there = folder(source), folder(target)
            allowed = MAY_SEE.get(here)
            if allowed is None:
                wrong.append(f"{source}:{line}: {here} has no place in the layering")
            elif here != there and there != "policy/base" and there not in allowed and target not in allowed \
                    and (source, target) not in EXCEPTIONS:
                wrong.append(f"{source}:{line}: {here} must not know {target}")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
