# SPDX-License-Identifier: MIT
"""sddm, which gives one answer to every question: both in one line let in, the password alone does not."""

import glob
import os
import subprocess

import display_manager
from screen import X
from terminal import PASSWORD, await_that, sh

SETTINGS = f"[General]\nDisplayServer=x11\n[X11]\nServerPath={display_manager.SERVER}\nMinimumVT=1\n"


def given_a_greeter(terminal):
    display_manager.given("/etc/sddm.conf", SETTINGS)
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
