# SPDX-License-Identifier: MIT
"""Other packages' udev rules and units, and what the rules run, taken out of the release's packages: nothing of them is
installed, and their services stand still."""

import shutil

import archive
from . import paths, rootfs
from .layer import Layer

PACKAGES = "neighbour-packages.txt", "neighbour-packages-{}.txt"    # the second of one release only
PARTS = "usr/lib/udev", "usr/lib/systemd/system", "usr/bin/getfacl", "usr/bin/setfacl"
LIBRARIES = "libmtp.so*"        # of what a rule runs
TAR = "neighbours.tar.gz"
ACCOUNTS = "getent group scanner || groupadd -r scanner; getent passwd usbmux || useradd -r usbmux"
# A service whose program is none of our business: whether it was asked for is what counts.
STANDS_STILL = "[Service]\nType=simple\nExecStart=\nExecStart=/bin/sleep infinity\n"
SERVICES = "ipp-usb.service", "usbmuxd.service", "configure-printer@.service"


def layer(release):
    lists = [paths.GUEST_SOURCES / name.format(release.number) for name in PACKAGES]
    made_by = [paths.SUPPORT / "archive.py", *(paths.HERE / "harness" / name for name in ("neighbours.py", "rootfs.py"))]
    packages = [name for each in lists for name in rootfs.words(each)]
    return Layer(release, "neighbours", lambda directory, run: build(run, release.suite, directory, packages), [*lists, *made_by])


def build(run, suite, directory, packages):
    debs, tree = directory / "debs", directory / "tree"
    download(run, suite, directory / "apt", debs, packages)
    for deb in debs.iterdir():
        run(["dpkg-deb", "-x", deb, tree])
    for each in ("lib", "bin"):     # as in a Debian that is installed
        if (tree / each).exists():
            shutil.copytree(tree / each, tree / "usr" / each, symlinks=True, dirs_exist_ok=True)
    libraries = [path.relative_to(tree) for path in (tree / "usr/lib").rglob(LIBRARIES)]
    run(["tar", "-czf", directory / TAR, "-C", tree, "--owner=0", "--group=0", *PARTS, *libraries])
    for each in (directory / "apt", debs, tree):
        shutil.rmtree(each)


def download(run, suite, apt, debs, packages):
    """By apt, with lists of its own for this release."""
    for each in (apt / "lists/partial", apt / "cache/archives/partial", debs):
        each.mkdir(parents=True)
    (apt / "sources.list").write_text(archive.sources(run, suite))
    (apt / "status").touch()
    options = [f"-o{name}={value}" for name, value in (
        ("Dir::Etc::SourceList", apt / "sources.list"), ("Dir::Etc::SourceParts", "/dev/null"), ("Dir::State::Lists", apt / "lists"),
        ("Dir::Cache", apt / "cache"), ("Dir::State::status", apt / "status"), ("APT::Sandbox::User", "root"))]
    run(["apt-get", "-qq", *options, "update"])
    run(["apt-get", "-qq", *options, "download", *packages], cwd=debs)


def install(vm):
    """Into the guest, which reads its rules and units anew."""
    vm.put("/run/neighbours.tar.gz", (layer(vm.rig.release).directory / TAR).read_bytes())
    vm.sh(f"tar -C / --keep-directory-symlink -xzf /run/neighbours.tar.gz && {ACCOUNTS}")
    for service in SERVICES:
        vm.sh(f"mkdir -p /etc/systemd/system/{service}.d")
        vm.put(f"/etc/systemd/system/{service}.d/still.conf", STANDS_STILL)
    vm.sh("systemd-hwdb update && udevadm control --reload && systemctl daemon-reload", timeout=600)
