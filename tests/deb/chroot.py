# SPDX-License-Identifier: MIT
"""A Debian in a folder that our packages are installed in: `with Chroot() as c: c.sh("...")`."""
import shutil

from packages import RELEASE, built
import bare

# What a terminal has, what ours depend on, and who asks for people.
INCLUDED = ("cron,dbus,libcyaml1,libjansson4,libmnl0,libnettle8,libnftables1,libpam-runtime,libpam-systemd,libpcsclite1,libpskc0,"
            "libqrencode4,libseccomp2,libusb-1.0-0,libyaml-0-2,openssh-server,pamtester,sudo,systemd-sysv")


class Chroot(bare.Debian):
    def __init__(self):
        super().__init__(bare.SUITES[RELEASE], "important", INCLUDED)

    def attempt(self, script, user=None, **options):
        if user:
            script = f"exec setpriv --reuid={user} --regid={user} --init-groups --reset-env sh -ec '{script}'"
        return super().attempt(script, **options)

    def install(self, *packages):
        """Ours, by dpkg: whatever they depend on has to be there."""
        for name in packages:
            shutil.copy(built()[name], self.root / "tmp")
        return self.sh("dpkg -i " + " ".join(f"/tmp/{built()[name].name}" for name in packages))
