#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes to a USB device through its node, as whoever runs this, in each way that usbfs has: usb_writes.py NODE.

One line for each way, with what it came to. What arrived is counted at the device."""

import ctypes
import fcntl
import os
import sys

CLAIM_INTERFACE, CONTROL, BULK = 0x8004550F, 0xC0185500, 0xC0185502
VENDOR_TO_DEVICE, ANY_REQUEST, PIPE_OUT, TIMEOUT_MS = 0x40, 57, 2, 2000
SIZE, TIMES = 4096, 16
TEXT = (b"TOKUTEI KOJIN JOHO " * SIZE)[:SIZE]


class Control(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_uint8), ("request", ctypes.c_uint8), ("value", ctypes.c_uint16),
                ("index", ctypes.c_uint16), ("length", ctypes.c_uint16), ("timeout", ctypes.c_uint32),
                ("data", ctypes.c_void_p)]


class Bulk(ctypes.Structure):
    _fields_ = [("endpoint", ctypes.c_uint), ("length", ctypes.c_uint), ("timeout", ctypes.c_uint),
                ("data", ctypes.c_void_p)]


def by_control(node, data):
    fcntl.ioctl(node, CONTROL, Control(VENDOR_TO_DEVICE, ANY_REQUEST, 0, 0, SIZE, TIMEOUT_MS, ctypes.addressof(data)))


def by_bulk(node, data):
    fcntl.ioctl(node, CLAIM_INTERFACE, (ctypes.c_uint * 1)(0))
    fcntl.ioctl(node, BULK, Bulk(PIPE_OUT, SIZE, TIMEOUT_MS, ctypes.addressof(data)))


def sent(path, way):
    try:
        node = os.open(path, os.O_RDWR)
        for n in range(TIMES):
            way(node, ctypes.create_string_buffer(TEXT, SIZE))
    except OSError as error:
        return f"{error.strerror}"
    return f"{TIMES * SIZE} bytes"


if __name__ == "__main__":
    for each in (by_control, by_bulk):
        print(f"{each.__name__}: {sent(sys.argv[1], each)}")
