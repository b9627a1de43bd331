# SPDX-License-Identifier: MIT
"""A release of Debian: its name, and where what this tree makes for it lies."""

from dataclasses import dataclass

import archive
from . import paths


@dataclass(frozen=True)
class Release:
    number: str
    suite: str

    cache = property(lambda self: paths.CACHE / self.number)        # the rig's layers
    build = property(lambda self: paths.BUILD / self.number)
    product = property(lambda self: self.build / "product")         # the build folder of a `make` in this release
    stage = property(lambda self: self.product / "stage")           # make install DESTDIR=…
    debs = property(lambda self: self.product / "deb")              # make deb
    binaries = property(lambda self: self.build / "binaries.img")
    running = property(lambda self: self.build / "running")         # sockets and scratch disks of the machines now up
    logs = property(lambda self: self.build / "logs")


RELEASES = {number: Release(number, suite) for number, suite in archive.SUITES.items()}
CURRENT = "13"
