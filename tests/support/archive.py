# SPDX-License-Identifier: MIT
"""Debian's archives as this machine knows them, and a Debian of any release made from them by mmdebstrap."""
import re

SUITES = {"12": "bookworm", "13": "trixie"}
INDEX = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"


def sources(run, suite):
    """The archives that this machine uses itself, of this release: a mirror set here is used for the other one, too."""
    known = run(["apt-get", "indextargets", "--format", INDEX, "Identifier: Packages"])
    debian = sorted({line for line in known.splitlines() if line.startswith("Debian|")})
    if not debian:
        raise RuntimeError("apt knows no Debian archive: run apt-get update first")
    here = re.search(r"^VERSION_CODENAME=(\w+)", open("/etc/os-release", encoding="utf-8").read(), re.M).group(1)
    return "".join("deb %s %s %s\n" % (uri, re.sub(f"^{here}\\b", suite, name), component)
                   for uri, name, component in (line.split("|")[1:] for line in debian))


def mmdebstrap(run, suite, target, *options):
    """With these options, into a directory or a tar file. run([...], input=) returns what was printed, and raises where that fails."""
    proxy = re.findall(r"^proxy='(.+)'$", run(["apt-config", "shell", "proxy", "Acquire::http::Proxy"]))
    run(["mmdebstrap", *options, *(f'--aptopt=Acquire::http::Proxy "{url}"' for url in proxy), suite, str(target), "-"],
        input=sources(run, suite))
