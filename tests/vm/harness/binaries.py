# SPDX-License-Identifier: MIT
"""The disk with this run's release binaries and our guest programs."""

import shutil
import subprocess

from . import image, paths

GUEST = paths.GUEST_SOURCES
AGENT = "usr/lib/sekimori/sekimorid"
PROGRAMS = {"exposure": ["exposure.c", "findings.c"], "moment": ["moment.c"],
            "insert": ["insert.c", "announced.c"], "readable": ["readable.c", "announced.c"]}


def _run(command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}")
    return done.stdout


def build(with_product):
    """Build our tools, and build and install the product, into a fresh disk."""
    shutil.rmtree(paths.STAGE, ignore_errors=True)
    paths.STAGE.mkdir(parents=True)
    if with_product:
        _run(["make", "-s", "-C", paths.ROOT, "install", f"DESTDIR={paths.STAGE}"])
        if not (paths.STAGE / AGENT).exists():
            raise RuntimeError(f"make install left no {AGENT}")
    _tools_install(paths.STAGE / "usr/local/lib/vm")
    image.disk_from_tree(_run, paths.STAGE, paths.BINARIES)


def _tools_install(directory):
    directory.mkdir(parents=True)
    for program, sources in PROGRAMS.items():
        _run(["gcc", "-O2", "-Wall", "-Wextra", "-static", "-pthread", "-o", directory / program,
              *(GUEST / source for source in sources)])
    for source in GUEST.glob("*.py"):
        shutil.copy(source, directory)
        (directory / source.name).chmod(0o755)
