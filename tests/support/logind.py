# SPDX-License-Identifier: MIT
"""systemd-logind as the agent sees it: its files in /run/systemd, and its bus name on a system bus of the test's own. /run
must be the test's own mount.

    logind_starts()
    session_begins("2", 2001, kind="wayland")
    in_front("2", 2001)
    with Manager() as manager:
        manager.asked()        # [("LockSession", "2")]
"""

import os
import subprocess

from desktop import Session, until

NAME, PATH, INTERFACE = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
MOCK = "org.freedesktop.DBus.Mock"
PATIENCE_S = 10


def own_run():
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    os.makedirs("/run/pcscd", 0o755)


def logind_writes(name, **variables):
    """As logind does it: beside the file, then renamed."""
    path = f"/run/systemd/{name}"
    with open(path + ".new", "w", encoding="ascii") as f:
        f.writelines(f"{key}={value}\n" for key, value in variables.items())
    os.rename(path + ".new", path)


def logind_starts():
    for folder in ("seats", "sessions", "users"):
        os.makedirs(f"/run/systemd/{folder}", 0o755, exist_ok=True)
    nobody_in_front()


def session_begins(name, uid, remote=0, seat="seat0", kind="tty"):
    logind_writes(f"sessions/{name}", UID=uid, USER="somebody", ACTIVE=1, STATE="active", REMOTE=remote, TYPE=kind,
                  CLASS="user", **({"SEAT": seat} if seat else {}))


def in_front(name, uid):
    logind_writes("seats/seat0", IS_SEAT0=1, CAN_GRAPHICAL=1, CAN_TTY=1, ACTIVE=name, ACTIVE_UID=uid)


def nobody_in_front():
    logind_writes("seats/seat0", IS_SEAT0=1, CAN_GRAPHICAL=1, CAN_TTY=1)


class Manager(Session):
    """Whom it was asked to lock and to end."""

    def __init__(self):
        super().__init__("/run/dbus")
        self.told = 0

    def __enter__(self):
        super().__enter__()
        os.symlink("bus", "/run/dbus/system_bus_socket")
        self.start("/usr/bin/python3", "-m", "dbusmock", NAME, PATH, INTERFACE, stdout=subprocess.DEVNULL)
        until(lambda: self.bus.name_has_owner(NAME), "logind's stand-in did not start", PATIENCE_S)
        for method, takes in (("LockSession", "s"), ("TerminateSession", "s"), ("LockSessions", "")):
            self.bus.call_blocking(NAME, PATH, MOCK, "AddMethod", "sssss", (INTERFACE, method, takes, "", ""))
        return self

    def asked(self):
        """In this order, since it was asked for last."""
        calls = self.bus.call_blocking(NAME, PATH, MOCK, "GetCalls", "", ())
        new, self.told = calls[self.told:], len(calls)
        return [(str(method), *map(str, arguments)) for _, method, arguments in new]

    def await_asked(self):
        """What comes first; nothing more may have come with it."""
        found = []
        until(lambda: found.extend(self.asked()) or found, "logind was asked for nothing", PATIENCE_S)
        return found
