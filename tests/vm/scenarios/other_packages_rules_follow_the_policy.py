# SPDX-License-Identifier: MIT
"""What other packages' udev rules do for a device is not done while it is denied, and done when a push lets it in."""

import time
from dataclasses import dataclass

from harness import devices, keeper, neighbours
from harness.machine import PATIENCE_S, TOOLS
from harness.policy import HUBS, policy

LONG = NEIGHBOURS = True
PROGRAM = f"{TOOLS}/usb_masks.py"
WATTMETER = "A8012345"      # the serial number by which upower knows one; QEMU's serial adapter has the other ids


@dataclass(frozen=True)
class Row:
    """A device that a package's rule is for. Shell conditions, of $path (in sysfs) and $node: `gives` says what somebody gets by
    it, which is so only while the device is let in; `says`, names and settings, which are no use to anybody else."""

    package: str
    id: str
    name: str       # of its class, in guest/usb_masks.py; none: WATTMETER
    gives: dict
    says: dict

    serial = property(lambda self: self.package.upper() if self.name else WATTMETER)
    kind = property(lambda self: self.package)


def is_named(name, node="$node"):
    return f"udevadm info -q property -n {node} | grep -qx {name}"


def is_the_seats(node="$node"):
    return f"udevadm info -q all -n {node} | grep -q '^E: CURRENT_TAGS=.*:uaccess:'"


def belongs_to(group):
    return f"[ \"$(stat -c '%a %G' $node)\" = '664 {group}' ]"


def runs(unit):
    return f"systemctl list-units --state=active --plain --no-legend '{unit}' | grep -q ."


def below(kind):
    return f"$(ls -d $path/*:*/{kind}/* | sed s,.*/,/dev/,)"


HIDRAW, TTY = below("*/hidraw"), below("tty*/tty")
UNITS = "ipp-usb.service", "printer.target", "usbmuxd.service", "configure-printer@*.service"
# By the rules 92-libccid, 60-fido-id, 69-libmtp, 60-libgphoto2, 60-libsane1 and 99-libsane1, 71-ipp-usb, 70-printers, 39-usbmuxd,
# 95-upower-hid, 80-mm-candidate and 95-upower-wup; systemd's 70-uaccess and 99-systemd go on from what these say.
ROWS = [
    Row("libccid", "04e6:5116", "smartcard", {}, {"control": "[ $(cat $path/power/control) = auto ]"}),
    Row("fido", "1050:0120", "security-key", {"hidraw": is_the_seats(HIDRAW)}, {"token": is_named("ID_FIDO_TOKEN=1", HIDRAW)}),
    Row("libmtp", "03f0:5c1d", "vendor", {"node": is_the_seats()},
        {"name": is_named("ID_MTP_DEVICE=1"), "link": "readlink -f /dev/libmtp-* | grep -qx $node"}),
    Row("libgphoto2", "1209:0b11", "camera", {"node": is_the_seats(), "group": belongs_to("plugdev")}, {"name": is_named("ID_GPHOTO2=1")}),
    Row("libsane", "03f0:0101", "vendor", {"node": is_the_seats(), "group": "getfacl -c $node | grep -qx group:scanner:rw-"},
        {"control": "[ $(cat $path/power/control) = on ]"}),
    Row("ipp-usb", "1209:0b12", "network-printer", {"group": belongs_to("lp"), "service": runs(UNITS[0]), "target": runs(UNITS[1])}, {}),
    Row("cups", "1209:0b13", "printer", {"group": belongs_to("lp"), "service": runs(UNITS[3])}, {}),
    Row("usbmuxd", "05ac:12a8", "vendor", {"owner": "[ $(stat -c %U $node) = usbmux ]", "service": runs(UNITS[2])},
        {"name": is_named("USBMUX_SUPPORTED=1")}),
    Row("upower", "051d:0002", "ups", {}, {"name": is_named("UPOWER_BATTERY_TYPE=ups")}),
    Row("modemmanager", "0403:6001", "", {"candidate": is_named("ID_MM_CANDIDATE=1", TTY), "upower": is_named("UP_MONITOR_TYPE=wup", TTY)}, {}),
]


def script(part):
    """Prints each condition that holds."""
    lines = []
    for row in ROWS:
        lines.append(f"path=$(grep -lxs {row.serial} /sys/bus/usb/devices/*/serial); path=${{path%/serial}};"
                     " node=$(sed -n s,^DEVNAME=,/dev/,p ${path:-/none}/uevent)")
        lines += [f"( {condition} ) >/dev/null && echo {row.package} {what}" for what, condition in getattr(row, part).items()]
    return "\n".join(["exec 2>/dev/null", *lines, "true"])


def all_of(part):
    return {f"{row.package} {what}" for row in ROWS for what in getattr(row, part)}


def await_all(vm, part, wanted):
    """Until just these hold."""
    end, ask = time.monotonic() + PATIENCE_S, script(part)
    while (found := set(vm.sh(ask).splitlines())) != wanted:
        assert time.monotonic() < end, f"{part}: not {sorted(wanted - found)}, yet {sorted(found - wanted)}"


def are_denied(vm):
    words = " ".join(f"{row.serial}:{row.id}:0100:{row.name}" for row in ROWS if row.name)
    vm.sh(f"setsid {PROGRAM} hold {words} >/run/masks 2>&1 & echo $! >/run/masks.pid")
    adapter = devices.serial_adapter(WATTMETER)
    vm.plug(adapter)
    vm.await_verdict("deny", *ROWS)
    vm.sh("udevadm settle")
    found = vm.sh(script("gives")).splitlines()
    assert not found, found
    return adapter


def are_pulled_out(vm, adapter):
    """The kernel has forgotten them; a port of vhci stays dead until its device is pulled out."""
    vm.sh("kill $(cat /run/masks.pid)")
    vm.unplug(adapter)
    vm.wait(f"! grep -qxsE '{'|'.join(row.serial for row in ROWS)}' /sys/bus/usb/devices/*/serial", what="they are gone")


def are_let_in(vm):
    vm.push(policy([HUBS, *({"name": row.package, "match": {"bus": "usb", "id": row.id, "serial": row.serial}, "action": "allow"} for row in ROWS)]))
    vm.await_verdict("allow", *ROWS)
    for part in ("gives", "says"):
        await_all(vm, part, all_of(part))


def configuration_is_left_alone(vm):
    """As usbmuxd sets it, once its rule has taken it away."""
    path = vm.path_of(next(row for row in ROWS if row.package == "usbmuxd"))
    vm.sh("udevadm settle")
    vm.wait(f"! grep -qx 1 {path}/bConfigurationValue", what="usbmuxd's rule has been there")
    vm.sh(f"echo 1 >{path}/bConfigurationValue && udevadm settle && grep -qx 1 {path}/bConfigurationValue")


def run(vm):
    neighbours.install(vm)
    keeper.turn_on(vm)
    vm.start_agent(policy([HUBS]))
    adapter = are_denied(vm)
    are_let_in(vm)
    configuration_is_left_alone(vm)
    # Services end by themselves when there is no device for them; ours stand still.
    vm.sh(f"systemctl stop {' '.join(repr(unit) for unit in UNITS)}")
    vm.push(policy([HUBS]))
    vm.await_verdict("deny", *ROWS)
    are_pulled_out(vm, adapter)
    are_denied(vm)
    are_let_in(vm)
