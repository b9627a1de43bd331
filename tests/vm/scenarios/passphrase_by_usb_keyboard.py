# SPDX-License-Identifier: MIT
"""The passphrase of a disk is typed in the initramfs on a USB keyboard, plugged in late too; a keyboard that is more stays shut out."""

import time

from harness import devices
from harness.devices import Device

DEBIAN = LONG = True
PASSPHRASE = "sesame"
KEYSTROKE_S = 0.05


def run(vm):
    disk = Device("disk", "", "", "data", (
        ("blockdev-add", {"driver": "raw", "node-name": "data-disk", "file": {"driver": "file", "filename": "{directory}/data.img"}}),
        ("device_add", {"driver": "virtio-blk-pci", "drive": "data-disk", "id": "data", "bus": "spare1", "serial": "DATA"})),
        (("data.img", 32),))
    vm.install_files()
    vm.sh("mkdir -m 711 /var/lib/sekimori")
    vm.put("/var/lib/sekimori/stage", "devices\n")
    vm.plug_blindly(disk)
    vm.wait("[ -b /dev/disk/by-id/virtio-DATA ]")
    vm.sh(f"printf {PASSPHRASE} | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "
          "/dev/disk/by-id/virtio-DATA -", timeout=120)
    vm.put("/etc/crypttab", "data /dev/disk/by-id/virtio-DATA none luks,initramfs\n")
    # Open while the initramfs is made, and made in the machine: Debian's hook looks at the volume. What it can do without
    # stays out, because each of its hooks takes many seconds in emulation.
    vm.sh(f"printf {PASSPHRASE} | cryptsetup open --key-file - /dev/disk/by-id/virtio-DATA data", timeout=120)
    vm.sh("cd /usr/share/initramfs-tools/hooks && chmod -x cryptgnupg* cryptkeyctl cryptopensc cryptpassdev cryptroot-unlock fsck "
          "keymap resume thermal")
    vm.sh("systemctl --root=/ --quiet enable sekimorid && update-initramfs -u", timeout=900)

    keyboard, stick = devices.keyboard(), devices.stick()
    vm.plug_blindly(stick)
    vm.power_cycle(arguments="console=tty0 loglevel=7", wait=False)
    await_console(vm, "Device is not authorized for usage")
    vm.plug_blindly(keyboard)      # only now
    await_console(vm, "input: QEMU QEMU USB Keyboard")
    unlock(vm)
    log = vm.sh("dmesg")
    assert "USB Mass Storage device detected" not in log, log
    vm.assert_denied_by_kernel(stick)


def await_console(vm, words, seconds=200):
    end = time.monotonic() + seconds
    while words not in vm.console():
        assert time.monotonic() < end, f"'{words}' never came"
        time.sleep(0.1)


def unlock(vm):
    """The prompt itself cannot be seen from outside: type until the machine goes on."""
    end = time.monotonic() + 200
    while time.monotonic() < end:
        for key in [*PASSPHRASE, "ret"]:
            vm.type_key(key)
            time.sleep(KEYSTROKE_S)
        try:
            if vm.qemu.channel.run("[ -b /dev/mapper/data ]", 20).status == 0:
                return
        except TimeoutError:
            pass
    raise AssertionError("the volume was never opened")
