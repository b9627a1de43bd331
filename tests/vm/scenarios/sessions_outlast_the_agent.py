# SPDX-License-Identifier: MIT
"""The agent is restarted, killed and upgraded while somebody sits there who came with a card: a stick that is theirs is read
without a gap, and pulling the card still ends the session."""

from harness import devices, media
from harness.card import Authority, Reader
from harness.desk import LOGIN, Console, Desk
from harness.policy import BASIC, allow

MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN = "135790"
RULES = [{"name": "staff", "users": ["group:town"], "require": ["card+pin"]}, *LOGIN["rules"][1:]]
RESTARTS = ("systemctl restart sekimorid", "systemctl kill -s KILL sekimorid", "systemctl stop sekimorid; systemctl start sekimorid")
LOG = "/var/lib/sekimori/audit/audit.jsonl"


def run(vm):
    authority = Authority(vm.directory)
    terms = {"module": MODULE, "map": "cn", "authorities": [authority.certificate.read_text()]}
    stick = devices.stick(size_mib=16)
    media.fill(vm, stick, letter="hello\n")
    desk = Desk(vm, login={**LOGIN, "card": {**terms, "removal": "lock"}, "rules": RULES},
                rules=[*BASIC, allow(stick, users=["group:town"])])
    desk.person("tanaka")
    reader, card = Reader(vm), authority.card("tanaka", PIN)
    reader.insert(card)
    vm.sh("systemctl start pcscd")
    console = Console(vm, 2, devices.keyboard())
    logs_in(console)
    vm.plug(stick)
    disk = vm.await_disk(stick)
    vm.wait(f"[ -b {disk}1 ]")
    vm.sh(f"mount -o ro {disk}1 /mnt && grep -qx hello /mnt/letter")

    for command in RESTARTS:
        agent = vm.agent_pid()
        vm.sh(command)
        vm.wait("systemctl is-active -q sekimorid && [ -S /run/sekimori/auth.sock ]")
        vm.wait("sekimori devices >/dev/null")
        assert vm.agent_pid() != agent, command
        vm.sh("echo 3 >/proc/sys/vm/drop_caches; grep -qx hello /mnt/letter")
        assert not vm.audit("device-revoked") and not vm.audit("session-closed"), command
        assert not vm.audit("card-removed") and not vm.audit("card-lost"), command
    vm.sh("umount /mnt")

    reader.pull()
    vm.wait(f"grep -q card-removed {LOG}", what="the card is still watched")
    console.await_prompt("login:")
    vm.wait(f"grep -q session-closed {LOG}")
    (opened,), (closed,) = vm.audit("session-opened"), vm.audit("session-closed")
    assert opened["session"] == closed["session"], (opened, closed)
    vm.wait(f"[ ! -e {disk} ]", what="the stick is theirs alone")

    # Pulled while no agent runs.
    reader.insert(card)
    logs_in(console)
    vm.sh("systemctl stop sekimorid")
    reader.pull()
    vm.sh("systemctl start sekimorid")
    vm.wait(f"[ $(grep -c card-removed {LOG}) = 2 ]")
    console.await_prompt("login:")


def logs_in(console):
    console.types("login:", "tanaka")
    console.enters_pin(PIN)
    console.await_prompt("[$]")
