# SPDX-License-Identifier: MIT
"""The rig: everything that is the same for every scenario, built once and kept while its inputs stay the same."""

import hashlib
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import image, kernel, paths, rootfs
from .qemu import BOOT_TIMEOUT, Qemu

GUEST = paths.GUEST_SOURCES
# Drivers are loaded before the snapshot: a driver that is ready is the worst case for whoever denies.
DRIVERS = ("usbhid", "usb-storage", "uas", "sd_mod", "sg", "cdc_ether", "cdc_subset", "rndis_host",
           "ftdi_sio", "snd-usb-audio", "evdev")


class Layer:
    """One step of the build, in its own directory, with a hash of all that went into it."""

    def __init__(self, name, build, inputs, below=()):
        self.name = name
        self.build = build
        self.below = below
        self.directory = paths.RIG / name
        self.stamp = self.directory / "inputs.sha256"
        digest = hashlib.sha256()
        for path in inputs:
            digest.update(f"{path.relative_to(paths.HERE)}\0".encode() + path.read_bytes())
        for layer in below:
            digest.update(layer.key.encode())
        self.key = digest.hexdigest()

    def is_current(self):
        return self.stamp.exists() and self.stamp.read_text() == self.key

    def ensure(self, say):
        if self.is_current():
            return
        started = time.monotonic()
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.build(self.directory, self._runner())
        self.stamp.write_text(self.key)
        say(f"built   {self.name:<34}{time.monotonic() - started:6.1f} s")

    def _runner(self):
        log_path = self.directory / "build.txt"

        def run(command, stdout=subprocess.PIPE, **options):
            command = [str(word) for word in command]
            with open(log_path, "a") as log:
                log.write(f"$ {' '.join(command)}\n")
                log.flush()
                try:
                    return subprocess.run(command, check=True, text=True, stdout=stdout, stderr=log, **options).stdout
                except subprocess.CalledProcessError as error:
                    raise RuntimeError(f"{command[0]} failed, see {log_path}") from error
        return run


def files_below(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


class Rig:
    def __init__(self, say=print):
        self.say = say
        harness = paths.HERE / "harness"
        self.rootfs = Layer("rootfs", self._build_rootfs, [GUEST / "packages.txt", harness / "rootfs.py"])
        self.kernel = Layer("kernel", self._build_kernel, [harness / "kernel.py"])
        self.image = Layer(
            "image", self._build_image,
            [GUEST / "modules.txt", GUEST / "masked-units.txt", GUEST / "disabled-units.txt", GUEST / "channel.c", GUEST / "initramfs-init",
             harness / "image.py", *files_below(GUEST / "root")],
            below=(self.rootfs, self.kernel))
        self.snapshot = Layer("snapshot", self._build_snapshot, [harness / "qemu.py", harness / "rig.py"],
                              below=(self.image,))

    vmlinux = property(lambda self: self.kernel.directory / "vmlinux")
    initramfs = property(lambda self: self.image.directory / "initramfs")
    clean_disk = property(lambda self: self.image.directory / "disk.img")     # never booted
    warm_disk = property(lambda self: self.snapshot.directory / "disk.img")   # as it was at the snapshot
    state = property(lambda self: self.snapshot.directory / "state")

    def ensure(self):
        """Build what is missing or out of date."""
        with ThreadPoolExecutor(2) as together:
            for done in [together.submit(layer.ensure, self.say) for layer in (self.rootfs, self.kernel)]:
                done.result()
        self.image.ensure(self.say)
        self.snapshot.ensure(self.say)

    def _build_rootfs(self, directory, run):
        rootfs.build(run, rootfs.words(GUEST / "packages.txt"), directory / "rootfs.tar")

    def _build_kernel(self, directory, run):
        release = kernel.fetch(run, kernel.package_name(run), directory)
        (directory / "release").write_text(release)

    def _build_image(self, directory, run):
        release = (self.kernel.directory / "release").read_text()
        image.initramfs_build(run, self.kernel.directory, release, directory / "initramfs")
        image.disk_build(run, self.rootfs.directory / "rootfs.tar", self.kernel.directory, release,
                         directory / "disk.img")

    def _build_snapshot(self, directory, run):
        run(["cp", "--sparse=always", "--reflink=auto", self.clean_disk, self.warm_disk])
        qemu = Qemu(self, directory, self.warm_disk, frozen=False)
        try:
            booted = qemu.channel.run(
                f"systemctl is-system-running --wait; modprobe -a {' '.join(DRIVERS)}; udevadm settle;"
                "systemctl --failed --no-legend; sync", timeout=BOOT_TIMEOUT)
            (directory / "boot.txt").write_text(booted.text)
            if not booted.text.startswith("running\n"):
                raise RuntimeError(f"the guest did not boot cleanly, see {directory}/boot.txt")
            qemu.snapshot(self.state)
        finally:
            qemu.stop()
