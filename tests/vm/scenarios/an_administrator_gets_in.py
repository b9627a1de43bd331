# SPDX-License-Identifier: MIT
"""Clock at 1970 or 2099, disk full, no reader, no pcscd, half an upgrade, a policy that cannot be read: an administrator gets in,
and status says what to type."""

import re
import subprocess

from harness import desk
from harness.desk import PASSWORD, Desk, unseen
from harness.machine import GuestError

ADMINISTRATOR = "suzuki"
LOGIN = {**desk.LOGIN,
         "card": {"module": "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"},
         "rules": [{"name": "administrators", "users": ["root", "group:town"],
                    "require": ["card+pin", "password+totp", "password+recovery"]}]}


def codes_of(vm, name):
    said = vm.sh(f"sekimori enrol {name} recovery --lang en")
    return re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)


def certificate(name):
    """Of a card that nobody will ever put in."""
    return subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null",
                           "-subj", f"/CN={name}"], capture_output=True, check=True).stdout


def gets_in(at, codes, asked=("assword", "code")):
    """With the password and a code from the envelope."""
    script = [unseen(prompt, answer) for prompt, answer in zip(asked, (PASSWORD, codes.pop()))]
    status, screen = at.types(script, "runuser", "-u", "nobody", "--", "su", "-c", "id -un", ADMINISTRATOR)
    assert status == 0 and f"\n{ADMINISTRATOR}\r" in screen, (status, screen)


def says(vm, *words):
    """`sekimori status` has one line that begins with an exclamation mark and has all of these."""
    said = vm.sh("sekimori status --lang en")
    if not any(all(word in line for word in words) for line in said.splitlines() if line.startswith("  !")):
        raise GuestError(f"status does not say {words}: {said}")


def run(vm):
    at = Desk(vm, login=LOGIN)
    vm.sh(f"useradd -m -s /bin/sh -G town {ADMINISTRATOR} && echo '{ADMINISTRATOR}:{PASSWORD}' | chpasswd")
    codes = codes_of(vm, ADMINISTRATOR)

    gets_in(at, codes)
    assert "reader" not in vm.sh("sekimori status --lang en"), "nobody has a card"
    vm.put("/run/card.pem", certificate(ADMINISTRATOR))
    vm.sh(f"sekimori enrol {ADMINISTRATOR} card --certificate /run/card.pem")
    says(vm, "reader", "plug")

    vm.sh("systemctl mask --now pcscd.socket pcscd.service")
    gets_in(at, codes)
    says(vm, "pcscd")

    now = vm.sh("date +%s").strip()
    for year in (1970, 2099):
        vm.sh(f"date -u -s '{year}-06-01 12:00'")
        gets_in(at, codes)
        says(vm, "clock", "date")
        vm.sh("systemctl restart sekimorid")    # and after a boot with such a clock
        gets_in(at, codes)
        says(vm, "clock", "date")
    vm.sh(f"date -u -s @{now}")

    vm.run("dd if=/dev/zero of=/var/full bs=1M; dd if=/dev/zero of=/var/fuller bs=1k")
    gets_in(at, codes)
    says(vm, "df /var/lib/sekimori")
    vm.sh("systemctl restart sekimorid")
    gets_in(at, codes)
    says(vm, "df /var/lib/sekimori")
    vm.sh("rm /var/full*")

    # A tool of another version than the agent: what dpkg leaves when it is interrupted.
    version = vm.sh("sekimori --version").split()[1]
    vm.sh(f"cp -p /usr/bin/sekimori /root/ && sed -i 's/{re.escape(version)}/{re.sub('[0-9]', '9', version)}/g' /usr/bin/sekimori")
    gets_in(at, codes)
    says(vm, "dpkg --configure -a", "systemctl restart sekimorid")
    vm.sh("mv /root/sekimori /usr/bin/")

    vm.sh("for slot in $(find /var/lib/sekimori/policy -type f); do echo damaged >$slot; done && systemctl restart sekimorid")
    gets_in(at, codes, asked=("パスワード", "回復コード"))
    says(vm, "sekimori push")
