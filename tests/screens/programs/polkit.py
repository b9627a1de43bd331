# SPDX-License-Identifier: MIT
"""polkit's helper (polkit-agent-helper-1), by its agent for terminals: asks for both, says why it refused, counts nobody who
goes away, and lets in."""

from terminal import await_that, sh
from typist import Typist, tried

# Not pkexec: in Debian 12 polkit takes no answer from the agent that it brings itself, whatever the modules are.
ASKS = "pkcheck --action-id org.freedesktop.policykit.exec --allow-user-interaction --enable-internal-agent --process $$"


def run(terminal):
    sh(f"usermod -a -G sudo {terminal.clerk}")      # whoever may administrate, as Debian's polkit has it
    terminal.begins(["/usr/lib/polkit-1/polkitd", "--no-debug"])
    await_that("polkit on the bus", lambda: "org.freedesktop.PolicyKit1" in sh(
        "dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames"))
    tried(terminal, lambda: Typist("sh", "-c", ASKS, user=terminal.clerk))
    assert {record["service"] for record in terminal.records()} == {"polkit-1"}, terminal.records()
