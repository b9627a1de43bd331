# SPDX-License-Identifier: MIT
"""What root or a clerk holds open of a device ends when its rule goes: ENODEV at once, and 0 bytes more reach it. Plugged in
again, it is denied as any other."""

from harness import devices, keeper
from harness.desk import Console, Desk
from harness.fake_usb import FakeUsb
from harness.machine import TOOLS
from harness.policy import BASIC, allow, policy

CAMERA = {"name": "the section's camera", "match": {"bus": "usb", "id": "1209:0b04", "serial": "CAMERA-3"}, "action": "allow"}
NO_DEVICE = "No such device"


class Holder:
    """Somebody who has a node open, and goes on using it."""

    def __init__(self, vm, name, node, who="root"):
        self.vm, self.said = vm, f"/run/held-{name}"
        vm.sh(f"setsid runuser -u {who} -- {TOOLS}/held.py {node} >{self.said} 2>&1 &")
        self.pid = f"$(pgrep -n -u {who} -f 'held.py {node}$')"
        self.times = 0

    def heard(self):
        self.times += 1
        self.vm.wait(f"[ $(wc -l <{self.said}) -ge {self.times} ]", what=f"{self.said} has said something")
        return self.vm.sh(f"sed -n {self.times}p {self.said}").strip()

    def tries(self):
        self.vm.sh(f"kill -USR1 {self.pid}")
        return self.heard()


def taken(vm, fake):
    return int(vm.sh(f"cat /run/taken-{fake.serial} 2>/dev/null | wc -c"))


def run(vm):
    keeper.turn_on(vm)
    stick = devices.stick()
    desk = Desk(vm, rules=[*BASIC, allow(stick), CAMERA])
    desk.person("suzuki")
    console = Console(vm, 2, devices.keyboard())
    console.logs_in(desk, "suzuki")
    vm.wait("loginctl show-seat seat0 -p ActiveSession | grep -q =[0-9c]", what="suzuki sits at the desk")

    camera = FakeUsb(vm, "CAMERA-3", "camera")
    vm.plug(stick)
    vm.await_verdict("allow", camera, stick)
    vm.sh("udevadm settle")
    disk, node = vm.await_disk(stick), keeper.usb_node(vm, camera)
    root, clerk, reads = Holder(vm, "root", node), Holder(vm, "clerk", node, "suzuki"), Holder(vm, "disk", disk)
    assert [each.heard() for each in (root, clerk, reads)] == ["4096 bytes"] * 3
    before = taken(vm, camera)
    assert before == 2 * 4096, before

    vm.push(policy([*BASIC]))
    vm.wait("! grep -qxs CAMERA-3 /sys/bus/usb/devices/*/serial", what="the kernel has forgotten the camera")
    vm.await_verdict("deny", stick)
    assert root.tries() == NO_DEVICE and clerk.tries() == NO_DEVICE
    came = reads.tries()
    assert came in (NO_DEVICE, "Input/output error", "No such device or address", "0 bytes"), came
    assert taken(vm, camera) == before
    assert {each["serial"] for each in vm.audit("device-revoked")} == {"CAMERA-3", stick.serial}

    camera.pull()
    again = FakeUsb(vm, "CAMERA-3", "camera")
    vm.await_verdict("deny", again)
    assert vm.run(f"exec 3<>{keeper.usb_node(vm, again)}").status != 0
    assert taken(vm, again) == before
    vm.push(policy([*BASIC, CAMERA]))
    vm.await_verdict("allow", again)
