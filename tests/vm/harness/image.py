# SPDX-License-Identifier: MIT
"""The guest's disk and initramfs, made from the rootfs, the kernel's modules and our few files."""

import shutil

from . import paths, rootfs
from .kernel import Modules

INITRAMFS_MODULES = ("crc32c_generic", "virtio_pci", "virtio_blk", "ext4", "virtio_console")
APPLETS = ("sh", "mount", "insmod", "switch_root", "sleep")
FREE_MIB = 300


def disk_build(run, rootfs_tar, kernel, release, image):
    """The root disk: Debian, modules, the channel, and nothing of the product."""
    tree = image.parent / "tree"
    tree.mkdir()
    run(["tar", "-xf", rootfs_tar, "-C", tree])
    modules = Modules(kernel / "root", release)
    modules.copy(modules.matching(rootfs.words(paths.GUEST_SOURCES / "modules.txt")), tree / "usr")
    shutil.copytree(paths.GUEST_SOURCES / "root", tree, dirs_exist_ok=True)
    run(["gcc", "-O2", "-Wall", "-static", "-pthread", "-o", tree / "usr/local/sbin/guest-channel",
         paths.GUEST_SOURCES / "channel.c"])
    tree_configure(run, tree)
    disk_from_tree(run, tree, image, free_mib=FREE_MIB)
    shutil.rmtree(tree)


def tree_configure(run, tree):
    (tree / "etc/hostname").write_text("terminal\n")
    (tree / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (tree / "var/log/journal").mkdir(exist_ok=True)
    run(["systemctl", f"--root={tree}", "--quiet", "enable", "guest-channel.service", "exposure.service"])
    run(["systemctl", f"--root={tree}", "--quiet", "disable", *rootfs.words(paths.GUEST_SOURCES / "disabled-units.txt")])
    for unit in rootfs.words(paths.GUEST_SOURCES / "masked-units.txt"):
        link = tree / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")


def disk_from_tree(run, tree, image, free_mib=4):
    """No journal: a disk made to be thrown away gains nothing from one."""
    used_kib = int(run(["du", "-s", "--block-size=1K", tree]).split()[0])
    image.unlink(missing_ok=True)
    run(["truncate", "-s", f"{used_kib * 5 // 4 + free_mib * 1024}K", image])
    run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-E", "nodiscard", "-d", tree, "-F", image])


def initramfs_build(run, kernel, release, initramfs):
    tree = initramfs.parent / "initramfs-tree"
    for each in ("bin", "dev", "proc", "sys", "root", "modules"):
        (tree / each).mkdir(parents=True)
    shutil.copy("/bin/busybox", tree / "bin")
    for applet in APPLETS:
        (tree / "bin" / applet).symlink_to("busybox")
    shutil.copy(paths.GUEST_SOURCES / "initramfs-init", tree / "init")
    (tree / "init").chmod(0o755)
    modules = Modules(kernel / "root", release)
    order = modules.load_order(INITRAMFS_MODULES)
    (tree / "modules/order").write_text("".join(f"{modules.unpacked(module, tree / 'modules')}\n" for module in order))
    names = "".join(f"{path.relative_to(tree)}\n" for path in sorted(tree.rglob("*")))
    with open(initramfs, "wb") as archive:
        run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names, stdout=archive)
    shutil.rmtree(tree)
