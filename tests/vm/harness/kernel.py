# SPDX-License-Identifier: MIT
"""Debian's kernel package, taken apart: a bootable vmlinux and the modules the guest needs."""

import lzma
import re
import shutil
import struct
import subprocess

import archive

XZ_MAGIC, ZSTD_MAGIC = b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
SIZE = 4    # the unpacked kernel's, behind the packed one


def fetch(run, suite, into):
    """Download and unpack the kernel that linux-image-amd64 stands for today; none is installed on this machine."""
    fetched, root = into / "fetched", into / "root"
    archive.mmdebstrap(run, suite, fetched, "--variant=extract", "--include=linux-image-amd64")
    (modules,) = (fetched / each for each in ("lib/modules", "usr/lib/modules") if (fetched / each).is_dir())   # 12, 13
    (root / "lib").mkdir(parents=True)
    shutil.move(modules, root / "lib/modules")
    shutil.move(fetched / "boot", root / "boot")
    shutil.rmtree(fetched)
    (release,) = (path.name for path in (root / "lib/modules").iterdir())
    run(["depmod", "-b", root, release])
    vmlinux_extract(root / "boot" / f"vmlinuz-{release}", into / "vmlinux")
    return release


def vmlinux_extract(bzimage, vmlinux):
    """An uncompressed kernel boots through PVH and saves seconds of emulated decompression. Where the packed one lies is
    said by the boot protocol (Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length)."""
    image = bzimage.read_bytes()
    offset, length = struct.unpack_from("<II", image, 0x248)
    begin = (image[0x1f1] + 1) * 512 + offset
    packed = image[begin:begin + length - SIZE]
    if packed.startswith(ZSTD_MAGIC):
        vmlinux.write_bytes(subprocess.run(["zstd", "-d"], input=packed, check=True, capture_output=True).stdout)
    elif packed.startswith(XZ_MAGIC):
        vmlinux.write_bytes(lzma.decompress(packed))
    else:
        raise RuntimeError(f"{bzimage}: packed in a way that is not known here: {packed[:6].hex()}")


class Modules:
    """The modules of one kernel release and what each depends on. They may be packed (.ko.xz)."""

    def __init__(self, root, release):
        self.tree = root / "lib/modules" / release
        self.release = release
        self.needs = {}
        for line in (self.tree / "modules.dep").read_text().splitlines():
            module, needs = line.split(":", 1)
            self.needs[module] = needs.split()
        self.built_in = (self.tree / "modules.builtin").read_text().splitlines()

    def matching(self, patterns):
        """Modules whose path below kernel/ starts with a pattern, and all they depend on."""
        wanted = re.compile("kernel/(%s)" % "|".join(patterns))
        found = {module for module in self.needs if wanted.match(module)}
        return found.union(*(self.needs[module] for module in found))

    def load_order(self, names):
        """Paths such that each comes after what it depends on; modules.dep names the nearest first. What one release has
        as a module, the next has in the kernel itself."""
        order = []
        for name in names:
            if any(path.endswith(f"/{name}.ko") for path in self.built_in):
                continue
            (module,) = (m for m in self.needs if m.removesuffix(".xz").endswith(f"/{name}.ko"))
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

    def unpacked(self, module, directory):
        """A copy as every insmod reads it; returns its name."""
        path = self.tree / module
        content = path.read_bytes()
        name = path.name.removesuffix(".xz")
        (directory / name).write_bytes(lzma.decompress(content) if name != path.name else content)
        return name
