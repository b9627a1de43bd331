# SPDX-License-Identifier: MIT
"""A fresh Debian boots the initramfs that its own update-initramfs has written, and finds what was plugged in before."""

from harness import devices

KERNEL_ONLY = True
DEBIAN = True
OPEN = ("-1", "1")      # Debian 12 (wired ones), 13 (all)
HOOK = """#!/bin/sh
[ "$1" != prereqs ] || exit 0
mkdir -p $DESTDIR/etc/modprobe.d
echo options usbcore authorized_default=0 >$DESTDIR/etc/modprobe.d/denial.conf
"""


def run(vm):
    stick = devices.stick()
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() in OPEN
    vm.plug(stick)
    vm.await_disk(stick)

    vm.put("/etc/initramfs-tools/hooks/denial", HOOK, 0o755)
    vm.power_cycle(offline="update-initramfs -u")
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() == "0"
    vm.await_enumerated(stick)
    vm.assert_denied_by_kernel(stick)

    vm.power_cycle(orderly=True, offline="rm /etc/initramfs-tools/hooks/denial && update-initramfs -u")
    vm.await_disk(stick)
