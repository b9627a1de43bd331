# SPDX-License-Identifier: MIT
"""Stopping, killing or uninstalling the agent leaves the kernel denying, on controllers old and new, and after a boot."""

from harness import devices
from harness.exposure import Exposure


def run(vm):
    exposure = Exposure(vm)
    vm.start_agent()
    plugged = []

    def still_denied():
        stick = devices.stick()
        vm.plug(stick)
        plugged.append(stick)
        exposure.await_window()
        vm.assert_denied_by_kernel(*plugged)
        exposure.assert_nothing()

    vm.sh("systemctl stop sekimorid.service")
    still_denied()
    vm.sh("systemctl start sekimorid.service; systemctl kill -s KILL sekimorid.service; systemctl stop sekimorid.service")
    still_denied()
    # Uninstalled, not purged: programs and units go, configuration stays.
    vm.sh("systemctl --root=/ --quiet disable sekimorid.service; rm -r /usr/lib/sekimori /usr/bin/sekimori"
          " /usr/lib/systemd/system/sekimorid.service && systemctl daemon-reload")
    vm.add_controller("late", spare_port=1)
    plugged.append(devices.phone(bus="late.0"))
    vm.plug(plugged[-1])
    still_denied()
    assert set(vm.sh("cat /sys/module/usbcore/parameters/authorized_default"
                     " /sys/bus/usb/devices/usb*/authorized_default").split()) == {"0"}
