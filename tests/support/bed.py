# SPDX-License-Identifier: MIT
"""A computer with USB ports, simulated with umockdev: bed.h in Python, for the flows and the demo.

Run under umockdev-wrapper, then:

    with Bed() as bed:
        stick = bed.plug(a_stick())        # "pci0000:00/0000:00:14.1/usb1/1-1", beneath /sys/devices
        bed.wait_bound(stick, 0)           # True once interface 0 has a driver
        bed.unplug(stick)

Start programs between `with` and the first plug() if they are to see it happen: they find the bed by $UMOCKDEV_DIR.
A small thread does what usbcore would do (drivers_probe binds, authorized=0 unbinds); see bed.h for what files cannot do.
"""

import contextlib
import ctypes
import os
import select
import shutil
import struct
import threading
import time

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

from programs import preloaded  # noqa: E402

IN_MODIFY = 2


def environment(*libraries):
    """For programs of ours that are to see the bed, with more libraries before umockdev's."""
    where = {"UMOCKDEV_DIR": GLib.getenv("UMOCKDEV_DIR") or ""}  # set behind Python's back
    return {**preloaded(*libraries, "libumockdev-preload.so.0"), **where}


class Hardware:
    """What a device answers: descriptors, strings, speed, and what the hardware database adds."""

    def __init__(self, vendor, product, klass=(0, 0, 0), name=None, manufacturer=None, serial=None, speed="480",
                 properties=()):
        self.strings = {"product": name, "manufacturer": manufacturer, "serial": serial}
        self.speed, self.properties = speed, properties
        self.head = struct.pack("<BBHBBBBHHHBBB", 18, 1, 0x200, *klass, 64, vendor, product, 0x100, 1, 2, 3)
        self.configurations = []

    def configuration(self, value=1):
        self.configurations.append((value, []))
        return self

    def interface(self, number, klass, *rest, setting=0, endpoints=()):
        """klass is (class, subclass, protocol); rest are descriptors behind it, without their length."""
        parts = [bytes([9, 4, number, setting, len(endpoints), *klass, 0])]
        parts += [bytes([len(r) + 1]) + bytes(r) for r in rest]
        parts += [struct.pack("<BBBBHB", 7, 5, *e) for e in endpoints]
        self.configurations[-1][1].append((number, klass, setting, b"".join(parts)))
        return self

    def descriptors(self):
        whole = self.head + bytes([len(self.configurations)])
        for value, interfaces in self.configurations:
            body = b"".join(i[3] for i in interfaces)
            numbers = len({i[0] for i in interfaces})
            whole += struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), numbers, value, 0, 0xA0, 50) + body
        return whole


BULK_PAIR = ((0x81, 2, 512, 0), (0x02, 2, 512, 0))
HID = (0x21, 0x11, 1, 0, 1, 0x22, 65, 0)


def a_keyboard():
    return (Hardware(0x046D, 0xC31C, name="USB Keyboard", manufacturer="Logitech", speed="1.5").configuration()
            .interface(0, (3, 1, 1), HID, endpoints=((0x81, 3, 8, 10),))
            .interface(1, (3, 0, 0), HID, endpoints=((0x82, 3, 4, 255),)))


def a_mouse():
    return (Hardware(0x046D, 0xC077, name="USB Optical Mouse", manufacturer="Logitech", speed="1.5").configuration()
            .interface(0, (3, 1, 2), HID, endpoints=((0x81, 3, 4, 10),)))


def a_hub():
    return (Hardware(0x05E3, 0x0608, klass=(9, 0, 1), name="USB2.0 Hub").configuration()
            .interface(0, (9, 0, 0), endpoints=((0x81, 3, 1, 12),)))


def a_stick(serial="E0D55EA573F5F3A0"):
    return (Hardware(0x0951, 0x1666, name="DataTraveler 3.0", manufacturer="Kingston", serial=serial).configuration()
            .interface(0, (8, 6, 0x50), endpoints=BULK_PAIR))


