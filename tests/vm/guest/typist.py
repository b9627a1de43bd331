#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""typist — sits at a terminal of its own: types answers at a program's prompts, and prints what it said.

  typist.py SECONDS SCRIPT COMMAND...     SCRIPT is JSON: [["part of a prompt", "answer"], ...]
                                          a third part is a command that is run before the answer is typed;
                                          an answer {"unseen": "text"} is typed once the program has hidden
                                          what is typed, which it may do only after its prompt, throwing away
                                          what was there before; the answer null is whoever goes away: the program is killed

A prompt is the end of what was said: its line is not ended, and a blank is last. The same words in a sentence are none.

Ends with the program's exit code; 124 when the next prompt did not come or the program did not end in time."""

import json
import os
import pty
import select
import subprocess
import sys
import termios
import time


def is_asked(said, prompt):
    line = said.rsplit(b"\n", 1)[-1]
    return prompt in line and line.endswith(b" ")


def has_ended(pid):
    """Its exit code stays there to be asked for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def hear(terminal, pid, prompt, deadline):
    """Output until the prompt stands there; all of it where `prompt` is empty."""
    said = b""
    while not prompt or not is_asked(said, prompt):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            return said, False
        try:
            more = os.read(terminal, 4096)
        except OSError:     # nobody has the other end open: the program is over, or hangs up first and opens it anew, as login(1) does
            if has_ended(pid):
                return said, not prompt
            more = b""
            time.sleep(0.05)    # no event tells of its opening
        said += more
        sys.stdout.buffer.write(more)
        sys.stdout.flush()
    return said, True


def await_hidden(terminal, deadline):
    while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < deadline:
        time.sleep(0.02)    # a terminal's settings change without an event


def main(seconds, script, *command):
    deadline = time.monotonic() + float(seconds)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    for prompt, answer, *first in json.loads(script):
        if not hear(terminal, pid, prompt.encode(), deadline)[1]:
            break
        for each in first:
            subprocess.run(each, shell=True, check=True)
        if answer is None:
            os.kill(pid, 9)
            break
        if isinstance(answer, dict):
            answer = answer["unseen"]
            await_hidden(terminal, deadline)
        os.write(terminal, answer.encode("utf-8", "surrogateescape") + b"\n")
    else:
        hear(terminal, pid, b"", deadline)
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) & 255
        time.sleep(0.05)    # a child's end on another descriptor than the terminal's: nothing to wait on with a limit
    os.kill(pid, 9)
    return 124


sys.exit(main(*sys.argv[1:]))
