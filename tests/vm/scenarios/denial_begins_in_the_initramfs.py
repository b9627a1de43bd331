# SPDX-License-Identifier: MIT
"""A stick that is there at power-on is never configured, from the first driver in the initramfs on; while observing it is."""

from harness import devices

DEBIAN = True
CONFIGURED = ("USB Mass Storage device detected", "Attached SCSI")


def run(vm):
    stick, keyboard = devices.stick(), devices.keyboard()
    vm.install_files()
    vm.sh("mkdir -m 711 /var/lib/sekimori")
    vm.put("/var/lib/sekimori/stage", "observe\n")
    vm.plug(stick)
    vm.power_cycle(offline="systemctl enable sekimorid && update-initramfs -u")
    vm.await_disk(stick)
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() != "0"

    vm.put("/var/lib/sekimori/stage", "devices\n")
    vm.plug(keyboard)
    vm.power_cycle(offline="update-initramfs -u")
    log = vm.sh("dmesg")
    assert not any(words in log for words in CONFIGURED), log
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() == "0"
    vm.assert_denied_by_kernel(stick)
    assert "input: QEMU QEMU USB Keyboard" in log, "it was let in before the system began"
    began = stamp(log, "systemd[1]: systemd 2")
    assert stamp(log, "Device is not authorized for usage") < began
    assert stamp(log, "input: QEMU QEMU USB Keyboard") < began

    # The agent judges again what the initramfs let in.
    vm.await_verdict("allow", keyboard, timeout=300)
    vm.await_verdict("deny", stick)
    vm.assert_denied_by_kernel(stick)


def stamp(log, words):
    """When the kernel logged this, in seconds since its start."""
    line = next(line for line in log.splitlines() if words in line)
    return float(line.split("]")[0].strip("[ "))