def a_card_reader():
    return (Hardware(0x04E6, 0x5814, name="SCR3500 A Contact Reader", manufacturer="Identiv",
                     serial="53312305700104", speed="12").configuration()
            .interface(0, (0x0B, 0, 0), bytes([0x21, 0x10, 1, 0, 7, 3]) + bytes(47), endpoints=BULK_PAIR))


def a_phone():
    """Vendor class, as Android does MTP; the hardware database knows it."""
    return (Hardware(0x18D1, 0x4EE1, name="Pixel", manufacturer="Google", serial="8A2X0L9NF",
                     properties=("ID_MTP_DEVICE=1",)).configuration()
            .interface(0, (0xFF, 0xFF, 0), endpoints=BULK_PAIR + ((0x83, 3, 28, 6),)))


def a_printer():
    return (Hardware(0x04F9, 0x0027, name="HL-2030 series", manufacturer="Brother", serial="L7J123456").configuration()
            .interface(0, (7, 1, 2), endpoints=BULK_PAIR))


def a_network_adapter():
    return (Hardware(0x0BDA, 0x8153, klass=(2, 0, 0), name="USB 10/100/1000 LAN", manufacturer="Realtek",
                     serial="000001").configuration()
            .interface(0, (2, 6, 0), (0x24, 0, 0x10, 1), endpoints=((0x83, 3, 16, 8),))
            .interface(1, (10, 0, 0))
            .interface(1, (10, 0, 0), setting=1, endpoints=BULK_PAIR))


def a_headset():
    return (Hardware(0x0D8C, 0x0014, name="USB Audio Device", manufacturer="C-Media Electronics Inc.",
                     speed="12").configuration()
            .interface(0, (1, 1, 0), (0x24, 1, 0, 1, 9, 0, 1, 1))
            .interface(1, (1, 2, 0))
            .interface(1, (1, 2, 0), (0x24, 1, 1, 1, 1, 0), setting=1, endpoints=((0x01, 9, 192, 1),))
            .interface(3, (3, 0, 0), HID, endpoints=((0x83, 3, 4, 2),)))


def a_bad_keyboard():
    """The ids and the name of a keyboard, and a stick inside."""
    return (Hardware(0x046D, 0xC31C, name="USB Keyboard", manufacturer="Logitech").configuration()
            .interface(0, (3, 1, 1), HID, endpoints=((0x83, 3, 8, 10),))
            .interface(1, (8, 6, 0x50), endpoints=BULK_PAIR))


def _write(path, content):
    with open(path, "wb") as f:
        f.write(content.encode() if isinstance(content, str) else content)
    os.chmod(path, 0o666)


def _first(*path):
    try:
        with open(os.path.join(*path), "rb") as f:
            return f.read(1)
    except OSError:
        return b""


# The drivers that are registered, by class; programs drive the classes that are not here.
DRIVERS = {"01": "snd-usb-audio", "02": "cdc_ether", "03": "usbhid", "07": "usblp", "08": "usb-storage", "09": "hub",
           "0a": "cdc_ether", "0e": "uvcvideo", "e0": "btusb", "ff": "ftdi_sio"}


