# SPDX-License-Identifier: MIT
"""pcscd is restarted twenty times with somebody's card in the reader: nobody is locked or logged out, and the card is watched
after that; where it stays away, the screen is locked once the policy's time is over, and a text console ended."""

from harness import devices
from harness.card import Authority, Reader
from harness.desk import LOGIN, Console, Desk

LONG = True
MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN = "135790"
RULES = [{"name": "staff", "users": ["group:town"], "require": ["card+pin"]}, *LOGIN["rules"][1:]]
LOG = "/var/lib/sekimori/audit/audit.jsonl"
WATCHERS = "grep -lx card-watch /proc/[0-9]*/task/[0-9]*/comm 2>/dev/null | cut -d/ -f3"     # the helpers that wait for a removal


def run(vm):
    authority = Authority(vm.directory)
    terms = {"module": MODULE, "map": "cn", "authorities": [authority.certificate.read_text()]}
    desk = Desk(vm, login={**LOGIN, "card": {**terms, "removal": "logout"}, "rules": RULES})
    desk.person("tanaka")
    reader, card = Reader(vm), authority.card("tanaka", PIN)
    reader.insert(card)
    vm.sh("systemctl start pcscd")
    console = Console(vm, 2, devices.keyboard())
    logs_in(console)

    for _ in range(20):
        before = watcher(vm)
        vm.sh("systemctl restart pcscd")
        watcher(vm, but=before)
        assert not vm.audit("card-removed") and not vm.audit("card-lost") and not vm.audit("session-closed")
    reader.pull()
    vm.wait(f"grep -q card-removed {LOG}")
    console.await_prompt("login:")
    assert vm.audit("card-removed")[0]["action"] == "logout"

    desk.push(card={**terms, "removal": "logout", "grace": "5s"}, rules=RULES)
    reader.insert(card)
    logs_in(console)
    watcher(vm)
    vm.sh("systemctl stop pcscd.socket pcscd.service")
    vm.wait(f"grep -q card-lost {LOG}")
    console.await_prompt("login:")
    assert len(vm.audit("card-removed")) == 1 and vm.audit("card-lost")[0]["action"] == "logout"


def watcher(vm, but="none"):
    """Another one than that, once it is there."""
    others = f"{WATCHERS} | grep -vx {but}"
    vm.wait(f'[ -n "$({others})" ]', what="the card is watched")
    return vm.sh(others).strip().splitlines()[0]


def logs_in(console):
    console.types("login:", "tanaka")
    console.enters_pin(PIN)
    console.await_prompt("[$]")
