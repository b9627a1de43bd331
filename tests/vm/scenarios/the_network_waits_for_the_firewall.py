# SPDX-License-Identifier: MIT
"""From the first moment of a boot no frame leaves that the policy does not name; without a plan none at all."""

from harness import wire
from harness.policy import policy

DEBIAN = LONG = True


def everything_can_be_seen(vm):
    """The control: without a stage all of it leaves."""
    vm.power_cycle()
    for text in (b"RAW eth0", b"GROUP", b"PEER", b"OTHER"):
        wire.await_left(vm, text)


def without_a_plan_nothing_leaves(vm):
    vm.sh(f"[ ! -e {wire.STAGE} ] && mkdir -pm 700 $(dirname {wire.STAGE}) && echo enforce >{wire.STAGE}")
    vm.power_cycle()
    wire.shouted(vm, "eth0")
    assert wire.left(vm, "lan") == [], wire.left(vm, "lan")[0]


def with_a_plan_only_what_it_names(vm):
    vm.start_agent(policy(network=wire.NETWORK))
    wire.await_peer(vm)
    vm.power_cycle()
    wire.await_peer(vm)
    wire.shouted(vm, "eth0")
    assert wire.strangers(vm) == [], wire.strangers(vm)[0]


def run(vm):
    vm.install_files()
    vm.sh("mkdir -m 711 /var/lib/sekimori")
    vm.put("/var/lib/sekimori/stage", "observe\n")
    wire.shout(vm)
    vm.sh(f"systemctl --root=/ --quiet enable {wire.FIREWALL}")
    vm.plug_blindly(wire.card("lan", wire.MAC))
    everything_can_be_seen(vm)
    without_a_plan_nothing_leaves(vm)
    with_a_plan_only_what_it_names(vm)
