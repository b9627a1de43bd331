# SPDX-License-Identifier: MIT
"""lightdm with its GTK greeter: asks for both, shows why it refused, counts nobody who goes away, and lets in."""

import os

import display_manager
from screen import X
from terminal import PASSWORD, await_that, sh

WRONG = "ログインできませんでした。入力した内容が登録と一致しません。もう一度お試しください。"
CODE = "ワンタイムパスワード（6桁の数字）"
SETTINGS = f"""[LightDM]
logind-check-graphical=false
[Seat:*]
xserver-command={display_manager.SERVER}
greeter-session=lightdm-gtk-greeter
user-session=own
"""


def given_a_greeter(terminal):
    display_manager.given("/etc/lightdm/lightdm.conf.d/50.conf", SETTINGS)
    sh("install -d -o lightdm -g lightdm /var/lib/lightdm /var/log/lightdm /run/lightdm")
    terminal.begins(["lightdm", "--debug"], stderr=open("/tmp/lightdm.txt", "wb"))
    await_that("a greeter", lambda: os.path.exists("/run/lightdm/root/:0") and os.path.exists("/tmp/.X11-unix/X0"))
    return X(":0", "/run/lightdm/root/:0")


def prompts():
    return sh("cat /var/log/lightdm/lightdm.log").count("Prompt greeter with")


def enters(screen, text):
    """And until lightdm has asked for more, or it is over."""
    before = prompts()
    screen.enters(text)
    await_that(f"an answer to {text!r}", lambda: prompts() > before or "start session" in sh("cat /var/log/lightdm/lightdm.log"))


def goes_away(screen):
    """By the button behind the field."""
    before = prompts()
    screen.presses("Tab")
    screen.presses("space")
    await_that("another question", lambda: prompts() > before)


def run(terminal):
    screen = given_a_greeter(terminal)
    await_that("the question for a name", lambda: prompts() == 1)
    enters(screen, terminal.clerk)
    enters(screen, PASSWORD)
    screen.await_words(CODE)
    screen.picture("lightdm-code")
    goes_away(screen)
    assert terminal.records() == [], terminal.records()

    enters(screen, terminal.clerk)
    enters(screen, PASSWORD)
    enters(screen, "000000")
    assert terminal.await_record(1) == ("login-refused", "wrong-code"), terminal.records()
    screen.await_words(WRONG)
    screen.picture("lightdm-refused")

    screen.enters(PASSWORD)
    screen.await_words(CODE)
    screen.enters(terminal.code())
    assert terminal.await_record(2)[0] == "login-allowed", terminal.records()
    await_that("a session", lambda: terminal.records("session-opened"))
