# SPDX-License-Identifier: MIT
"""The packages that are tested."""
import os
import pathlib
import platform
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))
from bare import run  # noqa: E402

# Those that tests/stranger made in a Debian of this release, and this release to test them in; else what `make deb` made here.
OF = os.environ.get("SEKIMORI_DEBIAN")
RELEASE = OF or platform.freedesktop_os_release()["VERSION_ID"]
DEB = TOP / (f"build/debian-{OF}" if OF else "build/deb")


def built():
    """{'sekimori': its file}, without the debug symbols."""
    found = {f.name.split("_")[0]: f for f in sorted(DEB.glob("*.deb")) if "-dbgsym_" not in f.name}
    assert found, "no packages: make deb"
    return found


def field(package, name):
    return run("dpkg-deb", "-f", built()[package], name).strip()


def files(package):
    """The path of each of its files and links, not of folders."""
    lines = run("dpkg-deb", "-c", built()[package]).splitlines()
    return {line.split()[5].lstrip(".") for line in lines if not line.startswith("d")}
