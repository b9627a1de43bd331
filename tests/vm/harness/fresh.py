# SPDX-License-Identifier: MIT
"""A Debian as it is installed, without the product: packages are installed, power is cut, it boots what its disk holds."""

import shutil
import subprocess

from .machine import GuestError
from .qemu import BOOT_TIMEOUT, Qemu
from .terminal import Terminal

# In mounts of its own, which go when it ends.
OFFLINE = """mount -o loop "$1" "$2"; mount -t proc proc "$2/proc"; mount -t devtmpfs dev "$2/dev"
chroot "$2" /bin/sh -c "$3"
"""


MANY_BOOTS = 1800   # seconds more than a scenario has that goes on from a snapshot


class Debian(Terminal):
    debs = property(lambda self: self.rig.release.debs)

    def _switch_on(self, rig, cold, extra):
        self.extra, self.boots = extra, 0
        self.arguments, self.initramfs = "", None   # what the kernel always gets; not the one that the disk holds
        self.deadline += MANY_BOOTS
        self.disk = self.directory / "disk.img"
        layer = rig.debian if cold else rig.debian_snapshot
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", layer.directory / "disk.img", self.disk], check=True)
        # What a restored machine knows of its disk must stay so: the disk is not mended, nor read.
        boot = rig.debian_boot(self.disk, self.directory) if cold else rig.debian_snapshot_boot()
        incoming = () if cold else ("-incoming", f"exec:cat {layer.directory / 'state'}")
        qemu = Qemu(boot, self.directory, self.disk, frozen=False, extra=(*extra, *incoming))
        if not cold:
            qemu.resume()
        return qemu

    def _binaries_install(self):
        """Only the tools: the product comes with install_debs, or install_files."""
        super()._binaries_install("usr/local/lib/vm")
        self._qmp("device_del", {"id": "binaries"})
        self.qmp.await_event("DEVICE_DELETED", device="binaries")
        self._qmp("blockdev-del", {"node-name": "binaries"})

    def install_files(self):
        """What `make install` installs, as it lies in the binaries' disk."""
        super()._binaries_install()

    def install_debs(self, *names, options=""):
        """apt installs these packages, as the workshop made them (PACKAGES = True), with no network."""
        self.sh("mkdir -p /root/debs")
        for name in names:
            (built,) = self.debs.glob(f"{name}_*.deb")
            self.put(f"/root/debs/{name}.deb", built.read_bytes())
        files = " ".join(f"/root/debs/{name}.deb" for name in names)
        return self.sh(f"DEBIAN_FRONTEND=noninteractive apt-get install -y {options} {files} 2>&1", timeout=BOOT_TIMEOUT)

    def reboot(self, orderly=False):
        self.power_cycle(orderly)

    def power_cycle(self, orderly=False, offline=None, arguments="", wait=True):
        """Off and on again, with everything that is plugged in there from the first moment on. `offline`: what is run
        in between, in the machine's own tree. The kernel gets these arguments too, for this time. `wait`: until the
        machine answers; else call await_up."""
        if orderly:
            self.run("systemctl --no-block poweroff")
            self.qmp.await_event("SHUTDOWN", timeout=BOOT_TIMEOUT)
        else:
            self.sh("sync")
        self.qemu.stop()
        self.boots += 1
        shutil.move(self.directory / "console.txt", self.directory / f"console-{self.boots}.txt")
        if offline:
            self._run_offline(offline)
        boot = self.rig.debian_boot(self.disk, self.directory, f"{self.arguments} {arguments}", self.initramfs)
        self.qemu = Qemu(boot, self.directory, self.disk, frozen=False, extra=(*self.extra, "-S"))
        for device in self.plugged:
            self._attach(device)
        self.qmp("cont")
        self.uevents_seen = []
        if wait:
            self.await_up()

    def _run_offline(self, script):
        """At this machine's speed: what takes minutes in emulation, as update-initramfs does, takes seconds here."""
        tree = self.directory / "tree"
        tree.mkdir()
        done = subprocess.run(["unshare", "-m", "sh", "-ec", OFFLINE, "offline", self.disk, tree, script],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        tree.rmdir()
        self.log(f"offline: {script}", f"[{done.returncode}] {done.stdout.rstrip()}")
        if done.returncode != 0:
            raise GuestError(f"'{script}' ended with {done.returncode}: {done.stdout.strip()}")

    def await_up(self):
        self.wait("true", timeout=BOOT_TIMEOUT)

    def console(self):
        """What the kernel, and whoever else writes to the first serial line, has said since the power came."""
        return (self.directory / "console.txt").read_text(errors="replace")
