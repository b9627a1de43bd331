# SPDX-License-Identifier: MIT
"""A Debian in a folder, without a running systemd: `with Chroot() as c: c.sh("...")`. Made once by mmdebstrap, unpacked for each."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from packages import SUITE, TOP, built, run

MIRROR = "http://deb.debian.org/debian"
# What a terminal has, what ours depend on (there is no network inside), and who asks for people.
INCLUDED = ("cron,dbus,libcyaml1,libjansson4,libnettle8,libpam-runtime,libpam-systemd,libpcsclite1,libqrencode4,libseccomp2,"
            "libusb-1.0-0,libyaml-0-2,openssh-server,pamtester,sudo,systemd-sysv")


def base(suite, included):
    """The packed Debian with these packages, made where it is not there yet."""
    what = hashlib.sha256(f"{suite} {included}".encode()).hexdigest()[:12]
    packed = TOP / f"build/chroot/{suite}-{what}.tar"
    if not packed.exists():
        packed.parent.mkdir(parents=True, exist_ok=True)
        new = packed.with_suffix(".new.tar")
        run("mmdebstrap", "--quiet", "--variant=important", "--aptopt=APT::Install-Recommends \"false\"",
            f"--include={included}", suite, new, MIRROR)
        new.rename(packed)
    return packed


class Chroot:
    def __init__(self, suite=SUITE, included=INCLUDED):
        if os.geteuid() != 0:
            print("needs root")
            raise SystemExit(77)
        self.base = base(suite, included)

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="sekimori-deb-"))
        run("tar", "-C", self.root, "--exclude=./dev/*", "-xf", self.base)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def attempt(self, script, answers="", user=None, timeout=300):
        """(exit code, output) of a shell script in there, in process and mount namespaces of its own."""
        # This machine's kernel is looked at, never told anything: what is installed in there would set USB's defaults.
        # Of this machine's root nothing is left: a program that unshares its mounts finds itself (/proc/self/exe) in there.
        enter = ("mount --bind $0 $0; mount -t proc proc $0/proc; mount --rbind /dev $0/dev; mount --bind /sys $0/sys; mount -o remount,bind,ro $0/sys;"
                 "cd $0; pivot_root . .; umount -l .; exec chroot . /bin/sh -ec \"$1\"")
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        if user:
            script = f"exec setpriv --reuid={user} --regid={user} --init-groups --reset-env sh -ec '{script}'"
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", enter, self.root, script],
                              env=env, text=True, input=answers, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return done.returncode, done.stdout

    def sh(self, script, **options):
        code, output = self.attempt(script, **options)
        assert code == 0, f"{script}: {code}\n{output}"
        return output

    def install(self, *packages):
        """Ours, by dpkg: whatever they depend on has to be there."""
        for name in packages:
            shutil.copy(built()[name], self.root / "tmp")
        return self.sh("dpkg -i " + " ".join(f"/tmp/{built()[name].name}" for name in packages))

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()
