# SPDX-License-Identifier: MIT
"""The observer is nobody: no capability, no root, seccomp; killed or sending garbage it is replaced and nothing is missed."""

from harness import devices
from harness.exposure import Exposure

OBSERVER = "/usr/lib/sekimori/sekimori-observer"
GARBAGE = "#!/usr/bin/python3\nimport os\nos.write(3, os.urandom(100))\nos.read(3, 1)\n"


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    vm.wait("pgrep -x sekimori-observ")
    status = dict(line.split(":", 1) for line in vm.sh("cat /proc/$(pgrep -x sekimori-observ)/status").splitlines())
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == int(status["CapBnd"], 16) == 0, status
    assert status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1"
    user = vm.sh("id -u sekimori").strip()
    assert set(status["Uid"].split()) == {user} and user != "0"
    assert vm.run("runuser -u sekimori -- cat /etc/shadow").status != 0
    assert vm.run("runuser -u sekimori -- sh -c 'echo 1 >/sys/bus/usb/devices/usb1/authorized_default'").status != 0

    before = vm.sh("pgrep -x sekimori-observ")
    vm.sh("pkill -KILL -x sekimori-observ")
    keyboard, stick = devices.keyboard(), devices.stick()
    vm.plug(keyboard, stick)
    vm.await_verdict("allow", keyboard)
    vm.await_verdict("deny", stick)
    assert vm.sh("pgrep -x sekimori-observ") != before

    # One that lies in every byte: the gate goes on, lets nobody in, and recovers once a sound one starts.
    vm.put("/run/garbage", GARBAGE, 0o755)
    vm.sh(f"mount --bind /run/garbage {OBSERVER}; pkill -KILL -x sekimori-observ")
    vm.wait("[ $(grep -c observer-lost /var/lib/sekimori/audit/audit.jsonl) -ge 4 ]", what="garbage refused again and again")
    mouse, other = devices.mouse(), devices.stick()
    vm.plug(mouse, other)
    assert vm.status()["policy"]["serial"] == 1
    vm.sh(f"umount {OBSERVER}")
    vm.await_verdict("allow", mouse)
    vm.await_verdict("deny", other)
    exposure.await_window()
    vm.assert_denied_by_kernel(stick, other)
    exposure.assert_nothing(but_drivers=["usbhid"])
