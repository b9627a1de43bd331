# SPDX-License-Identifier: MIT
"""sddm, which gives one answer to every question: both in one line let in, the password alone does not."""

import glob
import os
import subprocess

from screen import X
from terminal import PASSWORD, await_that, sh

OWN_SERVER = """#!/bin/sh
for word; do case $before in -auth) authority=$word;; -displayfd) fd=$word;; esac; before=$word; done
exec Xvfb -screen 0 1024x768x24 -auth "$authority" -displayfd "$fd" -nolisten tcp
"""
SETTINGS = "[General]\nDisplayServer=x11\n[X11]\nServerPath=/usr/local/bin/own-server\nMinimumVT=1\n"
SESSION = "[Desktop Entry]\nType=Application\nName=own\nExec=sleep 600\n"


def given_a_greeter(terminal):
    for path, text in (("/usr/local/bin/own-server", OWN_SERVER), ("/etc/sddm.conf", SETTINGS), ("/usr/share/xsessions/own.desktop", SESSION)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod("/usr/local/bin/own-server", 0o755)
    sh("install -d -o sddm -g sddm /var/lib/sddm /run/sddm")
    terminal.begins(["sddm"], stdout=open("/tmp/sddm.txt", "wb"), stderr=subprocess.STDOUT, env={**os.environ, "QT_QUICK_BACKEND": "software"})
    await_that("a greeter", lambda: sh("pgrep -f sddm-greeter || true"))
    return X(":0", await_that("its authority", lambda: glob.glob("/run/sddm/xauth*") or glob.glob("/var/run/sddm/*"))[0])


def run(terminal):
    screen = given_a_greeter(terminal)
    screen.await_stillness()
    screen.enters(PASSWORD)
    assert terminal.await_record(1)[0] == "login-refused", terminal.records()
    screen.picture("sddm-refused")
    screen.enters(f"{PASSWORD}+000000")
    assert terminal.await_record(2) == ("login-refused", "wrong-code"), terminal.records()
    screen.enters(f"{PASSWORD}+{terminal.code()}")
    assert terminal.await_record(3)[0] == "login-allowed", terminal.records()
    await_that("a session", lambda: terminal.records("session-opened"))
