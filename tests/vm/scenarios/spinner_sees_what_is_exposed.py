# SPDX-License-Identifier: MIT
"""The witness of zero exposure can see: every kind of device is noticed once it is authorized by hand."""

from harness import devices
from harness.exposure import Exposure

KERNEL_ONLY = True
EXPECTED = {"stick": "block", "uas": "block", "bot": "block", "mtp": "claim", "net": "net", "tty": "tty",
            "audio": "sound"}


def run(vm):
    exposure = Exposure(vm)
    carriers = devices.every_carrier()
    vm.plug(*carriers)
    assert exposure.found() == []
    for device in carriers:
        vm.authorize_by_hand(device)

    exposure.await_window()
    found = exposure.found()
    for device in carriers:
        kind = EXPECTED[device.kind]
        mine = [each for each in found if each.serial == device.serial and each.kind == kind]
        assert mine, f"{device}: the spinner saw no {kind}"
        assert all(each.id == device.id for each in mine) and any(each.opens for each in mine), mine
        assert kind != "block" or all(each.bytes >= 4096 and each.writable_opens for each in mine), mine
