# SPDX-License-Identifier: MIT
"""Observing lets everything work and says what it would have done; enforcing cuts off at once; and back; illegible enforces."""

from harness import devices, paths
from harness.inputs import input_arrives

STATE = "/var/lib/sekimori"
ASK = "cd /run && python3 -c 'import stages, sys; print(*stages.ask_for_stage(\"/run/sekimori\", stage=sys.argv[1]))' "
PARAMETER = "/sys/module/usbcore/parameters/authorized_default"


def stage(vm, name):
    said = vm.sh(ASK + name)
    assert said.startswith("0 "), said


def works(vm, stick):
    """The kernel made a disk of it by itself, and it takes and gives data."""
    disk = vm.await_disk(stick)
    vm.sh(f"echo kept | dd of={disk} bs=512 count=1 conv=sync,fsync 2>/dev/null && head -c 4 {disk} | grep -qx kept")


def types(vm, keyboard):
    vm.await_driver(keyboard)
    assert input_arrives(vm, keyboard, vm.type_key)


def switches(vm):
    return vm.sh(f"cat {PARAMETER}; cat /sys/bus/usb/devices/usb*/authorized_default | sort -u;"
                 " cat /sys/bus/usb/devices/usb*/interface_authorized_default | sort -u").split()


def observe_from_the_start(vm, keyboard, stick):
    """This machine's kernel denies from its command line: what it held back must come to life all the same."""
    assert switches(vm)[0] == "0"
    vm.plug(keyboard, stick)
    vm.sh(f"install -d -m 711 {STATE} && echo observe >{STATE}/stage")
    vm.start_agent()
    vm.await_verdict("deny", stick)
    assert switches(vm) == ["-1", "1", "1"]
    works(vm, stick)
    types(vm, keyboard)
    (would,) = [r for r in vm.audit("device-refused") if r["serial"] == stick.serial and r["policy"] == 1]
    assert would["observed"] is True
    vm.sh("sekimori audit show --lang en | grep -qF 'Would be refused (it was not)'")


def enforce(vm, keyboard, stick):
    stage(vm, "devices")
    vm.assert_denied_by_kernel(stick)       # when it is answered, it is done
    (cut,) = [r for r in vm.audit("device-revoked") if r["serial"] == stick.serial]
    assert "observed" not in cut
    assert switches(vm) == ["0", "0", "0"]
    types(vm, keyboard)
    another = devices.stick()
    vm.add_controller("while-enforcing", spare_port=1)
    late = devices.stick(bus="while-enforcing.0")
    vm.plug(another, late)
    vm.await_verdict("deny", another, late)
    vm.assert_denied_by_kernel(another, late)
    vm.never("ls /dev/sd* 2>/dev/null", what="a disk")
    return [stick, another, late]


def open_again(vm, keyboard, sticks):
    stage(vm, "observe")
    assert switches(vm) == ["-1", "1", "1"]
    for stick in sticks:
        works(vm, stick)
    vm.add_controller("while-observing", spare_port=2)
    late = devices.stick(bus="while-observing.0")
    vm.plug(late)
    works(vm, late)
    types(vm, keyboard)


def an_illegible_stage(vm, stick):
    vm.sh(f"printf observe >{STATE}/stage && systemctl restart sekimorid.service")
    vm.await_verdict("deny", stick)
    vm.assert_denied_by_kernel(stick)
    vm.sh("sekimori status --lang en | grep -q 'the stage cannot be read, so everything is enforced'")


def without_an_agent(vm, keyboard, stick):
    """sekimorid --early: the way back where nothing else answers, and denial before an agent runs."""
    vm.sh("systemctl stop sekimorid.service")
    vm.sh(f"echo observe >{STATE}/stage && /usr/sbin/sekimorid --early && [ ! -e /run/modprobe.d/sekimori.conf ]")
    assert switches(vm) == ["-1", "1", "1"]
    works(vm, stick)
    types(vm, keyboard)
    vm.sh(f"echo devices >{STATE}/stage && /usr/sbin/sekimorid --early")
    vm.sh("grep -qx 'options usbcore authorized_default=0' /run/modprobe.d/sekimori.conf")
    assert switches(vm) == ["0", "0", "1"], "interfaces are left to whoever authorizes a keyboard now"
    other, carrier = devices.keyboard(), devices.stick()
    vm.plug(other, carrier)
    vm.assert_denied_by_kernel(other, carrier)
    vm.authorize_by_hand(other)
    vm.await_driver(other)
    vm.sh("modprobe -r vhci_hcd && modprobe vhci_hcd")      # a controller that comes now denies too
    assert switches(vm) == ["0", "0", "1"]


def run(vm):
    keyboard, stick = devices.keyboard(), devices.stick()
    vm.put("/run/stages.py", (paths.ROOT / "tests/support/stages.py").read_text())
    observe_from_the_start(vm, keyboard, stick)
    open_again(vm, keyboard, enforce(vm, keyboard, stick))
    an_illegible_stage(vm, stick)
    without_an_agent(vm, keyboard, stick)
    vm.sh(f"sekimori audit verify --state-dir {STATE} --pub {STATE}/audit/terminal.pub")
