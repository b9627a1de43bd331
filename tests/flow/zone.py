# SPDX-License-Identifier: MIT
"""A stick that is allowed at certain hours follows the terminal's time zone: at once, and without a restart. The zones are
files of this test's own; time itself stays. Started by test_zone."""

import os
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from bed import Bed, a_stick  # noqa: E402
from gi.repository import GLib  # noqa: E402
from login_bed import LoginBed  # noqa: E402

RULE = '  - {name: 昼, match: {bus: usb, interfaces: [storage]}, hours: "10:00-14:00", action: allow}\n'
PATIENCE_S = 20
DAY = 86400
NOON, MIDNIGHT, NEARLY_TWO = 12 * 3600, 0, 14 * 3600 - 3


class Desk(LoginBed):
    """A stick is allowed around noon."""

    def policy(self, login, **keys):
        return super().policy(login, **keys).replace("devices:\n", "devices:\n" + RULE)


def zone_where_it_is(second, path):
    """A zone file (RFC 8536) of one offset: the one at which this second of the day is now."""
    offset = (second - int(time.time()) + DAY // 2) % DAY - DAY // 2
    with open(path, "wb") as f:
        f.write(b"TZif" + bytes(16) + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB", offset, 0, 0) + b"AAA\0")


def timedatectl_sets(second):
    """A link that is renamed into place, as systemd-timedated does it."""
    zone_where_it_is(second, f"{place}/{second}")
    os.symlink(f"{place}/{second}", "/etc/.#localtime")
    os.rename("/etc/.#localtime", "/etc/localtime")


def it_follows_a_new_zone(lives):
    timedatectl_sets(NOON)
    assert lives(True), "it is noon now"
    timedatectl_sets(MIDNIGHT)
    assert lives(False), "it is midnight now"


def the_next_change_is_that_of_the_new_zone(lives):
    timedatectl_sets(NOON)
    assert lives(True)
    timedatectl_sets(NEARLY_TWO)
    assert lives(False), "two o'clock came, and nothing else did"


def a_file_in_place_of_the_link_counts(lives):
    os.unlink("/etc/localtime")
    zone_where_it_is(NOON, "/etc/localtime")
    assert lives(True)
    zone_where_it_is(MIDNIGHT, "/etc/localtime.dpkg-new")
    os.rename("/etc/localtime.dpkg-new", "/etc/localtime")
    assert lives(False)


place = tempfile.mkdtemp(prefix="sekimori-zone.")
try:
    os.chmod(place, 0o755)
    subprocess.run(["cp", "-a", "/etc", place], check=True)
    subprocess.run(["mount", "--bind", f"{place}/etc", "/etc"], check=True)
    timedatectl_sets(MIDNIGHT)
    with Bed() as bed:
        seen = {"UMOCKDEV_DIR": GLib.getenv("UMOCKDEV_DIR")}
        with Desk(preload=["libumockdev-preload.so.0"], environment=seen) as terminal:
            stick = bed.plug(a_stick())

            def stick_lives(awaited):
                return bed.wait(lambda: bed.authorized(stick) == awaited, PATIENCE_S)

            assert bed.wait(lambda: terminal.audit("device-refused"), PATIENCE_S), "it was not judged"
            for claim in (it_follows_a_new_zone, the_next_change_is_that_of_the_new_zone, a_file_in_place_of_the_link_counts):
                claim(stick_lives)
finally:
    subprocess.run(["umount", "/etc"], check=False)
    subprocess.run(["rm", "-rf", place], check=False)
