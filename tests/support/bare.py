# SPDX-License-Identifier: MIT
"""A Debian in a folder, without a running systemd: made once by mmdebstrap and kept outside the checkout, unpacked for each use.
Knows nothing of what is done in there."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from archive import SUITES, mmdebstrap

# What was fetched once: made anew where it is not there.
CACHE = pathlib.Path(os.environ.get("SEKIMORI_CACHE", "/var/cache/sekimori"))
MINE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
# This machine's kernel is looked at, never told anything: what is installed in there would set USB's defaults. Its devices are out of
# sight. Of its root nothing is left, so a program that unshares its mounts finds itself (/proc/self/exe) in there.
ENTER = """
hostname sekimori; mount --bind "$0" "$0"; cd "$0"
mount -t proc proc proc; mount --bind /sys sys; mount -o remount,bind,ro sys
mount -t tmpfs -o mode=755 tmpfs dev; mkdir dev/pts dev/shm; mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts; ln -s pts/ptmx dev/ptmx
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/full c 1 7; mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0
ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
[ ! -d "$2" ] || mount --bind "$2" var/cache/apt/archives
pivot_root . .; umount -l .; exec chroot . /bin/sh -ec "$1"
"""


def run(*command, **options):
    """What it wrote; raises where it fails."""
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


def packed(suite, variant, included, cache):
    """The file with this Debian, made where it is not there yet."""
    what = hashlib.sha256(f"{suite} {variant} {included}".encode()).hexdigest()[:12]
    there = cache / f"debian/{suite}-{what}.tar"
    if not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=there.parent) as place:
            mmdebstrap(lambda command, **options: run(*command, **options), suite, f"{place}/new.tar", "--quiet", f"--variant={variant}",
                       '--aptopt=APT::Install-Recommends "false"', f"--include={included}", "--customize-hook=rm -f $1/etc/apt/apt.conf.d/99mmdebstrap")
            pathlib.Path(place, "new.tar").rename(there)
    return there


class Debian:
    def __init__(self, suite, variant, included, cache=CACHE, archives=None):
        """`archives`: a folder of packages that it fetched before, if they are to be kept."""
        if os.geteuid() != 0:
            print("needs root")
            raise SystemExit(77)
        self.archives = archives
        self.file = packed(suite, variant, included, cache)

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="sekimori-debian-"))
        self.root.chmod(0o755)
        run("tar", "-C", self.root, "--exclude=./dev/*", "-xf", self.file)
        (self.root / "etc/dpkg/dpkg.cfg.d/thrown-away").write_text("force-unsafe-io\n")   # it need not survive a power cut
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def inside(self, script):
        """The command for a shell script in there, in process and mount namespaces of its own; whatever it starts ends with it."""
        return ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "sh", "-ec", ENTER, self.root, script, self.archives or ""]

    def attempt(self, script, answers="", timeout=300):
        """(exit code, output) of a shell script in there."""
        done = subprocess.run(self.inside(script), env=MINE, text=True, input=answers, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, check=False)
        return done.returncode, done.stdout

    def sh(self, script, **options):
        code, output = self.attempt(script, **options)
        assert code == 0, f"{script}: {code}\n{output}"
        return output

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()
