# SPDX-License-Identifier: MIT
"""sshd and a client that knows no Japanese: its questions and its refusal can be read, and both factors let in."""

import os
import pty
import select

from terminal import PASSWORD, sh, PATIENCE_S

ENGLISH = "You are not logged in: what was entered does not match."
OPTIONS = ["-o", "StrictHostKeyChecking=no", "-o", "NumberOfPasswordPrompts=1", "-o", "PreferredAuthentications=keyboard-interactive"]


def hears(terminal, until):
    """What it says, until these words; or until it ends."""
    said = b""
    while until is None or until.encode() not in said:
        assert select.select([terminal], [], [], PATIENCE_S)[0], said
        try:
            more = os.read(terminal, 4096)
        except OSError:
            return said.decode()
        said += more
        if not more:
            break
    return said.decode()


def logs_in(user, code, locale):
    """All that the person at the other end sees."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("ssh", ["ssh", *OPTIONS, f"{user}@127.0.0.1", "id", "-un"], {**os.environ, "LC_ALL": locale})
    said = hears(terminal, "Password: ")
    os.write(terminal, f"{PASSWORD}\n".encode())
    said += hears(terminal, "One-time code (6 digits): ")
    os.write(terminal, f"{code}\n".encode())
    said += hears(terminal, None)
    os.waitpid(pid, 0)
    return said


def run(terminal):
    sh("install -d /run/sshd && ssh-keygen -A && "
       "printf 'UsePAM yes\\nKbdInteractiveAuthentication yes\\n' >/etc/ssh/sshd_config.d/pam.conf && /usr/sbin/sshd")
    assert ENGLISH in logs_in(terminal.clerk, "000000", "C")
    said = logs_in(terminal.clerk, "000001", "C.UTF-8")
    assert "パスワード / Password: " in said and ENGLISH in said, said
    assert f"\n{terminal.clerk}\r" in logs_in(terminal.clerk, terminal.code(), "C")
    assert [r["type"] for r in terminal.records()] == 2 * ["login-refused"] + ["login-allowed"], terminal.records()
