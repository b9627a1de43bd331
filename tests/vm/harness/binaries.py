# SPDX-License-Identifier: MIT
"""What is tested: built in a Debian of its own release, so that it is linked to what the guest has, and put on a disk."""

import os
import shutil
import subprocess

import archive
from . import image, paths, rootfs
from .qemu import die_with_parent

GUEST = paths.GUEST_SOURCES
AGENT = "usr/lib/sekimori/sekimorid"
PROGRAMS = {"exposure": ["exposure.c", "findings.c"], "moment": ["moment.c"],
            "insert": ["insert.c", "announced.c"], "readable": ["readable.c", "announced.c"]}
INPUTS = (paths.DEPENDENCIES, paths.PACKAGE_LISTS / "build.txt", paths.PACKAGE_LISTS / "deb.txt")
SOURCES = "srv/sekimori"
# In mounts of its own, which go when it ends: a Debian that nobody can change, the sources likewise, and the one folder
# that is written; no network.
ENTER = """
tree=$1 sources=$2 build=$3 cache=$4
mount --bind "$tree" "$tree"
mount -o remount,bind,ro "$tree"
mount --bind "$sources" "$tree/srv/sekimori"
mount -o remount,bind,ro "$tree/srv/sekimori"
mount --bind "$build" "$tree/srv/sekimori/build"
mount --bind "$cache" "$tree/srv/ccache"
mount -t tmpfs tmp "$tree/tmp"
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
cd "$tree"
exec chroot . /bin/sh -ec "cd /srv/sekimori && $5"
"""
ENVIRONMENT = {"PATH": "/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/tmp", "CI": "true",
               "CCACHE_DIR": "/srv/ccache"}


def _run(command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=die_with_parent, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}")
    return done.stdout


def workshop_build(run, suite, tree):
    """A Debian that has what `make` and `make deb` need, by what they themselves install."""
    carried = f'mkdir -p "$1/{SOURCES}/install" "$1/srv/ccache" && cp -R {paths.DEPENDENCIES} {paths.PACKAGE_LISTS} "$1/{SOURCES}/install/"'
    install = f'chroot "$1" env CI=true YES=1 /{SOURCES}/install/dependencies build deb'
    archive.mmdebstrap(run, suite, tree, "--variant=apt", "--include=ccache,make", *rootfs.without_documents(),
                      f"--customize-hook={carried}", f"--customize-hook={install}")


def in_workshop(rig, script):
    """Run this in the tree, in there; returns what it said."""
    release, cache = rig.release, paths.CACHE / "ccache"
    for directory in (release.product, cache):
        directory.mkdir(parents=True, exist_ok=True)
    return _run(["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "sh", "-ec", ENTER, "enter",
                 rig.workshop.directory / "tree", paths.ROOT, release.product, cache, script], env=ENVIRONMENT)


def build(rig, with_product, with_packages=False):
    """Build our tools, and build and install the product, into a fresh disk."""
    stage = rig.release.stage
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    if with_product:
        in_workshop(rig, f"make -s -j {os.cpu_count()} install DESTDIR=/{SOURCES}/build/{stage.name}")
        if not (stage / AGENT).exists():
            raise RuntimeError(f"make install left no {AGENT}")
    if with_packages:
        in_workshop(rig, "make -s deb")
    _tools_install(stage / "usr/local/lib/vm")
    image.disk_from_tree(_run, stage, rig.release.binaries)


def _tools_install(directory):
    directory.mkdir(parents=True)
    for program, sources in PROGRAMS.items():
        _run(["gcc", "-O2", "-Wall", "-Wextra", "-static", "-pthread", "-o", directory / program,
              *(GUEST / source for source in sources)])
    for source in GUEST.glob("*.py"):
        shutil.copy(source, directory)
        (directory / source.name).chmod(0o755)
