# SPDX-License-Identifier: MIT
"""A keyboard and a mouse plugged in deliver events, also behind a hub, and also on a sealed terminal."""

from harness import devices
from harness.inputs import input_arrives


def run(vm):
    vm.sh("systemd-sysusers && systemctl start sekimorid.service")
    assert vm.status()["state"] == "sealed"
    sealed = devices.keyboard()
    vm.plug(sealed)
    assert input_arrives(vm, sealed, vm.type_key)
    vm.unplug(sealed)

    vm.start_agent()
    hub = devices.hub("1")
    vm.plug(hub)
    keyboard, mouse = devices.keyboard(port="1.1"), devices.mouse(port="2")
    vm.await_verdict("allow", hub)
    vm.plug(keyboard, mouse)
    assert input_arrives(vm, keyboard, vm.type_key)
    assert input_arrives(vm, mouse, vm.move_mouse)
