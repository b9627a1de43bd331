#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the product holds at this moment, as JSON: entries of the block plane's map, and of each process of these units
its open files and its own memory (KiB; not the pages of a library that it has come to use): footprint.py UNIT..."""

import ctypes
import errno
import glob
import json
import os
import re
import struct
import sys

BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
MAP_GET_NEXT_KEY, OBJ_GET = 4, 7
MAP = b"/sys/fs/bpf/sekimori/devices"
NODE = struct.Struct("III")     # struct node of agent/keeper/plane.h

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    result = libc.syscall(BPF, command, ctypes.create_string_buffer(attributes, 128), 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), "bpf")
    return result


def map_entries():
    """As `block 8:0`; an entry for every minor of a driver has the minor 4294967295."""
    path, key, following = (ctypes.create_string_buffer(each, len(each) + 1) for each in (MAP, bytes(NODE.size), bytes(NODE.size)))
    fd = bpf(OBJ_GET, struct.pack("Q", ctypes.addressof(path)))
    entries, from_here = [], 0
    try:
        while True:
            bpf(MAP_GET_NEXT_KEY, struct.pack("IxxxxQQ", fd, from_here, ctypes.addressof(following)))
            kind, major, minor = NODE.unpack(following.raw[:NODE.size])
            entries.append(f"{'block' if kind == 1 else 'char'} {major}:{minor}")
            key[:NODE.size] = following[:NODE.size]
            from_here = ctypes.addressof(key)
    except OSError as error:
        if error.errno != errno.ENOENT:     # the end of it
            raise
    finally:
        os.close(fd)
    return sorted(entries)


def processes(unit):
    found = []
    for each in glob.glob(f"/sys/fs/cgroup/**/{unit}/**/cgroup.procs", recursive=True):
        with open(each) as file:
            found += map(int, file)
    return sorted(found)


def of(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        own = int(re.search(r"^Anonymous: +(\d+) kB", file.read(), re.M).group(1))
    return {"name": os.path.basename(os.readlink(f"/proc/{pid}/exe")), "pid": pid, "own_kib": own,
            "files": len(os.listdir(f"/proc/{pid}/fd"))}


def main():
    print(json.dumps({"map": map_entries(), "processes": [of(pid) for unit in sys.argv[1:] for pid in processes(unit)]}))


if __name__ == "__main__":
    main()
