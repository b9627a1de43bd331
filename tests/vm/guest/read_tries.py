#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tries, as root, every way we know to get anything out of these device nodes: read_tries.py NODE...

One line for each way that led in; none at all when nothing did."""

import fcntl
import os
import subprocess
import sys

import write_tries

FOR_IOCTLS_ALONE = 3                                 # O_ACCMODE: neither reads nor writes, as the kernel counts
BLKRRPART, CDROM_DISC_STATUS, SG_GET_VERSION_NUM, NVME_IOCTL_ID = 0x125F, 0x5327, 0x2282, 0x4E40
FLAGS = {"O_RDONLY": os.O_RDONLY, "O_WRONLY": os.O_WRONLY, "O_RDWR": os.O_RDWR, "O_ACCMODE": FOR_IOCTLS_ALONE,
         "O_DIRECT": os.O_DIRECT, "O_EXCL": os.O_EXCL}
MOUNT = "/run/read_tries"


def opened(node, flags):
    os.close(os.open(node, flags | os.O_NONBLOCK))   # a drive without a disc opens so


def through_a_node_of_our_own(node):
    """/dev is not the only place for one; beneath it, as /run allows none."""
    ours, info = f"/dev/read_tries-{os.getpid()}", os.stat(node)
    os.mknod(ours, info.st_mode, info.st_rdev)
    try:
        opened(ours, os.O_RDONLY)
    finally:
        os.unlink(ours)


def asked(node, request):
    fd = os.open(node, FOR_IOCTLS_ALONE | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, request, bytes(4))
    finally:
        os.close(fd)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def mounted(node, kind):
    os.makedirs(MOUNT, exist_ok=True)
    run("mount", "-o", "ro", "-t", kind, node, MOUNT)
    run("umount", MOUNT)


def over_a_loop(node):
    loop = subprocess.run(["losetup", "-r", "-f", "--show", node], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout.strip()
    run("losetup", "-d", loop)


def over_a_map(node):
    try:
        write_tries.map_over(node, b"read_tries", read_only=1)
    finally:
        write_tries.unmap(b"read_tries")


OF_EITHER_KIND = {
    **{name: lambda node, flags=flags: opened(node, flags) for name, flags in FLAGS.items()},
    "mknod": through_a_node_of_our_own,
    "SG_GET_VERSION_NUM": lambda node: asked(node, SG_GET_VERSION_NUM),
    "NVME_IOCTL_ID": lambda node: asked(node, NVME_IOCTL_ID),
}
OF_BLOCK_DEVICES = {
    "BLKRRPART": lambda node: asked(node, BLKRRPART),
    "CDROM_DISC_STATUS": lambda node: asked(node, CDROM_DISC_STATUS),
    "mount ext4": lambda node: mounted(node, "ext4"),
    "mount iso9660": lambda node: mounted(node, "iso9660"),
    "mount vfat": lambda node: mounted(node, "vfat"),
    "loop": over_a_loop,
    "device mapper": over_a_map,
    "swapon": lambda node: run("swapon", node),
    "blkid": lambda node: run("blkid", "-p", node),
}


def is_block(node):
    return os.path.exists(f"/sys/class/block/{os.path.basename(node)}")


def main():
    for node in sys.argv[1:]:
        os.stat(node)    # one that is not there would give nothing either
        tries = OF_EITHER_KIND | OF_BLOCK_DEVICES if is_block(node) else OF_EITHER_KIND
        for name, attempt in tries.items():
            try:
                attempt(node)
                print(f"{node}: {name}")
            except (OSError, subprocess.CalledProcessError):
                pass


if __name__ == "__main__":
    main()
