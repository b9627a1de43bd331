# SPDX-License-Identifier: MIT
"""A Debian of any release, made by mmdebstrap from the archives that this machine uses itself."""

import re

PATHS_LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*")
INDEX = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"


def words(path):
    """The lines of a list file without comments and blank lines."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def sources(run, suite):
    """The Debian archives this machine uses itself, of this release: a mirror set here is used for the guest too."""
    known = run(["apt-get", "indextargets", "--format", INDEX, "Identifier: Packages"])
    debian = sorted({line for line in known.splitlines() if line.startswith("Debian|")})
    if not debian:
        raise RuntimeError("apt knows no Debian archive: run apt-get update first")
    here = re.search(r"^VERSION_CODENAME=(\w+)", open("/etc/os-release").read(), re.M).group(1)
    return "".join("deb %s %s %s\n" % (uri, re.sub(f"^{here}\\b", suite, name), component)
                   for uri, name, component in (line.split("|")[1:] for line in debian))


def mmdebstrap(run, suite, target, *options):
    """With these options, into a directory or a tar file."""
    proxy = re.findall(r"^proxy='(.+)'$", run(["apt-config", "shell", "proxy", "Acquire::http::Proxy"]))
    run(["mmdebstrap", *options, *(f'--aptopt=Acquire::http::Proxy "{url}"' for url in proxy), suite, target, "-"],
        input=sources(run, suite))


def without_documents():
    return [f"--dpkgopt=path-exclude={path}" for path in PATHS_LEFT_OUT]


def build(run, suite, packages, tar):
    mmdebstrap(run, suite, tar, "--variant=minbase", "--include=" + ",".join(packages), *without_documents())
