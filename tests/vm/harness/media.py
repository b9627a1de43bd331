# SPDX-License-Identifier: MIT
"""What is on a disk: made on the host before it is plugged in, and looked at from there afterwards."""

import hashlib
import shutil
import struct
import subprocess
from pathlib import Path

MIB = 1 << 20
START = 2048    # sector of the one partition
TOKEN_AT = 28672
KEY = "a long enough passphrase"


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
        _table(disk, size_mib)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", f"offset={START * 512}", "-d", tree, image, str((size_mib - 1) * 1024)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _table(disk, size_mib):
    disk.truncate(size_mib * MIB)
    entry = struct.pack("<B3sB3sII", 0, b"", 0x83, b"", START, size_mib * MIB // 512 - START)
    disk.seek(446)
    disk.write(entry + bytes(48) + b"\x55\xaa")


def encrypt(vm, device, uuid):
    """A partition that is a LUKS container with this UUID; KEY opens it."""
    (name, size_mib), = device.files
    container, key = vm.directory / f"{name}.luks", vm.directory / "key"
    key.write_text(KEY)
    with open(container, "wb") as file:
        file.truncate((size_mib - 1) * MIB)
    subprocess.run(["cryptsetup", "luksFormat", "-q", "--type", "luks2", "--uuid", uuid, "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000",
                    "--key-size", "256", "--luks2-metadata-size", "16k", "--luks2-keyslots-size", "256k", "--key-file", key, container],
                   check=True, stdout=subprocess.DEVNULL)
    with open(vm.directory / name, "wb") as disk:
        _table(disk, size_mib)
        disk.seek(START * 512)
        disk.write(container.read_bytes())


def token(vm, device, uuid):
    """An enrolment token, as `sekimori media enrol --token` writes it (docs/PROTOCOL.md)."""
    (name, _), = device.files
    block = (b"SEKIMORI MEDIUM TOKEN 1\n" + bytes.fromhex(uuid.replace("-", ""))).ljust(480, b"\0")
    with open(vm.directory / name, "r+b") as disk:
        disk.seek(TOKEN_AT)
        disk.write(block + hashlib.sha256(block).digest())


def content(vm, device):
    """Of the medium, as the host has it."""
    (name, _), = device.files
    return (vm.directory / name).read_bytes()


def digest(vm, device):
    return hashlib.sha256(content(vm, device)).hexdigest()
