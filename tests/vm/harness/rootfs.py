# SPDX-License-Identifier: MIT
"""A Debian of the same release as this machine (the binaries are linked here), as a tar file."""

import re

PATHS_LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*")
INDEX = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"


def words(path):
    """The lines of a list file without comments and blank lines."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def sources(run):
    """The Debian archives this machine uses itself, so a mirror set here is used for the guest too."""
    known = run(["apt-get", "indextargets", "--format", INDEX, "Identifier: Packages"])
    debian = sorted({line for line in known.splitlines() if line.startswith("Debian|")})
    if not debian:
        raise RuntimeError("apt knows no Debian archive: run apt-get update first")
    return "".join("deb %s %s %s\n" % tuple(line.split("|")[1:]) for line in debian)


def proxy(run):
    """apt's proxy, if this machine has one."""
    line = run(["apt-config", "shell", "proxy", "Acquire::http::Proxy"])
    return re.findall(r"^proxy='(.+)'$", line)


def suite():
    return re.search(r"^VERSION_CODENAME=(\w+)", open("/etc/os-release").read(), re.M).group(1)


def build(run, packages, tar):
    command = ["mmdebstrap", "--variant=minbase", "--include=" + ",".join(packages)]
    command += [f"--dpkgopt=path-exclude={path}" for path in PATHS_LEFT_OUT]
    command += [f'--aptopt=Acquire::http::Proxy "{url}"' for url in proxy(run)]
    run(command + [suite(), tar, "-"], input=sources(run))
