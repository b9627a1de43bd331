# SPDX-License-Identifier: MIT
"""A security key's hidraw opens for the clerk at the desk once its report descriptor was read; a key that is a keyboard,
too, is cut off. A signature pad's opens by a rule that names it, by no other, and whoever has it open loses it again."""

from harness import devices, keeper
from harness.desk import Console, Desk
from harness.fake_usb import FakeUsb
from harness.policy import BASIC, HUBS, policy

KEYS = {"name": "security keys", "match": {"bus": "usb", "interfaces": ["security-key"]}, "action": "allow"}
TYPING = {"name": "what types", "match": {"bus": "usb", "interfaces": ["hid-keyboard", "hid-mouse"]}, "action": "allow"}
PAD = {"name": "the pad", "match": {"bus": "usb", "id": "1209:0b08", "interfaces": ["hid"]}, "action": "allow"}
UDEV = 'SUBSYSTEM=="hidraw", ATTRS{idVendor}=="1209", ATTRS{idProduct}=="0b08", TAG+="uaccess"\n'


def hidraw(vm, fake):
    path = f"{vm.path_of(fake)}:1.0"
    node = "/dev/" + vm.wait(f"ls {path}/0003:*/hidraw", what=f"hidraw of {fake}").strip()
    vm.sh("udevadm settle")
    return node


def write(node, who):
    return f"runuser -u {who} -- sh -c 'printf %064d 0 >{node}'"


def taken(vm, fake):
    return int(vm.sh(f"cat /run/taken-{fake.serial} 2>/dev/null | wc -c"))


def is_refused(vm, fake, node):
    for who in ("suzuki", "root"):
        answer = vm.run(write(node, who))
        assert answer.status != 0 and "Operation not permitted" in answer.text, (who, answer.text)
    assert taken(vm, fake) == 0


def a_key_opens_for_the_clerk(vm):
    key = FakeUsb(vm, "KEY-1", "security_key")
    vm.await_verdict("allow", key)
    vm.wait(write(hidraw(vm, key), "suzuki"), what="the clerk reaches the key")
    assert taken(vm, key) > 0
    kinds = [record["kinds"] for record in vm.audit("device-allowed") if record["serial"] == key.serial]
    assert "security-key" in kinds[-1], kinds
    key.pull()


def a_key_that_types_is_cut_off(vm):
    liar = FakeUsb(vm, "KEY-2", "key_that_types")
    vm.await_verdict("deny", liar)
    vm.wait(f"[ $(cat {vm.path_of(liar)}/authorized) = 0 ]", what="cut off")
    assert vm.run(f"ls {vm.path_of(liar)}:1.0/0003:*/hidraw").status != 0
    record, = [record for record in vm.audit("device-revoked") if record["serial"] == liar.serial]
    assert (record["reason"], record["rule"]) == ("contradicted", KEYS["name"]), record
    assert taken(vm, liar) == 0
    liar.pull()


def by_a_rule_for_input_devices_it_stays_shut(vm):
    vm.push(policy(BASIC))
    key = FakeUsb(vm, "KEY-3", "security_key")
    vm.await_verdict("allow", key)
    is_refused(vm, key, hidraw(vm, key))
    key.pull()


def a_pad_opens_by_its_name(vm):
    vm.put("/etc/udev/rules.d/70-pad.rules", UDEV)
    vm.sh("udevadm control --reload")
    vm.push(policy([PAD, *BASIC]))
    pad = FakeUsb(vm, "PAD-1", "pad")
    vm.await_verdict("allow", pad)
    node = hidraw(vm, pad)
    is_refused(vm, pad, node)

    vm.push(policy([{**PAD, "nodes": ["hidraw"]}, *BASIC]))
    vm.wait(write(node, "suzuki"), what="the clerk reaches the pad")
    assert taken(vm, pad) > 0
    vm.sh(f"setsid sh -c 'exec 3<>{node}; while printf %064d 0 >&3; do sleep 0.1; done; touch /run/lost' >/run/held 2>&1 &")
    vm.wait("pgrep -f 'exec 3<>/dev/hidraw'", what="somebody has it open")

    vm.push(policy([PAD, *BASIC]))
    vm.wait("[ -e /run/lost ]", what="and loses it")
    vm.await_verdict("allow", pad)
    before = taken(vm, pad)
    answer = vm.run(write(hidraw(vm, pad), "root"))
    assert "Operation not permitted" in answer.text and taken(vm, pad) == before, answer.text


def run(vm):
    keeper.turn_on(vm)
    desk = Desk(vm, rules=[KEYS, TYPING, HUBS])
    desk.person("suzuki")
    console = Console(vm, 2, devices.keyboard())
    console.logs_in(desk, "suzuki")
    vm.wait("loginctl show-seat seat0 -p ActiveSession | grep -q =[0-9c]", what="suzuki sits at the desk")
    a_key_opens_for_the_clerk(vm)
    a_key_that_types_is_cut_off(vm)
    by_a_rule_for_input_devices_it_stays_shut(vm)
    a_pad_opens_by_its_name(vm)
