# SPDX-License-Identifier: MIT
"""Does what a person does on a keyboard or mouse arrive in the guest?"""

from .machine import PATIENCE_S

# Reads one event of an input node; the node is open before anything is sent.
LISTEN = """rm -f /run/%(node)s.open /run/%(node)s.got
(exec </dev/input/%(node)s; touch /run/%(node)s.open; exec timeout %(timeout)d head -c 24 >/run/%(node)s.got) \
    >/dev/null 2>&1 &"""


def input_nodes(vm, device, timeout=PATIENCE_S):
    """The device's event nodes, once there is one."""
    path = vm.path_of(device)
    found = vm.wait(f"cd -P {path} && find . -path '*/input/input*/event*' -name 'event*' -prune | grep .",
                    timeout, what=f"an input node of {device}")
    return [line.rsplit("/", 1)[1] for line in found.split()]


def input_arrives(vm, device, send, timeout=PATIENCE_S):
    """Call `send`, which types or moves, and wait until one of the device's nodes delivers an event."""
    nodes = input_nodes(vm, device, timeout)
    for node in nodes:
        vm.sh(LISTEN % {"node": node, "timeout": timeout})
        vm.wait(f"[ -e /run/{node}.open ]")
    send()
    vm.wait(" || ".join(f"[ -s /run/{node}.got ]" for node in nodes), timeout, what=f"input from {device}")
    return True
