# SPDX-License-Identifier: MIT
"""The kernel parameter for emergencies opens nothing by itself: a wrong code boots on, a right one gives a root shell, once."""

import re
import time

from harness import devices
from harness.machine import GuestError

DEBIAN = LONG = True
PASSWORD = "correct horse"
KEYSTROKE_S = 0.15   # QEMU keeps 16 changes, and a busy host's guest asks for them late


def run(vm):
    keyboard, late = devices.keyboard(), devices.keyboard()
    vm.install_files()
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd")
    vm.start_agent()
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", vm.sh("sekimori enrol root recovery"))

    # With an agent that is broken.
    vm.plug(keyboard)
    boot(vm, "systemctl enable sekimori-emergency && update-initramfs -u && mv /usr/lib/sekimori/sekimorid /root/")
    for _ in range(3):
        answer(vm, "root", PASSWORD, "0000-0000-0000")
    vm.wait("systemctl is-active sysinit.target", timeout=300)
    vm.plug(late)
    vm.await_driver(late, timeout=300)
    assert vm.sh("cat /sys/module/usbcore/parameters/authorized_default").strip() == "0"

    boot(vm)
    answer(vm, "root", PASSWORD, codes[0].lower())
    await_screen(vm, "root shell")
    assert vm.run("systemctl is-active sysinit.target").text.strip() == "inactive", "the boot waits"
    types(vm, "mv /root/sekimorid /usr/lib/sekimori/; exit\n")
    vm.await_verdict("allow", keyboard, timeout=300)

    boot(vm)
    for _ in range(3):
        answer(vm, "root", PASSWORD, codes[0].lower())
    vm.await_verdict("allow", keyboard, timeout=300)
    refused, allowed = ([r.get("reason", "") for r in vm.audit(kind) if r["service"] == "sekimori-emergency"]
                        for kind in ("login-refused", "login-allowed"))
    # A key that the emulated keyboard loses makes another reason of it, and never a shell.
    assert len(refused) == 6 and "wrong-code" in refused[:3] and "used" in refused[3:] and allowed == [""], (refused, allowed)
    vm.sh("sekimori audit verify --pub /var/lib/sekimori/audit/terminal.pub")


def boot(vm, offline=None):
    vm.power_cycle(offline=offline, arguments="sekimori.emergency console=tty0 loglevel=3", wait=False)
    vm.await_up()


def await_screen(vm, text):
    vm.wait(f"sed 's/ *$//' /dev/vcs1 | grep -q '{text}'", timeout=300, what=f"'{text}' on the screen")


def await_prompt(vm, prompt, timeout=300):
    vm.wait(f"fold -w 80 /dev/vcs1 | sed 's/ *$//' | grep . | tail -n 1 | grep -q '^{prompt}$'", timeout, what=prompt)


def answer(vm, *answers):
    await_prompt(vm, "User name:")
    for text, following in zip(answers, ("Password:", "Recovery code:", None)):
        types(vm, text + "\n")
        if following:
            await_next(vm, following)


def await_next(vm, prompt):
    """The keyboard may have lost the last key, too."""
    try:
        await_prompt(vm, prompt, timeout=30)
    except GuestError:
        types(vm, "\n")
        await_prompt(vm, prompt)


NAMES = {" ": "spc", "\n": "ret", "-": "minus", ".": "dot", "/": "slash", ";": "semicolon"}


def types(vm, text):
    for character in text:
        vm.type_key(NAMES.get(character, character))
        time.sleep(KEYSTROKE_S)
