# SPDX-License-Identifier: MIT
"""xrdp's session manager gives one answer to every question: both in one line let in, the password alone does not."""

import subprocess
import sys

from terminal import PASSWORD, await_that, sh


def asks(terminal, answer):
    """As xrdp does once name and password are entered in its window."""
    before = len(terminal.records())
    subprocess.run(["xrdp-sesrun", "-F", "0", terminal.clerk], input=f"{answer}\n", text=True, capture_output=True)
    return terminal.await_record(before + 1)   # it asks again until its input ends


def run(terminal):
    if sh("dpkg-query -W -f '${Version}' xrdp").startswith("0.9"):
        print("before 0.10 xrdp-sesrun takes a password at a terminal only")
        sys.exit(77)
    sh("install -d /run/xrdp")
    terminal.begins(["xrdp-sesman", "-n"], stdout=open("/tmp/sesman.txt", "wb"))
    await_that("a session manager", lambda: "sesman.socket" in sh("find /run/xrdp"))
    assert asks(terminal, PASSWORD)[0] == "login-refused"
    assert asks(terminal, f"{PASSWORD}+000000") == ("login-refused", "wrong-code")
    assert asks(terminal, f"{PASSWORD}+{terminal.code()}")[0] == "login-allowed", terminal.records()
