# SPDX-License-Identifier: MIT
"""What is on a disk: made on the host before it is plugged in, and looked at from there afterwards."""

import hashlib
import shutil
import struct
import subprocess
from pathlib import Path

MIB = 1 << 20
START = 2048    # sector of the one partition


def fill(vm, device, **files):
    """A partition with an ext4 in it that holds these files; of programs, the path, for a setuid copy."""
    (name, size_mib), = device.files
    tree = vm.directory / f"{device.name}.tree"
    tree.mkdir()
    for each, content in files.items():
        if isinstance(content, Path):
            shutil.copy(content, tree / each)
            (tree / each).chmod(0o4755)
        else:
            (tree / each).write_text(content)
    image = vm.directory / name
    with open(image, "wb") as disk:
        disk.truncate(size_mib * MIB)
        entry = struct.pack("<B3sB3sII", 0, b"", 0x83, b"", START, size_mib * MIB // 512 - START)
        disk.seek(446)
        disk.write(entry + bytes(48) + b"\x55\xaa")
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", f"offset={START * 512}", "-d", tree, image, str((size_mib - 1) * 1024)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def digest(vm, device):
    """SHA-256 of the medium, as the host has it."""
    (name, _), = device.files
    return hashlib.sha256((vm.directory / name).read_bytes()).hexdigest()
