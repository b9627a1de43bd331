# SPDX-License-Identifier: MIT
"""A Debian as its installer leaves it: its own kernel, its own initramfs, and nothing of the product."""

import shutil
import subprocess

import archive
from . import image, kernel, paths, rootfs

GUEST = paths.GUEST_SOURCES
PACKAGES = GUEST / "debian-packages.txt"
ROOTS_PACKAGES = "debian-roots-packages.txt", "debian-roots-packages-{}.txt"    # the second of one release only, if it is there
MASKED_UNITS = GUEST / "debian-masked-units.txt"
FILES = GUEST / "debian"      # there before initramfs-tools is installed
FREE_MIB = 300


def package_lists(release, with_roots):
    named = [GUEST / name.format(release.number) for name in ROOTS_PACKAGES] if with_roots else []
    return [PACKAGES, *(each for each in named if each.exists())]


def build(run, suite, directory, lists):
    """The disk `disk.img`, which has never been booted, and `vmlinux`."""
    tree = directory / "tree"
    try:
        tree_build(run, suite, tree, [name for each in lists for name in rootfs.words(each)])
        tree_configure(run, tree)
        (vmlinuz,) = (tree / "boot").glob("vmlinuz-*")
        kernel.vmlinux_extract(vmlinuz, directory / "vmlinux")
        (directory / "release").write_text(vmlinuz.name.removeprefix("vmlinuz-"))
        image.disk_from_tree(run, tree, directory / "disk.img", free_mib=FREE_MIB)
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def tree_build(run, suite, tree, packages):
    archive.mmdebstrap(run, suite, tree, "--variant=minbase", "--include=" + ",".join(packages), *rootfs.without_documents(),
                      f"--essential-hook=cp -R {FILES}/. $1/")


def tree_configure(run, tree):
    """A name, a way in for the harness; and from here on packages bring all their files."""
    (tree / "etc/dpkg/dpkg.cfg.d/99mmdebstrap").unlink()
    (tree / "etc/hostname").write_text("terminal\n")
    (tree / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (tree / "etc/fstab").write_text("/dev/vda / ext4 rw,noatime 0 0\n")
    shutil.copytree(GUEST / "root/etc/systemd", tree / "etc/systemd", dirs_exist_ok=True)
    run(["gcc", "-O2", "-Wall", "-static", "-pthread", "-o", tree / "usr/local/sbin/guest-channel",
         GUEST / "channel.c"])
    run(["systemctl", f"--root={tree}", "--quiet", "enable", "guest-channel.service", "exposure.service"])
    run(["systemctl", f"--root={tree}", "--quiet", "mask", *rootfs.words(MASKED_UNITS)])


def initramfs_take(disk, release, to):
    """The initramfs that the disk holds now. Whoever lost power has its file system mended first."""
    mended = subprocess.run(["e2fsck", "-y", disk], capture_output=True, text=True)
    if mended.returncode > 1:
        raise RuntimeError(f"the guest's file system is beyond repair: {mended.stdout}")
    to.unlink(missing_ok=True)
    subprocess.run(["debugfs", "-R", f"dump /boot/initrd.img-{release} {to}", disk], check=True, capture_output=True)
    if not to.exists() or to.stat().st_size == 0:
        raise RuntimeError("the guest's disk holds no initramfs")
