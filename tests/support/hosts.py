# SPDX-License-Identifier: MIT
"""Terminals to reach over ssh: each a root of its own over this machine's (overlayfs), a network, processes and a name of
its own, an sshd and an agent; a /sys without USB, no unit and no udev rule of the machine's (it may have usbguard), and a dpkg
that knows of no package, whatever happens to the machine's in the meantime. They live in the network namespace of whoever makes them, which must not be the machine's: see apart()."""

import os
import shutil
import subprocess
import sys
import time

SYS = ("devices", "bus/usb/devices", "bus/usb/drivers/usb", "class", "module/usbcore/parameters")
RIVALS = ("etc/systemd/system", "usr/lib/systemd/system", "etc/udev/rules.d", "usr/lib/udev/rules.d")
INIT = """
set -e
mount -t overlay overlay -o lowerdir=/,upperdir={at}/upper,workdir={at}/work {at}/root
cd {at}/root
for each in tmp run sys var/lib/sekimori etc/sekimori home var/lib/dpkg var/lib/apt var/cache {rivals}; do
        mkdir -p $each
        mount -t tmpfs -o mode=755 tmpfs $each
done
chmod 1777 tmp
mkdir -p var/lib/dpkg/{{info,updates,triggers,parts,alternatives}} var/lib/apt/lists/partial var/cache/apt/archives/partial
touch var/lib/dpkg/{{status,available}}
rm -rf usr/bin/sekimori usr/sbin/sekimorid usr/lib/sekimori
mount -t proc proc proc
mount --rbind /dev dev
hostname {name}
mkdir -p run/sshd run/user root/.ssh
cp {keys}/id.pub root/.ssh/authorized_keys
cp {keys}/sshd_config {keys}/host run/sshd
for each in {sys}; do mkdir -p sys/$each; done
mkdir -p sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup || mount --bind /sys/fs/cgroup sys/fs/cgroup
mount -o remount,bind,ro sys/fs/cgroup
echo 1 >sys/module/usbcore/parameters/authorized_default
ip link set lo up
echo ready
read -r go
ip address add {address}/24 dev {link}
ip link set {link} up
exec chroot . sh -c 'test -e /run/sshd/host && echo inside && exec /usr/sbin/sshd -D -e -f /run/sshd/sshd_config'
"""
SSHD = """Port 22
HostKey /run/sshd/host
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile none
Subsystem sftp internal-sftp
"""


def missing():
    """Why none of this can be done here, or ''."""
    for program in ("ansible-playbook", "ip", "unshare", "nsenter", "ssh", "ssh-keygen", "dpkg-deb"):
        if not shutil.which(program):
            return f"{program} is missing (make check-fleet)"
    if not os.path.exists("/usr/sbin/sshd"):
        return "sshd is missing (make check-fleet)"
    if os.geteuid() != 0:
        return "only root can make network namespaces and roots"
    made = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", "mkdir -p /tmp/.try && mount -t tmpfs t /tmp/.try "
                           "&& cd /tmp/.try && mkdir u w r && mount -t overlay o -o lowerdir=/,upperdir=u,workdir=w r"],
                          capture_output=True, text=True, check=False)
    return f"no overlay here: {made.stderr.strip()}" if made.returncode else ""


def apart():
    """Begin this program again among mounts, processes and a network of its own: what it leaves behind ends with it."""
    if os.environ.get("HOSTS_APART") != "yes":
        os.environ["HOSTS_APART"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", "--net", "--uts", "--pid", "--fork", "--kill-child",
                              "--mount-proc", sys.executable, *sys.argv])
    run("mount", "-t", "tmpfs", "tmpfs", "/mnt")  # overlayfs wants an upper layer that is none itself
    os.chdir("/mnt")
    run("ip", "link", "add", "segment", "type", "bridge")
    run("ip", "address", "add", "10.77.0.1/24", "dev", "segment")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "set", "segment", "up")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "id")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "host")
    with open("sshd_config", "w", encoding="utf-8") as f:
        f.write(SSHD)


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


class Host:
    def __init__(self, name, number):
        self.name, self.address, self.link = name, f"10.77.0.{10 + number}", f"to-{number}"
        self.at, self.agent = f"/mnt/{name}", None
        for folder in ("upper", "work", "root"):
            os.makedirs(f"{self.at}/{folder}")
        script = INIT.format(at=self.at, name=name, keys="/mnt", sys=" ".join(SYS), rivals=" ".join(RIVALS),
                             address=self.address, link=self.link)
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "--net", "--uts", "--pid", "--fork",
                                         "--kill-child", "bash", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=open(f"/mnt/{name}.log", "w", encoding="utf-8"), text=True)
        assert self.process.stdout.readline() == "ready\n", self.log()
        self.pid = run("pgrep", "-P", self.process.pid).strip()
        run("ip", "link", "add", f"{self.link}-here", "master", "segment", "up", "type", "veth", "peer", "name", self.link, "netns",
            self.pid)
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        # Before, what is done "there" would be done to the machine that the tests run on.
        assert self.process.stdout.readline() == "inside\n", self.log()

    def log(self):
        with open(f"/mnt/{self.name}.log", encoding="utf-8") as f:
            return f.read()

    def inside(self, *words):
        """The command line that runs there, and nowhere else: the root must be the one with our mark in it."""
        assert os.path.exists(f"/proc/{self.pid}/root/run/sshd/host"), f"{self.name} has no root of its own"
        return ["nsenter", "--target", self.pid, "--mount", "--net", "--uts", "--pid", f"--root=/proc/{self.pid}/root", "--wd=/",
                *words]

    def do(self, *words, **more):
        return run(*self.inside(*words), **more)

    def status(self):
        import json
        return json.loads(self.do("sekimori", "status", "--json"))

    def start_agent(self):
        """What systemd does on a real terminal."""
        # pylint: disable=consider-using-with
        self.agent = subprocess.Popen(self.inside("env", "SYSTEMD_DEVICE_VERIFY_SYSFS=0", "/usr/sbin/sekimorid", "--foreground"),
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.agent.stdout.readline() != "ready\n":
            raise AssertionError(f"{self.name}: {self.agent.communicate()[1]}")

    def stop_agent(self):
        self.do("pkill", "-x", "sekimorid")
        self.agent.communicate(timeout=30)

    def wait_for_ssh(self):
        deadline = time.monotonic() + 20
        while subprocess.run(["ssh", *SSH, f"root@{self.address}", "true"], capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)


SSH = ("-i", "/mnt/id", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o",
       "BatchMode=yes")
