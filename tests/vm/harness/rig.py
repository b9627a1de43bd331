# SPDX-License-Identifier: MIT
"""The rig: everything that is the same for every scenario on one release of Debian, built once and kept while its inputs
stay the same."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from . import binaries, debian, image, kernel, layer, paths, rootfs
from .layer import Layer
from .qemu import BOOT_TIMEOUT, PLAIN_ARGUMENTS, PROGRAM, Boot, Qemu, clock_argument

GUEST = paths.GUEST_SOURCES
# Drivers are loaded before the snapshot: a driver that is ready is the worst case for whoever denies.
DRIVERS = ("usbhid", "usb-storage", "uas", "sd_mod", "sg", "cdc_ether", "cdc_subset", "rndis_host",
           "ftdi_sio", "snd-usb-audio", "evdev")


def files_below(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


class Rig:
    def __init__(self, release, say=print, with_roots=False):
        self.release, self.say = release, say
        self.debian_packages = debian.package_lists(release, with_roots)
        kind = "debian-roots" if with_roots else "debian"
        harness = paths.HERE / "harness"
        # What one QEMU has written down, another may not understand; nor does its clock go on at another machine's speed.
        emulator = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout + clock_argument()[:-4]
        made = [paths.SUPPORT / "archive.py", harness / "rootfs.py"]
        self.rootfs = Layer(release, "rootfs", self._build_rootfs, [GUEST / "packages.txt", *made])
        self.kernel = Layer(release, "kernel", self._build_kernel, [harness / "kernel.py", *made])
        self.workshop = Layer(release, "workshop", self._build_workshop, [*binaries.INPUTS, *made])
        self.image = Layer(
            release, "image", self._build_image,
            [GUEST / "modules.txt", GUEST / "masked-units.txt", GUEST / "disabled-units.txt", GUEST / "channel.c", GUEST / "initramfs-init",
             harness / "image.py", *files_below(GUEST / "root")],
            below=(self.rootfs, self.kernel))
        self.snapshot = Layer(release, "snapshot", self._build_snapshot, [harness / "qemu.py", harness / "tsc.c", harness / "rig.py"],
                              below=(self.image,), made_with=emulator)
        self.debian = Layer(
            release, kind, self._build_debian,
            [*self.debian_packages, debian.MASKED_UNITS, GUEST / "channel.c", harness / "debian.py", *made,
             *files_below(debian.FILES), *files_below(GUEST / "root/etc/systemd")])
        self.debian_snapshot = Layer(release, f"{kind}-snapshot", self._build_debian_snapshot,
                                     [harness / "qemu.py", harness / "tsc.c", harness / "rig.py"], below=(self.debian,), made_with=emulator)

    vmlinux = property(lambda self: self.kernel.directory / "vmlinux")
    bzimage = property(lambda self: next((self.kernel.directory / "root/boot").glob("vmlinuz-*")))
    initramfs = property(lambda self: self.image.directory / "initramfs")
    clean_disk = property(lambda self: self.image.directory / "disk.img")     # never booted
    warm_disk = property(lambda self: self.snapshot.directory / "disk.img")   # as it was at the snapshot
    state = property(lambda self: self.snapshot.directory / "state")

    def ensure(self, with_debian=False):
        """Build what is missing or out of date."""
        with ThreadPoolExecutor(2) as together:
            for done in [together.submit(each.ensure, self.say) for each in (self.rootfs, self.kernel, self.workshop)]:
                done.result()
        self.image.ensure(self.say)
        self.snapshot.ensure(self.say)
        if with_debian:
            self.debian.ensure(self.say)
            self.debian_snapshot.ensure(self.say)
        layer.forget_unused(self.release.cache)

    def boot(self):
        """What the machines of most scenarios start from."""
        return Boot(self.vmlinux, self.initramfs)

    def debian_boot(self, disk, directory, more_arguments="", initramfs=None):
        """What this disk of a Debian starts from now."""
        if not initramfs:
            initramfs = directory / "initrd"
            debian.initramfs_take(disk, (self.debian.directory / "release").read_text(), initramfs)
        return Boot(self.debian.directory / "vmlinux", initramfs, f"{PLAIN_ARGUMENTS} {more_arguments}")

    def debian_snapshot_boot(self):
        return Boot(self.debian.directory / "vmlinux", self.debian_snapshot.directory / "initrd", PLAIN_ARGUMENTS)

    def _build_rootfs(self, directory, run):
        rootfs.build(run, self.release.suite, rootfs.words(GUEST / "packages.txt"), directory / "rootfs.tar")

    def _build_kernel(self, directory, run):
        (directory / "release").write_text(kernel.fetch(run, self.release.suite, directory))

    def _build_workshop(self, directory, run):
        binaries.workshop_build(run, self.release.suite, directory / "tree")

    def _build_image(self, directory, run):
        release = (self.kernel.directory / "release").read_text()
        image.initramfs_build(run, self.kernel.directory, release, directory / "initramfs")
        image.disk_build(run, self.rootfs.directory / "rootfs.tar", self.kernel.directory, release,
                         directory / "disk.img")

    def _build_snapshot(self, directory, run):
        run(["cp", "--sparse=always", "--reflink=auto", self.clean_disk, directory / "disk.img"])
        _snapshot(self.boot(), directory, f"modprobe -a {' '.join(DRIVERS)}; udevadm settle")

    def _build_debian(self, directory, run):
        debian.build(run, self.release.suite, directory, self.debian_packages)

    def _build_debian_snapshot(self, directory, run):
        disk = directory / "disk.img"
        run(["cp", "--sparse=always", "--reflink=auto", self.debian.directory / "disk.img", disk])
        _snapshot(self.debian_boot(disk, directory), directory, "udevadm settle")


def _snapshot(boot, directory, script):
    """Boot the directory's disk and keep the machine as it is then, when the script has run."""
    qemu = Qemu(boot, directory, directory / "disk.img", frozen=False)
    try:
        booted = qemu.channel.run(f"systemctl is-system-running --wait; {script};"
                                  "systemctl --failed --no-legend; sync", timeout=BOOT_TIMEOUT)
        (directory / "boot.txt").write_text(booted.text)
        if not booted.text.startswith("running\n"):
            raise RuntimeError(f"the guest did not boot cleanly, see {directory}/boot.txt")
        qemu.snapshot(directory / "state")
    finally:
        qemu.stop()
