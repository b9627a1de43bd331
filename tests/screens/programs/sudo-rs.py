# SPDX-License-Identifier: MIT
"""sudo-rs, which waits for ever, asks for both, says why it refused, counts nobody who goes away, and lets in."""

import shutil
import sys

from sudoers import RULE, given, sudo_tried


def run(terminal):
    if not shutil.which("sudo-rs"):
        print("Debian 12 does not have it")
        sys.exit(77)
    given("/etc/sudoers-rs", RULE)
    sudo_tried(terminal, "sudo-rs")
