# SPDX-License-Identifier: MIT
"""No node of a device that is denied or not judged opens, for root neither: 0 bytes reach it. Of an allowed one those of
its kind do, a reader's for root alone, and go with the rule; the way round a stick's disk does not."""

from harness import devices, keeper
from harness.desk import Console, Desk
from harness.fake_usb import FakeUsb
from harness.machine import TOOLS
from harness.policy import BASIC, allow, policy

CAMERA = {"name": "the section's camera", "match": {"bus": "usb", "id": "1209:0b04", "serial": "CAMERA-3"}, "action": "allow"}
REFUSED = "Operation not permitted"


def tries(vm, node, who="root"):
    """What each way to write to a device came to, for this person."""
    return dict(line.split(": ", 1) for line in vm.sh(f"runuser -u {who} -- {TOOLS}/usb_writes.py {node}").splitlines())


def taken(vm, fake):
    return int(vm.sh(f"cat /run/taken-{fake.serial} 2>/dev/null | wc -c"))


def is_refused(vm, fake, *people):
    node = keeper.usb_node(vm, fake)
    for who in people:
        for way, result in tries(vm, node, who).items():
            assert result in (REFUSED, "Permission denied"), (who, way, result)
    assert vm.run(f"exec 3<{node}").status != 0 and vm.run(f"exec 3>{node}").status != 0
    # /dev is not the only place for a node.
    assert vm.run(f"mknod /dev/ours c $(stat -c '0x%t 0x%T' {node}); exec 3<>/dev/ours").status != 0
    vm.sh("rm /dev/ours")
    assert taken(vm, fake) == 0, taken(vm, fake)


def opens(vm, node):
    return vm.run(f"exec 3<>{node}").status == 0


def of_a_reader(vm, reader):
    """pcscd opens the node as soon as udev tells it of the interface, and says nothing of a refusal."""
    vm.sh("systemctl start pcscd")
    vm.plug(reader)
    vm.await_verdict("allow", reader)
    node = keeper.usb_node(vm, reader)
    vm.wait(f"ls -l /proc/$(pidof pcscd)/fd | grep -q {node}$", what="pcscd has the reader")
    vm.unplug(reader)


def of_a_stick(vm, stick):
    vm.plug(stick)
    vm.await_verdict("allow", stick)
    disk = vm.await_disk(stick)
    vm.wait(f"exec 3<>{disk}", what="its disk")
    assert not opens(vm, keeper.usb_node(vm, stick))
    vm.unplug(stick)


def of_a_serial_adapter(vm, desk, adapter):
    vm.plug(adapter)
    vm.await_verdict("allow", adapter)
    path = vm.path_of(adapter)
    tty = "/dev/" + vm.wait(f"cd -P {path} && ls */*/tty 2>/dev/null || ls -d */ttyUSB* | xargs -n1 basename",
                            what="its tty").split()[-1]
    vm.wait(f"exec 3<>{tty}", what=f"{tty} opens")
    vm.push(policy(desk.rules))
    vm.wait(f"! grep -qxs {adapter.serial} /sys/bus/usb/devices/*/serial", what="the kernel has forgotten it")
    assert vm.run(f"[ -c {tty} ]").status != 0
    vm.unplug(adapter)


def run(vm):
    keeper.turn_on(vm)
    stick, adapter = devices.stick(), devices.serial_adapter()
    desk = Desk(vm, rules=[*BASIC, allow(stick), CAMERA])
    desk.person("suzuki")
    console = Console(vm, 2, devices.keyboard())
    console.logs_in(desk, "suzuki")
    vm.wait("loginctl show-seat seat0 -p ActiveSession | grep -q =[0-9c]", what="suzuki sits at the desk")
    assert opens(vm, "/dev/bus/usb/001/001"), "a root hub is the machine's own"

    camera = FakeUsb(vm, "CAMERA-1", "camera")
    vm.await_verdict("deny", camera)
    vm.sh("udevadm settle")
    is_refused(vm, camera, "suzuki", "root")
    assert vm.sh(f"stat -c '%a %U %G' {keeper.usb_node(vm, camera)}") == "600 root root\n"

    theirs = FakeUsb(vm, "CAMERA-3", "camera")
    vm.await_verdict("allow", theirs)
    vm.sh("udevadm settle")
    assert tries(vm, keeper.usb_node(vm, theirs), "suzuki")["by_control"] == "65536 bytes", "the seat has what it drives"

    reader = FakeUsb(vm, "READER-1", "reader")
    vm.await_verdict("allow", reader)
    vm.sh("udevadm settle")
    assert set(tries(vm, keeper.usb_node(vm, reader), "suzuki").values()) == {"Permission denied"}
    assert taken(vm, reader) == 0
    came = tries(vm, keeper.usb_node(vm, reader))    # pcscd is root, too
    assert set(came.values()) == {"65536 bytes"} and taken(vm, reader) == 2 * 65536, (came, taken(vm, reader))

    of_a_reader(vm, devices.card_reader())
    of_a_stick(vm, stick)
    desk.rules = [*BASIC]
    vm.push(policy([*desk.rules, allow(adapter)]))
    of_a_serial_adapter(vm, desk, adapter)

    # Nothing of ours runs: one that is there, and one that comes.
    keeper.kill_everything(vm)
    later = FakeUsb(vm, "CAMERA-2", "camera")
    for each in (camera, later):
        is_refused(vm, each, "suzuki", "root")