class _Kernel(threading.Thread):
    """What usbcore does when somebody writes."""

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.changes = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.probes = {self.pipe(bus, "drivers_probe"): None}
        for driver in set(DRIVERS.values()):
            os.makedirs(os.path.join(bus, "drivers", driver))
            self.probes[self.pipe(bus, f"drivers/{driver}/bind")] = driver
        self.stopping, self.stop_end = os.pipe()
        self.watched = {}
        self.lock = threading.Lock()

    @staticmethod
    def pipe(bus, name):
        """A pipe: no name written to it is lost."""
        os.mkfifo(os.path.join(bus, name))
        os.chmod(os.path.join(bus, name), 0o666)
        return os.open(os.path.join(bus, name), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def watch(self, directory):
        wd = self.libc.inotify_add_watch(self.changes, os.path.join(directory, "authorized").encode(), IN_MODIFY)
        with self.lock:
            self.watched[wd] = directory

    def forget(self, directory):
        with self.lock:
            self.watched = {wd: d for wd, d in self.watched.items() if d != directory}

    def run(self):
        while True:
            ready, _, _ = select.select([self.changes, *self.probes, self.stopping], [], [])
            if self.stopping in ready:
                return
            with self.lock:
                if self.changes in ready:
                    self.read_changes()
                for probe in self.probes:
                    if probe in ready:
                        self.read_probe(probe)

    def read_changes(self):
        data, at = os.read(self.changes, 8192), 0
        while at < len(data):
            wd, _mask, _cookie, length = struct.unpack_from("iIII", data, at)
            at += 16 + length
            directory = self.watched.get(wd)
            if directory and _first(directory, "authorized") == b"1":
                _write(os.path.join(directory, "bConfigurationValue"), "1\n")
            elif directory:
                self.deauthorize(directory)

    @staticmethod
    def deauthorize(directory):
        for name in os.listdir(directory):
            if ":" in name:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(directory, name, "driver"))
                _write(os.path.join(directory, name, "authorized"), "0\n")
        _write(os.path.join(directory, "bConfigurationValue"), "")

    def read_probe(self, probe):
        text = os.read(probe, 4096).decode(errors="replace")
        for directory in self.watched.values():
            for name in os.listdir(directory):
                if ":" not in name or name not in text:
                    continue
                with open(os.path.join(directory, name, "bInterfaceClass"), encoding="ascii") as f:
                    driver = DRIVERS.get(f.read(2))
                if (driver and self.probes[probe] in (None, driver)
                        and _first(directory, "authorized") == _first(directory, name, "authorized") == b"1"):
                    with contextlib.suppress(FileExistsError):
                        os.symlink(f"subsystem/drivers/{driver}", os.path.join(directory, name, "driver"))

    def stop(self):
        os.write(self.stop_end, b"x")
        self.join()
        for fd in (self.changes, *self.probes, self.stopping, self.stop_end):
            os.close(fd)


