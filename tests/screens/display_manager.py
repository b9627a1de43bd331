# SPDX-License-Identifier: MIT
"""What a display manager is given: an X server that needs no screen, a session that does nothing, its settings."""

import os

SERVER = "/usr/local/bin/own-server"
# Of all that it passes on Xvfb understands these.
XVFB = """#!/bin/sh
for word; do
        case $before in -auth) authority=$word;; -displayfd) fd=$word;; esac
        before=$word
done
exec Xvfb ${fd:+-displayfd "$fd"} $(case $1 in :*) echo "$1";; esac) -screen 0 1024x768x24 -auth "$authority" -nolisten tcp
"""
SESSION = "[Desktop Entry]\nType=Application\nName=own\nExec=sleep 600\n"


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def given(settings_path, settings):
    put(SERVER, XVFB, 0o755)
    put("/usr/share/xsessions/own.desktop", SESSION)
    put(settings_path, settings)
