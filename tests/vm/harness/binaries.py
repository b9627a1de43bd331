# SPDX-License-Identifier: MIT
"""The disk with this run's release binaries and our guest programs."""

import shutil
import subprocess

from . import image, paths

GUEST = paths.GUEST_SOURCES
AGENT = "usr/lib/sekimori/sekimorid"
PROGRAMS = {"exposure": ["exposure.c", "findings.c"], "moment": ["moment.c"]}


def _run(command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}")
    return done.stdout


def build():
    """Build and install the product and our tools into a fresh disk. Returns why there is no agent on it, or None."""
    shutil.rmtree(paths.STAGE, ignore_errors=True)
    paths.STAGE.mkdir(parents=True)
    missing = _product_install()
    _tools_install(paths.STAGE / "usr/local/lib/vm")
    image.disk_from_tree(_run, paths.STAGE, paths.BINARIES)
    return missing


def _product_install():
    """Sources that do not build are an error; a tree that has no agent yet is not."""
    if not (paths.ROOT / "agent/main.c").exists():
        return "no agent in this tree yet"
    _run(["make", "-s", "-C", paths.ROOT, "install", f"DESTDIR={paths.STAGE}"])
    if not (paths.STAGE / AGENT).exists():
        raise RuntimeError(f"make install left no {AGENT}")
    return None


def _tools_install(directory):
    directory.mkdir(parents=True)
    for program, sources in PROGRAMS.items():
        _run(["gcc", "-O2", "-Wall", "-Wextra", "-static", "-pthread", "-o", directory / program,
              *(GUEST / source for source in sources)])
    for source in GUEST.glob("*.py"):
        shutil.copy(source, directory)
        (directory / source.name).chmod(0o755)
