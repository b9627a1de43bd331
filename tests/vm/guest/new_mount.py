# SPDX-License-Identifier: MIT
"""fsopen(2) and what belongs to it: mounting without mount(2), nowhere that /proc/mounts would show it."""

import os

from io_uring import call

FSOPEN, FSCONFIG, FSMOUNT, FSPICK = 430, 431, 432, 433
SET_FLAG, SET_STRING, CREATE, RECONFIGURE = 0, 1, 6, 7
EMPTY_PATH = 8


def mounted(node, *flags):
    """A descriptor of the root of the file system on the node."""
    fs = call(FSOPEN, b"ext4", 0)
    try:
        call(FSCONFIG, fs, SET_STRING, b"source", node.encode(), 0)
        for flag in flags:
            call(FSCONFIG, fs, SET_FLAG, flag, None, 0)
        call(FSCONFIG, fs, CREATE, None, None, 0)
        return call(FSMOUNT, fs, 0, 0)
    finally:
        os.close(fs)


def make_writable(mount):
    fs = call(FSPICK, mount, b"", EMPTY_PATH)
    try:
        call(FSCONFIG, fs, SET_FLAG, b"rw", None, 0)
        call(FSCONFIG, fs, RECONFIGURE, None, None, 0)
    finally:
        os.close(fs)


def write(node, data, *flags):
    """Where it was mounted with flags (b"ro"), it is made writable first."""
    mount = mounted(node, *flags)
    try:
        if flags:
            make_writable(mount)
        fd = os.open("written", os.O_WRONLY | os.O_CREAT, dir_fd=mount)
        try:
            os.write(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
    finally:
        os.close(mount)
