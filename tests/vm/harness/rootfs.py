# SPDX-License-Identifier: MIT
"""A Debian of any release without its documents, and the lists of what is in it."""

from archive import mmdebstrap

PATHS_LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*")


def words(path):
    """The lines of a list file without comments and blank lines."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def without_documents():
    return [f"--dpkgopt=path-exclude={path}" for path in PATHS_LEFT_OUT]


def build(run, suite, packages, tar):
    mmdebstrap(run, suite, tar, "--variant=minbase", "--include=" + ",".join(packages), *without_documents())
