# SPDX-License-Identifier: MIT
"""The packages that `make deb` made."""
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
# Those of another Debian are tested in it: tests/deb/trixie
SUITE = os.environ.get("SEKIMORI_SUITE", "bookworm")
DEB = TOP / ("build/deb" if SUITE == "bookworm" else f"build/{SUITE}")


def run(*command, **options):
    """What it wrote; raises where it fails."""
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


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
