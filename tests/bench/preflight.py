#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`sekimori setup check` with 200 PAM services beside the questions that it asks libpam, asked alone: JSON of milliseconds.
usage: unshare --mount --propagation private tests/bench/preflight.py BUILD      root: it lays a tmpfs over /run, which is one on a terminal

The questions are taken down once, by a sekimori-stacks that hands them on to the real one, together with the folder that
it was given. Then the whole command and the questions alone take turns. Where login is not enabled yet, the other side
runs pam-auth-update on such a folder, too, as the command does."""

import array
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROUNDS = 21
SERVICES = 200
INCLUDE = "@include common-auth\n@include common-account\n"
TEXTS = (INCLUDE, "auth required pam_nologin.so\nauth optional pam_faildelay.so delay=3000000\n" + INCLUDE,
         "auth sufficient pam_u2f.so cue\n" + INCLUDE, "auth substack common-auth\naccount include common-account\n")
OPEN = "auth required pam_unix.so\naccount required pam_unix.so\n"     # one of them goes round: it must be found
RECORDER = """#!/usr/bin/python3
import array, os, shutil, socket, subprocess
here = os.path.dirname(os.path.abspath(__file__))
asked = socket.socket(fileno=os.dup(3))
asked.setblocking(True)
first, control, _, _ = asked.recvmsg(16, 64)
folder = array.array("i", control[0][2])[0]
shutil.copytree(f"/proc/self/fd/{folder}", here + "/folder")
mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.dup2(theirs.fileno(), 3)
real = subprocess.Popen(["%s"], pass_fds=[3], env={})
theirs.close()
mine.sendmsg([first], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [folder]))])
with open(here + "/questions", "wb") as to:
    while question := asked.recv(4096):
        to.write(question)
        to.flush()
        mine.send(question)
        asked.send(mine.recv(4096))
"""


def write(root, files, mode=0o644):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)


def terminal(root):
    """Debian's stacks of this machine, and 200 services."""
    shutil.copytree("/usr/share/pam-configs", f"{root}/usr/share/pam-configs")
    shutil.copytree("/var/lib/pam", f"{root}/var/lib/pam")
    shutil.copytree("install/pam-configs", f"{root}/usr/share/pam-configs", dirs_exist_ok=True)
    write(root, {f"etc/pam.d/service{i}": TEXTS[i % len(TEXTS)] for i in range(SERVICES)})
    write(root, {f"etc/pam.d/{name}": INCLUDE for name in ("login", "sshd", "sudo", "su", "gdm-password", "swaylock", "other")})
    write(root, {"etc/pam.d/vnc": OPEN, "etc/pam.d/sekimori-password": OPEN, "etc/group": "root:x:0:\n",
                 "etc/passwd": "hanako:x:1000:1000::/:/bin/sh\n", "etc/nsswitch.conf": "group: files systemd\n",
                 "usr/lib/x86_64-linux-gnu/security/pam_sekimori.so": ""})
    for name in os.listdir("/etc/pam.d"):
        if name.startswith("common-"):
            shutil.copy(f"/etc/pam.d/{name}", f"{root}/etc/pam.d")
    os.makedirs(f"{root}/usr/sbin")
    os.symlink("/usr/sbin/pam-auth-update", f"{root}/usr/sbin/pam-auth-update")


def update(root):
    """pam-auth-update with a debconf of its own, as agent/cli/setup/pam_tree.c has it."""
    write(root, {"debconf.conf": f"Config: configdb\nTemplates: templatedb\n\nName: configdb\nDriver: File\nFilename: {root}/config.dat\n\n"
                                 f"Name: templatedb\nDriver: File\nFilename: {root}/templates.dat\n"})
    subprocess.run(["/usr/sbin/pam-auth-update", "--root", root, "--package", "--enable", "sekimori", "sekimori-session"], check=True,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root",
                        "DEBCONF_SYSTEMRC": f"{root}/debconf.conf"}, stdout=subprocess.DEVNULL)


def check(sekimori, root):
    done = subprocess.run([sekimori, "setup", "check", "--json", "--root", root], stdout=subprocess.PIPE, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    found = {each["check"]: each["text"] for each in json.loads(done.stdout)["findings"]}
    assert "vnc (pam_unix)" in found["services"] and "service2 (pam_u2f)" not in found["services"], found
    return found


def questions_of(build, scratch, root):
    """The questions, and the folder that they are about."""
    place = f"{scratch}/recorder"
    os.mkdir(place)
    shutil.copy(f"{build}/sekimori", place)
    write(place, {"sekimori-stacks": RECORDER % f"{build}/sekimori-stacks"}, 0o755)
    check(f"{place}/sekimori", root)
    with open(f"{place}/questions", "rb") as file:
        taken = file.read()
    os.chmod(f"{place}/folder", 0o755)
    each = [taken[at:at + QUESTION] for at in range(0, len(taken), QUESTION)]
    assert len(each) > SERVICES, len(each)
    return each, f"{place}/folder"


def ask(folder, each):
    stacks = Stacks(folder)
    verdicts = set()
    for question in each:
        stacks.here.send(question)
        verdicts.add(stacks.here.recv(4096)[0])
    assert stacks.close() == 0 and verdicts == {NEVER, EVER}, verdicts


def timed(what, *arguments):
    began = time.monotonic()
    what(*arguments)
    return (time.monotonic() - began) * 1e3


def measure(build, scratch, root, enabled):
    each, folder = questions_of(build, scratch, root)
    took = {"check": [], "questions": []}
    for i in range(ROUNDS):
        took["check"].append(timed(check, f"{build}/sekimori", root))
        copy = f"{scratch}/copy{i}"
        shutil.copytree(root, copy, symlinks=True)
        took["questions"].append(timed(ask, folder, each) + (0 if enabled else timed(update, copy)))
        shutil.rmtree(copy)
    return took


def main():
    found = {}
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    for enabled in (True, False):
        with tempfile.TemporaryDirectory() as scratch:
            os.chmod(scratch, 0o755)
            root = f"{scratch}/root"
            terminal(root)
            if enabled:
                update(root)
            found["enabled" if enabled else "before that"] = measure(BUILD, scratch, root, enabled)
    print(json.dumps(found))


os.environ["SEKIMORI_BUILD"] = sys.argv[1]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from programs import BUILD  # noqa: E402
from stacks import EVER, NEVER, QUESTION, Stacks  # noqa: E402

if __name__ == "__main__":
    main()
