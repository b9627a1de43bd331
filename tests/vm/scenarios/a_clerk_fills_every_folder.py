# SPDX-License-Identifier: MIT
"""A clerk fills every folder that anybody may write to, by files and by bytes: the agent starts again, denies, and root comes in."""

from harness import devices
from harness.desk import PASSWORD, Desk

FILL = """import os
for folder, files in (("/tmp", True), ("/var/tmp", False), ("/home/clerk", False), ("/dev/shm", False), ("/run/lock", False)):
    made = 0
    try:
        while files:
            os.close(os.open(f"{folder}/fill-{made}", os.O_CREAT | os.O_WRONLY))
            made += 1
    except OSError as error:
        print(folder, made, "files:", error.strerror)
    try:
        with open(f"{folder}/fill-0", "wb") as f:
            while True:
                f.write(bytes(1 << 20))
    except OSError as error:
        print(folder, "bytes:", error.strerror)
"""


def run(vm):
    desk = Desk(vm)
    vm.sh(f"echo 'root:{PASSWORD}' | chpasswd && useradd -m -u 1000 -s /bin/sh clerk")
    desk.token("root")
    # Debian 13's /tmp is memory: half of it, as /dev/shm is, and both full are all of it; and a million files, for which emulation
    # has no patience. Less is the same end; a_clerk_starves_nobody takes the memory.
    vm.sh("if mountpoint -q /tmp; then mount -o remount,size=64m,nr_inodes=20000 /tmp; fi")
    vm.put("/run/fill.py", FILL)
    vm.sh("systemd-run --quiet --collect --uid=clerk --slice=user-1000.slice --wait --pipe --unit=fill python3 /run/fill.py", timeout=400)
    for folder in ("/tmp", "/dev/shm"):
        assert vm.run(f"runuser -u clerk -- sh -c 'head -c 65536 /dev/zero >{folder}/more'").status != 0, folder
    assert vm.run("runuser -u clerk -- touch /tmp/one-more").status != 0    # not a file more

    vm.sh("systemctl restart sekimorid")
    stick, keyboard = devices.stick(), devices.keyboard()
    vm.plug(stick, keyboard)
    vm.await_verdict("allow", keyboard)
    vm.await_verdict("deny", stick)
    vm.assert_denied_by_kernel(stick)
    status, screen = desk.becomes("root")
    assert status == 0 and "\nroot\r" in screen, screen
