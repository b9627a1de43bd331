# SPDX-License-Identifier: MIT
"""cockpit, as a browser speaks with it: asks for both, counts nobody who goes away, and lets in."""

import base64
import os
import re
import subprocess

from terminal import PASSWORD, await_that, sh


SOCKET = "/run/cockpit/session"


PATIENCE_S = 20
PAGE = "http://127.0.0.1:9090/cockpit/login"


def of(text):
    return base64.b64encode(text.encode()).decode()


def asks(authorization):
    return subprocess.run(["curl", "-s", "-i", "-H", f"Authorization: {authorization}", PAGE], text=True, capture_output=True).stdout


def given_a_server(terminal):
    sh(f"install -d /run/cockpit /etc/cockpit && printf '[Basic]\\nresponse-timeout = {PATIENCE_S}\\n' >/etc/cockpit/cockpit.conf")
    log = open("/tmp/cockpit.txt", "wb")
    if os.path.exists("/usr/lib/systemd/system/cockpit-session.socket"):    # Debian 12's server starts it itself
        terminal.begins(["systemd-socket-activate", "--accept", "--inetd", "-l", SOCKET, "/usr/lib/cockpit/cockpit-session"], stderr=log)
        await_that("a socket", lambda: os.path.exists(SOCKET))
    terminal.begins(["/usr/lib/cockpit/cockpit-ws", "--no-tls"], stderr=log)
    await_that("a server", lambda: "HTTP/1.1" in asks("none"))


def begins(terminal):
    """With name and password, as the page sends both; the number of the conversation, in which the code is asked for."""
    answer = asks("Basic " + of(f"{terminal.clerk}:{PASSWORD}"))
    number, question = re.search(r"WWW-Authenticate: X-Conversation (\S+) (\S+)", answer, re.I).groups()
    assert base64.b64decode(question).decode().startswith("ワンタイムパスワード"), answer
    return number


def run(terminal):
    given_a_server(terminal)
    begins(terminal)
    await_that("that it has had enough", lambda: not sh("pgrep -x cockpit-session || true"))
    assert terminal.records() == [], terminal.records()

    said = asks(f"X-Conversation {begins(terminal)} {of('000000')}")
    assert " 401 " in said, said
    assert "ログインできませんでした。" in said or "application/json" not in said, said      # Debian 12's server keeps it to itself
    assert terminal.await_record(1) == ("login-refused", "wrong-code"), terminal.records()
    said = asks(f"X-Conversation {begins(terminal)} {of(terminal.code())}")
    assert " 200 " in said and "csrf-token" in said, said
    assert terminal.await_record(2)[0] == "login-allowed", terminal.records()
    assert {(r["service"], r["rhost"]) for r in terminal.records()} == {("cockpit", "127.0.0.1")}, terminal.records()