class Bed:
    def __enter__(self):
        self.testbed = UMockdev.Testbed.new()
        if not UMockdev.in_mock_environment():
            raise SystemExit("run this under umockdev-wrapper")
        self.root = self.testbed.get_root_dir()
        os.chmod(self.root, 0o1777)  # started by root, the observer runs as somebody else
        for directory in ("devices", "bus/usb/devices", "bus/usb/drivers/usb", "module/usbcore/parameters"):
            os.makedirs(f"{self.root}/sys/{directory}")
        _write(f"{self.root}/sys/module/usbcore/parameters/authorized_default", "1\n")
        self.kernel = _Kernel(f"{self.root}/sys/bus/usb")
        self.kernel.start()
        self.addresses, self.ports = {}, {}
        self.usb1 = self.controller(1)
        return self

    def __exit__(self, *_):
        self.kernel.stop()
        del self.testbed

    def at(self, path, name=""):
        return f"{self.root}/sys/devices/{path}/{name}"

    def read(self, path, name):
        with open(self.at(path, name), encoding="utf-8", errors="surrogateescape") as f:
            return f.read().rstrip("\n")

    def _links(self, path):
        os.symlink("../" * (path.count("/") + 2) + "bus/usb", self.at(path, "subsystem"))
        os.symlink(f"../../../devices/{path}", f"{self.root}/sys/bus/usb/devices/{os.path.basename(path)}")

    def _make(self, path, hardware):
        bus = int(path.split("/usb")[1].split("/")[0])
        address = self.addresses[bus] = self.addresses.get(bus, 0) + 1
        os.makedirs(self.at(path))
        self._links(path)
        files = {"busnum": f"{bus}\n", "devnum": f"{address}\n", "speed": hardware.speed + "\n",
                 "descriptors": hardware.descriptors()}
        files.update({k: v + "\n" for k, v in hardware.strings.items() if v is not None})
        files["uevent"] = "\n".join((
            "MAJOR=189", f"MINOR={(bus - 1) * 128 + address - 1}", f"DEVNAME=bus/usb/{bus:03}/{address:03}",
            "DEVTYPE=usb_device", f"BUSNUM={bus:03}", f"DEVNUM={address:03}", *hardware.properties, ""))
        for name, content in files.items():
            _write(self.at(path, name), content)

    def controller(self, bus):
        """One more root hub, as an unconfigured kernel shows it."""
        path = f"pci0000:00/0000:00:14.{bus}/usb{bus}"
        hub = Hardware(0x1D6B, 2, klass=(9, 0, 1), name="xHCI Host Controller", serial=f"0000:00:14.{bus}")
        self._make(path, hub.configuration().interface(0, (9, 0, 0), endpoints=((0x81, 3, 4, 12),)))
        for name in ("authorized", "authorized_default", "interface_authorized_default", "bConfigurationValue"):
            _write(self.at(path, name), "1\n")
        self.announce(path, "add")
        return path

    def plug(self, hardware, hub=None, announce=True):
        """Into the next free port of a hub, or of usb1; returns the path beneath /sys/devices."""
        hub = hub or self.usb1
        port = self.ports[hub] = self.ports.get(hub, 0) + 1
        name = os.path.basename(hub)
        path = f"{hub}/{name[3:]}-{port}" if name.startswith("usb") else f"{hub}/{name}.{port}"
        self._make(path, hardware)
        value, interfaces = hardware.configurations[0]
        for number, klass, setting, _ in reversed(interfaces):  # the lowest setting of each number stays
            self._interface(f"{path}/{os.path.basename(path)}:{value}.{number}", number, klass, setting)
        _write(self.at(path, "bConfigurationValue"), "")
        root = path[:path.index("/", path.index("/usb") + 1)]
        _write(self.at(path, "authorized"), self.read(root, "authorized_default") + "\n")
        os.symlink("subsystem/drivers/usb", self.at(path, "driver"))
        self.kernel.watch(self.at(path))
        if announce:
            self.announce(path, "add")
        return path

    def _interface(self, path, number, klass, setting):
        if not os.path.isdir(self.at(path)):
            os.makedirs(self.at(path))
            self._links(path)
        for name, content in {"uevent": "DEVTYPE=usb_interface\n", "bInterfaceNumber": f"{number:02x}\n",
                              "bAlternateSetting": f"{setting:2d}\n", "bInterfaceClass": f"{klass[0]:02x}\n",
                              "bInterfaceSubClass": f"{klass[1]:02x}\n", "bInterfaceProtocol": f"{klass[2]:02x}\n",
                              "authorized": "0\n"}.items():
            _write(self.at(path, name), content)

    def hid(self, path, number, report):
        """What the kernel makes of an interface of the class HID, and shows of it, once a driver has it."""
        place = self.at(path, f"{os.path.basename(path)}:1.{number}/0003:1209:0C00.0001")
        os.makedirs(place)
        _write(f"{place}/report_descriptor", report)

    def unplug(self, path):
        os.unlink(f"{self.at(path)}/devnum")   # no file of it is left when the kernel announces that
        self.announce(path, "remove")
        self.kernel.forget(self.at(path))
        os.unlink(f"{self.root}/sys/bus/usb/devices/{os.path.basename(path)}")
        shutil.rmtree(self.at(path))

    def announce(self, path, action):
        self.testbed.uevent(f"/sys/devices/{path}", action)

    def authorized(self, path):
        return _first(self.at(path), "authorized") == b"1"

    def bound(self, path, number):
        """In use: by a driver, or, where programs drive its class, authorized."""
        interface = self.at(path, f"{os.path.basename(path)}:1.{number}")
        with open(f"{interface}/bInterfaceClass", encoding="ascii") as f:
            driver = f.read(2) in DRIVERS
        return os.path.islink(f"{interface}/driver") if driver else _first(interface, "authorized") == b"1"

    def wait(self, true, seconds=2.0):
        """Until `true()` is; False when it did not come to that."""
        deadline = time.monotonic() + seconds
        while not (found := true()) and time.monotonic() < deadline:
            time.sleep(0.001)
        return bool(found)

    def wait_bound(self, path, number, bound=True):
        return self.wait(lambda: self.bound(path, number) == bound)

    def wait_authorized(self, path, authorized=True):
        return self.wait(lambda: self.authorized(path) == authorized)
