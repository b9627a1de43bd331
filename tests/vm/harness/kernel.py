# SPDX-License-Identifier: MIT
"""Debian's kernel package, taken apart: a bootable vmlinux and the modules the guest needs."""

import lzma
import re
import shutil
import subprocess

XZ_MAGIC = b"\xfd7zXZ\x00"


def package_name(run):
    """The package linux-image-amd64 stands for today."""
    depends = run(["apt-cache", "depends", "linux-image-amd64"])
    return re.search(r"Depends: (linux-image-\S+)", depends).group(1)


def fetch(run, name, into):
    """Download and unpack the package; no kernel is installed on this machine."""
    into.mkdir(parents=True, exist_ok=True)
    run(["apt-get", "download", name], cwd=into)
    (package,) = into.glob("linux-image-*.deb")
    run(["dpkg-deb", "-x", package, into / "root"])
    (release,) = (path.name for path in (into / "root/lib/modules").iterdir())
    run(["depmod", "-b", into / "root", release])
    vmlinux_extract(into / "root/boot" / f"vmlinuz-{release}", into / "vmlinux")
    return release


def vmlinux_extract(bzimage, vmlinux):
    """An uncompressed kernel boots through PVH and saves seconds of emulated decompression."""
    packed = bzimage.read_bytes()
    vmlinux.write_bytes(lzma.LZMADecompressor().decompress(packed[packed.index(XZ_MAGIC):]))


class Modules:
    """The modules of one kernel release and what each depends on."""

    def __init__(self, root, release):
        self.tree = root / "lib/modules" / release
        self.release = release
        self.needs = {}
        for line in (self.tree / "modules.dep").read_text().splitlines():
            module, needs = line.split(":", 1)
            self.needs[module] = needs.split()

    def matching(self, patterns):
        """Modules whose path below kernel/ starts with a pattern, and all they depend on."""
        wanted = re.compile("kernel/(%s)" % "|".join(patterns))
        found = {module for module in self.needs if wanted.match(module)}
        return found.union(*(self.needs[module] for module in found))

    def load_order(self, names):
        """Paths such that each comes after what it depends on; modules.dep names the nearest first."""
        order = []
        for name in names:
            (module,) = (m for m in self.needs if m.endswith(f"/{name}.ko"))
            for each in [*reversed(self.needs[module]), module]:
                if each not in order:
                    order.append(each)
        return order

    def copy(self, modules, root):
        """Install these modules, and only these, below root."""
        target = root / "lib/modules" / self.release
        for module in modules:
            (target / module).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.tree / module, target / module)
        for index in self.tree.glob("modules.[bo]*"):
            shutil.copy(index, target)
        subprocess.run(["depmod", "-b", root, self.release], check=True)
