# SPDX-License-Identifier: MIT
"""Somebody who types at a terminal of 24 lines by 80, and reads what it says."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time

PATIENCE_S = 20


def sit_down():
    """At the terminal that is stdin, with Ctrl-C as a person has it: what a shell starts behind itself is deaf to it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Typist:
    """Of one program; give `close` to the test's cleanup."""

    def __init__(self, argv, env):
        self.leader, follower = pty.openpty()
        subprocess.run(["stty", "rows", "24", "cols", "80"], stdin=follower, check=True)
        self.process = subprocess.Popen(argv, stdin=follower, stdout=follower, stderr=follower, env=env, start_new_session=True,
                                        preexec_fn=sit_down)
        os.close(follower)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.leader)

    def echoes(self):
        """Whether what is typed would show now."""
        return bool(termios.tcgetattr(self.leader)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.leader, text.encode())

    def read_until(self, mark):
        """What came up to `mark`, and with it."""
        seen = b""
        deadline = time.monotonic() + PATIENCE_S
        while mark.encode() not in seen:
            ready, _, _ = select.select([self.leader], [], [], deadline - time.monotonic())
            assert ready, f"no {mark!r} in {seen.decode(errors='replace')}"
            try:
                more = os.read(self.leader, 4096)
            except OSError:
                more = b""
            assert more, f"no {mark!r} in {seen.decode(errors='replace')}"
            seen += more
        return seen.decode()

    def ended(self):
        """Its exit code, and what it said to the end."""
        rest = b""
        while True:
            ready, _, _ = select.select([self.leader], [], [], 3 * PATIENCE_S)
            assert ready, f"it does not end: {rest.decode(errors='replace')}"
            try:
                more = os.read(self.leader, 4096)
            except OSError:
                more = b""
            if not more:
                return self.process.wait(PATIENCE_S), rest.decode()
            rest += more
