# SPDX-License-Identifier: MIT
"""A terminal's files beneath a folder, as `sekimori setup --root` takes them: Debian's PAM stacks, and programs in the
place of pam-auth-update, update-initramfs, systemctl and sekimorid, which write down that they were called."""

import os
import pathlib

PLAIN = {"common-auth": "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"
                        "auth required pam_permit.so\n",
         "common-account": "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n"
                           "account requisite pam_deny.so\naccount required pam_permit.so\n",
         "common-session": "session required pam_unix.so\n", "common-session-noninteractive": "session required pam_unix.so\n",
         "common-password": "password required pam_unix.so\n"}
OURS = {"common-auth": "auth [success=2 default=die] pam_sekimori.so\nauth [success=1 default=ignore] pam_unix.so nullok\n"
                       "auth requisite pam_deny.so\nauth required pam_permit.so\n",
        "common-account": "account [success=ok default=die] pam_sekimori.so\n" + PLAIN["common-account"],
        "common-session": "session optional pam_sekimori.so\n" + PLAIN["common-session"]}
SERVICE = "@include common-auth\n@include common-account\n@include common-session\n"
# Each notes its arguments. What it is to do instead of its work stands in DOES/NAME.
PROGRAM = """#!/bin/sh
here={root}
to=$here
if [ "$1" = --root ]; then
        to=$2   # a trial on a copy
        echo "$(basename "$0") $*" >>$here/tried
else
        echo "$(basename "$0") $*" >>$here/called
        [ -e $here/does/$(basename "$0") ] && . $here/does/$(basename "$0")
fi
{work}
"""
UPDATE = """case "$*" in
*--enable*) cp $here/ours/* $to/etc/pam.d/ ;;
*--disable*) cp $here/plain/* $to/etc/pam.d/ ;;
esac"""

ENABLE = """case "$*" in
*" enable sekimori-keeper.service") mkdir -p $here/etc/systemd/system/sysinit.target.wants &&
        ln -sf $here/x $here/etc/systemd/system/sysinit.target.wants/sekimori-keeper.service ;;
esac"""


class Tree:
    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        for name in ("var/lib", "var/log/journal", "run/sekimori", "etc/sekimori", "does", "proc/self", "sys/class/net",
                     "sys/class/input"):
            (self.root / name).mkdir(parents=True)
        for name, files in (("etc/pam.d", PLAIN), ("plain", PLAIN), ("ours", OURS)):
            for file, text in files.items():
                self.write(f"{name}/{file}", text)
        for service in ("login", "sudo"):
            self.write(f"etc/pam.d/{service}", SERVICE)
        self.write("etc/pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n")
        self.write("etc/pam.d/sekimori-password", "auth required pam_unix.so\naccount required pam_unix.so\n")
        self.write("etc/shadow", "root:$y$j9T$x:1::::::\nhanako:$y$j9T$x:1::::::\n")
        self.write("proc/self/mountinfo", "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n")
        self.write("usr/share/pam-configs/sekimori", "Name: Sekimori\n")
        self.write("usr/lib/x86_64-linux-gnu/security/pam_sekimori.so", "")
        self.program("usr/sbin/pam-auth-update", UPDATE)
        self.program("usr/bin/systemctl", ENABLE)
        for name in ("usr/sbin/update-initramfs", "usr/sbin/sekimorid", "usr/lib/sekimori/sekimori-keeper"):
            self.program(name, "true")

    def where(self):
        """The agent's folders in it."""
        return [str(self.root / name) for name in ("etc/sekimori", "var/lib/sekimori", "run/sekimori")]

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def program(self, name, work):
        self.write(name, PROGRAM.format(root=self.root, work=work))
        os.chmod(self.root / name, 0o755)

    def does(self, program, work):
        """From now on this instead."""
        self.write(f"does/{program}", work + "\n")

    def called(self, where="called"):
        """What was called since this was last asked; "tried": on a copy."""
        path = self.root / where
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def pam(self):
        return {name: (self.root / "etc/pam.d" / name).read_text(encoding="utf-8") for name in PLAIN}

    def stage(self):
        return (self.root / "var/lib/sekimori/stage").read_text(encoding="utf-8").strip()
