# SPDX-License-Identifier: MIT
"""The terminal a scenario works with: plug devices, run things inside, wait for what must happen."""

import time

from .qemu import BOOT_TIMEOUT, Qemu

TOOLS = "/usr/local/lib/vm"     # our guest programs, from the binaries disk
# A node that will appear does so within 0.7 s of its device (measured by spinner_sees_what_is_exposed);
# "must not appear" waits three times as long.
APPEARANCE_S = 2.0
# How long to wait for what must happen. It costs nothing when it happens, and a busy host makes everything late.
PATIENCE_S = 180


class GuestError(Exception):
    """A command in the guest failed, or what was waited for did not happen."""


class Machine:
    def __init__(self, rig, directory, log, cold=False, extra=()):
        self.rig, self.directory = rig, directory
        self.log = log
        self.plugged = []
        self.uevents_seen = []
        self.deadline = time.monotonic() + 1800
        self.qemu = self._switch_on(rig, cold, extra)
        self.sh(f"date -u -s @{time.time():.3f}", timeout=BOOT_TIMEOUT)
        self._binaries_install()

    qmp = property(lambda self: self.qemu.qmp)

    def _switch_on(self, rig, cold, extra):
        disk = rig.clean_disk if cold else rig.warm_disk
        incoming = () if cold else ("-incoming", f"exec:cat {rig.state}")
        extra = [word.replace("{bzimage}", str(rig.bzimage)) for word in extra]
        qemu = Qemu(rig.boot(), self.directory, disk, extra=(*extra, *incoming))
        if not cold:
            qemu.resume()
        return qemu

    # ---- commands ------------------------------------------------------------------

    def run(self, script, timeout=PATIENCE_S):
        """Run a shell script in the guest; returns the reply, whatever its status."""
        timeout = max(0.1, min(timeout, self.deadline - time.monotonic()))
        reply = self.qemu.channel.run(script, timeout)
        self.log(f"$ {script}", f"[{reply.status}] {reply.text.rstrip()}")
        return reply

    def sh(self, script, timeout=PATIENCE_S):
        """Run a shell script that must succeed; returns its output."""
        reply = self.run(script, timeout)
        if reply.status != 0:
            raise GuestError(f"'{script}' ended with {reply.status}: {reply.text.strip()}")
        return reply.text

    def put(self, path, content, mode=0o644):
        self.log(f"put {path} ({len(content)} bytes)")
        self.qemu.channel.put(path, content.encode() if isinstance(content, str) else content, mode)

    def get(self, path):
        return self.qemu.channel.get(path)

    def wait(self, condition, timeout=PATIENCE_S, what=None):
        """Wait until a shell condition holds; returns the output it then had."""
        end = time.monotonic() + timeout
        while True:
            reply = self.qemu.channel.run(condition, timeout)
            if reply.status == 0:
                self.log(f"waited for: {condition}", reply.text.rstrip())
                return reply.text
            if time.monotonic() > end:
                raise GuestError(f"after {timeout} s still not: {what or condition} {reply.text.strip()}")

    def never(self, condition, seconds=APPEARANCE_S, what=None):
        """The condition must not hold at any moment from now until the window closes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            reply = self.qemu.channel.run(condition)
            if reply.status == 0:
                raise GuestError(f"this must not happen: {what or condition} {reply.text.strip()}")

    def uevents(self):
        """Every uevent of the kernel since the scenario began."""
        self.uevents_seen += self.qemu.channel.uevents()
        return self.uevents_seen

    # ---- devices -------------------------------------------------------------------

    def plug(self, *devices):
        """Plug devices in and wait until the kernel has enumerated each (which exposes nothing yet)."""
        for device in devices:
            self.plug_blindly(device)
        self.await_enumerated(*devices)

    def await_enumerated(self, *devices, timeout=PATIENCE_S):
        """Wait until the kernel knows each device, authorized or not."""
        serials = " ".join(device.serial for device in devices)
        self.wait(f"cd /sys/bus/usb/devices && for s in {serials}; do grep -qxs $s */serial || exit 1; done",
                  timeout, what=f"{serials} enumerated")

    def plug_blindly(self, device):
        """Plug a device in and wait for nothing."""
        for name, size_mib in device.files:
            with open(self.directory / name, "ab") as disk:    # what a scenario put there stays
                disk.truncate(size_mib << 20)
        self._attach(device)
        self.plugged.append(device)

    def _attach(self, device):
        for command, arguments in device.steps:
            self._qmp(command, arguments)

    def unplug(self, device):
        """Pull a device out and wait until QEMU has let go of it and the kernel of its directory."""
        self._qmp("device_del", {"id": device.name})
        self.qmp.await_event("DEVICE_DELETED", device=device.name)
        if device.files:
            self._qmp("blockdev-del", {"node-name": f"{device.name}-disk"})
        self.plugged.remove(device)
        self.wait(f"! grep -qxs {device.serial} /sys/bus/usb/devices/*/serial", what=f"{device} gone")

    def path_of(self, device, timeout=PATIENCE_S):
        """The device's sysfs directory, once the kernel has it."""
        found = self.wait(f"grep -lxs {device.serial} /sys/bus/usb/devices/*/serial",
                          timeout, what=f"{device} enumerated")
        return found.splitlines()[0].removesuffix("/serial")

    def home_of(self, device):
        """Where uevents place the device and all below it: its path beneath /sys, or None when it has left."""
        reply = self.run(f"readlink -f $(dirname $(grep -lxs {device.serial} /sys/bus/usb/devices/*/serial))")
        return reply.text.strip().removeprefix("/sys") + "/" if reply.status == 0 else None

    def add_controller(self, name, spare_port):
        """A USB controller appears: its bus is NAME.0."""
        self._qmp("device_add", {"driver": "qemu-xhci", "id": name, "bus": f"spare{spare_port}", "p2": 8, "p3": 8})

    def _qmp(self, command, arguments):
        arguments = _placed(arguments, str(self.directory))
        self.log(f"qmp {command} {arguments}")
        return self.qmp(command, arguments)

    # ---- input ---------------------------------------------------------------------

    def type_key(self, key="a"):
        """Press and release a key on the USB keyboard, as a QKeyCode."""
        self._send_input(*({"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}
                           for down in (True, False)))

    def move_mouse(self, x=5, y=5):
        self._send_input({"type": "rel", "data": {"axis": "x", "value": x}},
                         {"type": "rel", "data": {"axis": "y", "value": y}})

    def _send_input(self, *events):
        for event in events:
            self._qmp("input-send-event", {"events": [event]})

    # ---- life ----------------------------------------------------------------------

    def reboot(self, orderly=False):
        """Boot again with everything that is plugged in; not orderly is as after a power cut, and faster."""
        if orderly:
            self.run("systemctl --no-block reboot")
        else:
            self.sh("sync")   # a cut is about the product's state, not about our disk without a journal
            self._qmp("system_reset", {})
        self.qmp.await_event("RESET", timeout=BOOT_TIMEOUT)
        self.qemu.channel_open()
        self.uevents_seen = []
        self.wait("true", timeout=BOOT_TIMEOUT)

    def stop(self):
        self.qemu.stop()

    def _binaries_install(self, what="."):
        """The disk with this run's binaries is plugged in, and what of it is wanted is laid over the root."""
        self._qmp("blockdev-add", {"driver": "raw", "node-name": "binaries", "read-only": True,
                                   "file": {"driver": "file", "filename": str(self.rig.release.binaries), "locking": "off"}})
        self._qmp("device_add", {"driver": "virtio-blk-pci", "drive": "binaries", "id": "binaries",
                                 "bus": "spare0"})
        self.wait("[ -b /dev/vdb ]")
        self.sh("mount -o ro /dev/vdb /mnt && cd /mnt && cp -a --parents --no-preserve=ownership "
                f"{what} / && cd / && umount /mnt")


def _placed(value, directory):
    """{directory} in any string stands for the machine's own directory on the host."""
    if isinstance(value, dict):
        return {key: _placed(each, directory) for key, each in value.items()}
    return value.replace("{directory}", directory) if isinstance(value, str) else value
