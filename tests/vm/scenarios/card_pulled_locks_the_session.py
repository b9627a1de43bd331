# SPDX-License-Identifier: MIT
"""Login at the console with card and PIN; pulling the card locks the session or ends it, one that is just beginning too, and
one that cannot be locked."""

from harness import devices
from harness.card import Authority, Reader
from harness.desk import LOGIN, Console, Desk

MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN = "135790"
RULES = [{"name": "staff", "users": ["group:town"], "require": ["card+pin"]}, *LOGIN["rules"][1:]]


def run(vm):
    authority = Authority(vm.directory)
    terms = {"module": MODULE, "map": "cn", "authorities": [authority.certificate.read_text()]}
    desk = Desk(vm, login={**LOGIN, "card": {**terms, "removal": "lock"}, "rules": RULES})
    desk.person("tanaka")
    reader, card = Reader(vm), authority.card("tanaka", PIN)
    reader.insert(card)
    vm.sh("systemctl start pcscd")
    vm.sh("busctl monitor --match \"type='signal',interface='org.freedesktop.login1.Session',member='Lock'\" >/run/locks 2>&1 &")
    vm.wait("grep -q Monitoring /run/locks")
    console = Console(vm, 2, devices.keyboard())
    vm.sh("cp /etc/pam.d/login /run/stack; sed -i 's/pam_systemd.so/& type=x11/' /etc/pam.d/login")  # as a desktop's

    logs_in(console, "0" * 6)
    vm.wait("grep -q login-refused /var/lib/sekimori/audit/audit.jsonl")
    assert card.pin.left == 2

    logs_in(console, PIN)
    console.await_prompt("[$]")
    reader.pull()
    vm.wait("grep -q Member=Lock /run/locks", what="the session is told to lock")
    (record,) = vm.audit("card-removed")
    assert record["user"] == "tanaka" and record["action"] == "lock", record
    console.types("[$]", "exit")

    vm.sh("cp /run/stack /etc/pam.d/login")    # a text console has nothing to lock
    reader.insert(card)
    logs_in(console, PIN)
    console.await_prompt("[$]")
    reader.pull()
    vm.wait("[ $(grep -c card-removed /var/lib/sekimori/audit/audit.jsonl) = 2 ]")
    console.await_prompt("login:")

    desk.push(card={**terms, "removal": "logout"}, rules=RULES)
    reader.insert(card)
    vm.sh("sed -i '2i session required pam_exec.so /run/slow' /etc/pam.d/login")    # before the session is ours
    vm.put("/run/slow", "#!/bin/sh\ntouch /run/opening\nuntil [ -e /run/pulled ]; do sleep 0.1; done\n", 0o755)
    logs_in(console, PIN)
    vm.wait("[ -e /run/opening ]")
    reader.pull()
    vm.wait("[ $(pgrep -c -r S,R,D sekimori-card) -le 1 ]", what="the helper that watched the card has told of it")
    assert len(vm.audit("session-opened")) == 2, "that was too late"
    vm.sh("touch /run/pulled")
    vm.wait("[ $(grep -c card-removed /var/lib/sekimori/audit/audit.jsonl) = 3 ]")
    console.await_prompt("login:")
    assert [r["action"] for r in vm.audit("card-removed")] == ["lock", "logout", "logout"]


def logs_in(console, pin):
    console.types("login:", "tanaka")
    # After a wrong one OpenSC 0.26 says that tries are few, and so does the question.
    console.enters_pin(pin, "Card PIN[^:]*:")
