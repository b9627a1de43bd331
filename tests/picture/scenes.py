# SPDX-License-Identifier: MIT
"""Puts what `make demo` shows on a terminal into the documents that quote it: each block of code that begins with a
scene's number.
usage: scenes.py DEMO BUILD"""

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
QUOTING = ("README.md", "README.ja.md", "docs/DEMO.md", "docs/ja/DEMO.md")
COLUMNS = 100


def on_a_terminal(*command):
    """What it shows there, without its colours."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    shown = b""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower) as demo:
        os.close(follower)
        try:
            while more := os.read(leader, 4096):
                shown += more
        except OSError:     # the terminal's way to say that nobody writes to it any more
            pass
    assert demo.returncode == 0, shown.decode()
    return re.sub("\x1b\\[[0-9]*m", "", shown.decode().replace("\r\n", "\n"))


def scenes(demo, build):
    shown = on_a_terminal("umockdev-wrapper", demo, build)
    found = re.findall(r"^((\d+)\. .*?)\n\n", shown, re.M | re.S)
    return {number: text for text, number in found}


def quoted(text, played):
    return re.sub(r"^```\n(\d+)\..*?^```", lambda block: f"```\n{played[block[1]]}\n```", text, flags=re.M | re.S)


def main():
    played = scenes(*sys.argv[1:])
    for name in QUOTING:
        path = TOP / name
        path.write_text(quoted(path.read_text(encoding="utf-8"), played), encoding="utf-8")
    print(f"{len(played)} scenes in {', '.join(QUOTING)}")


main()
