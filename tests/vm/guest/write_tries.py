#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tries, as root, every way we know to change a byte behind these block device nodes: write_tries.py NODE...

Says what each try came to; the host looks whether a byte changed. Each writes the same mark, at the node's second
half, where no file system of the test has anything."""

import ctypes
import errno
import fcntl
import mmap
import os
import struct
import subprocess
import sys

import io_uring
import new_mount

SECTOR = 512
MARK = b"written by write_tries.py".ljust(4096, b"!")
BLKROSET, BLKRRPART, BLKGETSIZE64, BLKDISCARD, BLKZEROOUT = 0x125D, 0x125F, 0x80081272, 0x1277, 0x127F
SG_IO = 0x2285
DM_CREATE, DM_REMOVE, DM_SUSPEND, DM_LOAD = (0xC138FD00 + n for n in (3, 4, 6, 9))
MOUNT = "/run/write_tries"


def size_of(node):
    with open(f"/sys/class/block/{os.path.basename(node)}/size") as size:
        return int(size.read()) * SECTOR


def middle(node):
    return size_of(node) // 2 // 4096 * 4096


def ioctl(node, request, argument, flags=os.O_RDONLY):
    fd = os.open(node, flags)
    try:
        return fcntl.ioctl(fd, request, argument)
    finally:
        os.close(fd)


def write(node, flags=os.O_RDWR):
    fd = os.open(node, flags)
    try:
        os.pwrite(fd, MARK, middle(node))
        os.fsync(fd)
    finally:
        os.close(fd)


def write_direct(node):
    fd = os.open(node, os.O_WRONLY | os.O_DIRECT)
    with mmap.mmap(-1, 4096) as page:
        page[:] = MARK
        os.lseek(fd, middle(node), os.SEEK_SET)
        os.write(fd, page)
    os.close(fd)


def write_mapped(node):
    fd = os.open(node, os.O_RDWR)
    with mmap.mmap(fd, 4096, offset=middle(node)) as page:
        page[:] = MARK
        page.flush()
    os.close(fd)


def scsi_write(node, flags=os.O_RDONLY):
    """WRITE(10): root may send it through a descriptor that is open for reading only."""
    command = struct.pack(">BBIBHB", 0x2A, 0, middle(node) // SECTOR if "/sg" not in node and "bsg" not in node else 8192, 0, 8, 0)
    cdb, data, sense = (ctypes.create_string_buffer(each, len(each)) for each in (command, MARK, bytes(32)))
    head = struct.pack("iiBBHIPPPIIiP16x8x", ord("S"), -2, len(command), 32, 0, len(MARK), ctypes.addressof(data),
                       ctypes.addressof(cdb), ctypes.addressof(sense), 5000, 0, 0, 0)
    fd = os.open(node, flags)
    try:
        answer = fcntl.ioctl(fd, SG_IO, head.ljust(88, b"\0"))
    finally:
        os.close(fd)
    if answer[64:65] not in (b"\0", b""):
        raise OSError(f"SCSI status {answer[64]}")


def discard(node, request):
    ioctl(node, request, struct.pack("QQ", middle(node), 4096), os.O_RDWR)


def set_writable(node):
    ioctl(node, BLKROSET, struct.pack("i", 0))


def set_writable_and_write(node):
    set_writable(node)
    write(node)


def partition_table(node):
    fd = os.open(node, os.O_RDWR)
    try:
        os.pwrite(fd, b"\0" * 64, 446)
        os.fsync(fd)
        fcntl.ioctl(fd, BLKRRPART)
    finally:
        os.close(fd)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise OSError(done.stdout.strip().splitlines()[0] if done.stdout.strip() else f"{command[0]}: {done.returncode}")
    return done.stdout.strip()


def mount_and_write(node, *steps):
    os.makedirs(MOUNT, exist_ok=True)
    try:
        for step in steps:
            if step == "setrw":
                try:
                    set_writable(node)
                except OSError:
                    pass
            else:
                run("mount", "-o", step, *([] if "remount" in step else [node]), MOUNT)
        with open(f"{MOUNT}/written", "wb") as file:
            file.write(MARK)
            os.fsync(file.fileno())
    finally:
        subprocess.run(["umount", "-q", MOUNT])


def loop_and_write(node, *options):
    loop = run("losetup", "-f", "--show", *options, node)
    try:
        try:
            set_writable(loop)
        except OSError:
            pass
        write(loop)
    finally:
        run("losetup", "-d", loop)


def dm(control, request, name, flags=0, payload=b"", targets=0):
    head = struct.pack("III II I i I I IQ 128s 129s7x", 4, 0, 0, 312 + len(payload), 312, targets, 0, flags, 0, 0, 0,
                       name, b"")
    return fcntl.ioctl(control, request, (head + payload).ljust(312 + len(payload), b"\0"))


def map_over(node, name, read_only=0):
    """A device-mapper device over the node."""
    fd = os.open("/dev/mapper/control", os.O_RDWR)
    spec = struct.pack("QQiI16s", 0, size_of(node) // SECTOR, 0, 0, b"linear") + f"{node} 0".encode().ljust(64, b"\0")
    try:
        dm(fd, DM_CREATE, name)
        dm(fd, DM_LOAD, name, read_only, spec, 1)
        dm(fd, DM_SUSPEND, name, read_only)
    finally:
        os.close(fd)


def unmap(name):
    """udev looks at whatever has been written to, and the device stays busy meanwhile."""
    fd = os.open("/dev/mapper/control", os.O_RDWR)
    try:
        for left in reversed(range(20)):
            subprocess.run(["udevadm", "settle"])
            try:
                return dm(fd, DM_REMOVE, name)
            except OSError as error:
                if error.errno != errno.EBUSY or not left:
                    raise
    finally:
        os.close(fd)


def mapped_and_write(node, read_only):
    """Over the node, writable or (1) loaded for reading and then made writable."""
    try:
        map_over(node, b"tries", read_only)
        (minor,) = (d for d in os.listdir("/sys/class/block") if d.startswith("dm-"))
        try:
            set_writable(f"/dev/{minor}")
        except OSError:
            pass
        scsi_write_through(f"/dev/{minor}")
        write(f"/dev/{minor}")
    finally:
        unmap(b"tries")


def scsi_write_through(node):
    try:
        scsi_write(node)
    except OSError:
        pass


TRIES = {
    "open O_RDWR and write": write,
    "open O_WRONLY and write": lambda node: write(node, os.O_WRONLY),
    "write with O_DIRECT": write_direct,
    "write through a shared mapping": write_mapped,
    "SG_IO WRITE, open for reading": scsi_write,
    "SG_IO WRITE, open for writing": lambda node: scsi_write(node, os.O_RDWR),
    "BLKDISCARD": lambda node: discard(node, BLKDISCARD),
    "BLKZEROOUT": lambda node: discard(node, BLKZEROOUT),
    "BLKROSET 0, then write": set_writable_and_write,
    "write a partition table": partition_table,
    "mount rw": lambda node: mount_and_write(node, "rw"),
    "mount ro, remount rw": lambda node: mount_and_write(node, "ro", "remount,rw"),
    "mount ro, BLKROSET 0, remount rw": lambda node: mount_and_write(node, "ro", "setrw", "remount,rw"),
    "loop": loop_and_write,
    "loop -r, then writable": lambda node: loop_and_write(node, "-r"),
    "device mapper": lambda node: mapped_and_write(node, 0),
    "device mapper read-only, then writable": lambda node: mapped_and_write(node, 1),
    "fsopen and fsmount": lambda node: new_mount.write(node, MARK),
    "fsopen ro, reconfigured rw": lambda node: new_mount.write(node, MARK, b"ro"),
    "io_uring": lambda node: io_uring.write(node, MARK, middle(node)),
    "swapon": lambda node: run("swapon", node),
}
CHARACTER = ("SG_IO WRITE, open for reading", "SG_IO WRITE, open for writing")


def main():
    for node in sys.argv[1:]:
        for name in CHARACTER if "/sg" in node or "bsg" in node else TRIES:
            try:
                TRIES[name](node)
                print(f"{node}: {name}: DONE")
            except Exception as error:    # whatever it is, it was not done
                print(f"{node}: {name}: {error}")
    os.sync()


if __name__ == "__main__":
    main()
