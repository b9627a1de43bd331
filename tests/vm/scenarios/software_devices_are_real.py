# SPDX-License-Identifier: MIT
"""Our own descriptors make real devices: the composite's keyboard types, its disk reads and writes, a reset changes it."""

from harness.exposure import Exposure
from harness.fake_usb import FakeUsb

KERNEL_ONLY = True
KEYBOARD_ALONE = 52    # bytes of descriptors


def run(vm):
    exposure = Exposure(vm)
    composite = FakeUsb(vm, "COMPOSITE-1", "composite")
    exposure.await_window()
    exposure.assert_nothing()      # it, too, is denied until someone authorizes it

    vm.authorize_by_hand(composite)
    disk = vm.await_disk(composite)
    vm.sh(f"printf written | dd of={disk} bs=512 seek=9 conv=sync oflag=direct status=none &&"
          f"dd if={disk} bs=512 skip=9 count=1 iflag=direct status=none | grep -aq written")
    assert composite.types_into_guest()
    assert [each for each in exposure.found_of(composite) if each.kind == "block" and each.bytes >= 4096]
    composite.pull()

    shifter = FakeUsb(vm, "SHIFTER-1", "keyboard", "composite")
    before = vm.authorize_by_hand(shifter)
    assert shifter.types_into_guest()
    shifter.reset()
    vm.wait(f"[ $(wc -c <{before}/descriptors) -gt {KEYBOARD_ALONE} ]", what="the keyboard shows its other face")
    vm.assert_denied_by_kernel(shifter)
