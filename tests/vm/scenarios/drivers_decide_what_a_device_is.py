# SPDX-License-Identifier: MIT
"""A device that says keyboard, reader, hub, printer or sound card and has the ids of a disk or a network adapter gets
no driver of those, with a policy and sealed; nor does one that a driver takes later. What is honest works as before."""

from harness import keeper
from harness.fake_usb import FakeUsb
from harness.policy import BASIC, policy

PRINTERS = {"name": "printers", "match": {"bus": "usb", "interfaces": ["printer"]}, "action": "allow"}
SOUND = {"name": "sound", "match": {"bus": "usb", "interfaces": ["audio"]}, "action": "allow"}
DISKS = ("hid_disk", "card_disk", "hub_disk", "printer_disk", "audio_disk")
ADAPTERS = ("hid_adapter", "card_adapter")


def drivers(vm, fake):
    return vm.sh(f"ls -l {vm.path_of(fake)}:*/driver 2>/dev/null | sed 's/.*[/]//'").split()


def networks(vm):
    return set(vm.sh("ls /sys/class/net").split())


def is_nothing(vm, fake, before):
    vm.await_verdict("deny", fake)
    vm.sh("udevadm settle")
    assert not drivers(vm, fake), drivers(vm, fake)
    assert vm.sh(f"cat {vm.path_of(fake)}/authorized").strip() == "0"
    assert networks(vm) == before, networks(vm)
    assert vm.run(f"ls -d $(readlink -f {vm.path_of(fake)})/*/host*").status != 0, "a disk"
    fake.pull()


def records_name_the_driver(vm):
    found = {record["serial"].split("-", 1)[-1]: record.get("driver") for record in vm.audit("device-refused")}
    assert {found[shape] for shape in DISKS} == {"usb_storage"} and {found[shape] for shape in ADAPTERS} == {"cdc_subset"}, found


def the_ids_of_something_else(vm, case):
    before = networks(vm)
    for shape in (*DISKS, *ADAPTERS):
        is_nothing(vm, FakeUsb(vm, f"{case}-{shape}", shape), before)


def what_is_honest_works(vm, case):
    keyboard = FakeUsb(vm, f"{case}-KEYS", "keyboard")
    vm.await_verdict("allow", keyboard)
    assert keyboard.types_into_guest()
    assert drivers(vm, keyboard) == ["usbhid"]
    keyboard.pull()


def a_driver_that_comes_later(vm):
    reader = FakeUsb(vm, "READER-1", "unlisted_card_disk")
    vm.await_verdict("allow", reader)
    assert not drivers(vm, reader)
    assert vm.sh(f"cat {vm.path_of(reader)}:1.0/authorized").strip() == "1"
    vm.sh("modprobe usb-storage; echo 1209 0b06 >/sys/bus/usb/drivers/usb-storage/new_id")
    vm.wait("! grep -qxs READER-1 /sys/bus/usb/devices/*/serial", what="cut off, and forgotten by the kernel")
    vm.wait("grep -q usb-storage /var/lib/sekimori/audit/audit.jsonl", what="which driver it was is recorded")
    vm.sh("echo 1209 0b06 >/sys/bus/usb/drivers/usb-storage/remove_id")
    reader.pull()


def tables_that_cannot_be_read(vm):
    """A keyboard types all the same: it is bound by name. Nothing would hold a driver off a reader."""
    vm.sh("cd /lib/modules/$(uname -r) && mv modules.alias.bin modules.alias.bin.away; systemctl restart sekimorid")
    reader = FakeUsb(vm, "READER-2", "reader")
    vm.await_verdict("deny", reader)
    what_is_honest_works(vm, "UNREADABLE")
    vm.sh("cd /lib/modules/$(uname -r) && mv modules.alias.bin.away modules.alias.bin; systemctl restart sekimorid")
    reader.pull()


def a_driver_that_is_not_loaded_yet(vm):
    """udev loads it once the interface is there; until then the interface is held back."""
    vm.sh("modprobe -r ums_realtek uas usb_storage 2>/dev/null || :")
    vm.push(policy([*BASIC, {"name": "sticks", "match": {"bus": "usb", "interfaces": ["storage"]}, "action": "allow"}]))
    stick = FakeUsb(vm, "STICK-1", "disk")
    vm.await_verdict("allow", stick)
    vm.wait(f"ls -d $(readlink -f {vm.path_of(stick)})/*/host*", what="its disk")
    assert drivers(vm, stick) == ["usb-storage"]
    stick.pull()


def run(vm):
    keeper.turn_on(vm)
    vm.start_agent(sealed=True)
    the_ids_of_something_else(vm, "SEALED")
    records_name_the_driver(vm)
    what_is_honest_works(vm, "SEALED")
    vm.push(policy([*BASIC, PRINTERS, SOUND]))
    the_ids_of_something_else(vm, "RULES")
    a_driver_that_comes_later(vm)
    tables_that_cannot_be_read(vm)
    a_driver_that_is_not_loaded_yet(vm)
    what_is_honest_works(vm, "RULES")
