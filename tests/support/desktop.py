# SPDX-License-Identifier: MIT
"""A desktop session's bus of our own, its notification server (python3-dbusmock's), and sekimori-notify in it."""

import os
import subprocess
import time

import dbus
from programs import CLEAN, program

SERVER, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
# No service directories: nothing of this machine is started.
CONFIG = """<busconfig><type>session</type><listen>unix:path={0}/bus</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""


def until(true, what, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


class Session:
    """Its programs end with the block."""

    complaints = None  # where they write what is not well; nothing else: to ours

    def __init__(self, folder="session"):
        self.folder, self.programs = os.path.abspath(folder), []
        os.makedirs(self.folder, exist_ok=True)
        self.environment = {**CLEAN, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/bus"}

    def __enter__(self):
        with open(f"{self.folder}/bus.conf", "w", encoding="utf-8") as f:
            f.write(CONFIG.format(self.folder))
        bus = self.start("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile", "--print-address",
                         stdout=subprocess.PIPE)
        with bus.stdout:
            assert bus.stdout.readline(), "the bus did not start"   # said once it listens; its socket is there before
        self.bus = dbus.bus.BusConnection(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        return self

    def __exit__(self, *_):
        self.bus.close()
        for each in reversed(self.programs):
            self.end(each)

    def start(self, *words, **more):
        started = subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL, stderr=self.complaints, **more)
        self.programs.append(started)
        return started

    def end(self, started):
        started.kill()
        started.wait()
        self.programs.remove(started)

    def notifier(self, runtime_dir="run"):
        return self.start(program("sekimori-notify"), "--runtime-dir", runtime_dir)

    def server(self, capabilities="body body-markup"):
        started = self.start("/usr/bin/python3", "-m", "dbusmock", "--template", "notification_daemon",
                             "-p", f'{{"capabilities": "{capabilities}"}}')
        until(lambda: self.bus.name_has_owner(SERVER) and self.is_loaded(), "the notification server did not start")
        return started

    def is_loaded(self):
        try:
            return bool(self.bus.call_blocking(SERVER, PATH, SERVER, "GetCapabilities", "", ()))
        except dbus.DBusException:
            return False

    def shown(self):
        """Every Notify so far: (replaces, title, body, hints, timeout)."""
        calls = self.bus.call_blocking(SERVER, PATH, "org.freedesktop.DBus.Mock", "GetMethodCalls", "s", ("Notify",))
        return [(int(a[1]), str(a[3]), str(a[4]), a[6], int(a[7])) for _, a in calls]

    def await_shown(self, count):
        until(lambda: len(self.shown()) >= count, f"no notification number {count}")
        assert len(self.shown()) == count, self.shown()
        return self.shown()[-1]
