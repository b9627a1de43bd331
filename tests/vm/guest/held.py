#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds a node open, and says what can still be done with it, at first and after each SIGUSR1: held.py NODE.

For a node of usbfs one control request to endpoint 0, for a disk one read, each time of another place."""

import ctypes
import os
import signal
import stat
import sys

from usb_writes import SIZE, TEXT, by_control

MIB = 1 << 20


def tried(node, count):
    try:
        if stat.S_ISBLK(os.fstat(node).st_mode):
            return f"{len(os.pread(node, SIZE, count * MIB))} bytes"
        by_control(node, ctypes.create_string_buffer(TEXT, SIZE))
    except OSError as error:
        return error.strerror
    return f"{SIZE} bytes"


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
held = os.open(sys.argv[1], os.O_RDWR)
count = 0
while True:
    count += 1
    print(tried(held, count), flush=True)
    signal.sigwait({signal.SIGUSR1})
