# SPDX-License-Identifier: MIT
"""Where things are. Everything made here lives below build/vm and may be thrown away."""

from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "vm"

GUEST_SOURCES = HERE / "guest"
SCENARIOS = HERE / "scenarios"
PACKAGE_LIST = ROOT / "install" / "packages.d" / "vm.txt"

RIG = BUILD / "rig"          # cached: rootfs, kernel, image, snapshot
STAGE = BUILD / "stage"      # make install DESTDIR=…
BINARIES = BUILD / "binaries.img"
RUNNING = BUILD / "running"  # sockets and scratch disks of the machines now up
LOGS = BUILD / "logs"
