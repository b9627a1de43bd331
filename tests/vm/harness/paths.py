# SPDX-License-Identifier: MIT
"""Where things are. What belongs to this tree lies below build/vm; what every tree may share, in a cache of the machine.
Both may be thrown away."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "vm"
SUPPORT = ROOT / "tests/support"
CACHE = Path(os.environ.get("SEKIMORI_CACHE", "/var/cache/sekimori")) / "vm"

GUEST_SOURCES = HERE / "guest"
SCENARIOS = HERE / "scenarios"
PACKAGE_LISTS = ROOT / "install" / "packages.d"
DEPENDENCIES = ROOT / "install" / "dependencies"
