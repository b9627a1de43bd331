# SPDX-License-Identifier: MIT
"""The two daemons that are compared, each with an equivalent policy. Knows no measurement."""

import atexit
import json
import os
import signal
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "vm"))
from harness.policy import Kit, now, policy  # noqa: E402


def rules(n, identities):
    """`n` of them: sticks that are not there, and last of all, where a scan pays most, what is."""
    return [("0951:1666", f"S{i:05}") for i in range(n - len(identities))] + identities


class Daemon:
    """A daemon in a directory of its own. It needs a bed: what it would find without one is this machine's USB."""

    def __init__(self, scratch):
        self.directory = Path(scratch) / self.name
        self.directory.mkdir(mode=0o755)
        self.process = None

    def start(self, bed):
        with open(self.directory / "log.txt", "a") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                            env={**os.environ, "UMOCKDEV_DIR": bed.root})
        atexit.register(self.process.kill)

    def stop(self):
        self.process.send_signal(self.ENDED_BY)
        self.process.wait(10)
        self.process.stdout.close()

    def pids(self):
        me = self.process.pid
        return [me, *map(int, Path(f"/proc/{me}/task/{me}/children").read_text().split())]


class Sekimori(Daemon):
    name = "sekimori"
    ENDED_BY = signal.SIGTERM

    def __init__(self, scratch, build):
        super().__init__(scratch)
        self.build = Path(build).resolve()
        self.kit = Kit(self.directory)
        self.serial = 0
        (self.directory / "config").mkdir()
        (self.directory / "config/trust.pem").write_bytes(self.kit.trust)
        self.folders = {kind: self.directory / kind for kind in ("config", "state")}
        self.folders["runtime"] = Path(tempfile.mkdtemp(prefix="sekimori-bench-", dir="/dev/shm"))  # a tmpfs, as /run is
        self.folders["runtime"].chmod(0o755)
        atexit.register(shutil.rmtree, self.folders["runtime"])

    def command(self):
        return [self.build / "sekimorid", "--foreground", *self._places("config", "state", "runtime")]

    def _places(self, *kinds):
        return [word for kind in kinds for word in (f"--{kind}-dir", self.folders[kind])]

    def await_ready(self):
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError((self.directory / "log.txt").read_text())

    def push(self, identities):
        """Sign and push to the running agent, as an administrator would."""
        source, envelope = self.directory / "policy.yaml", self.directory / "policy.cms"
        self.serial += 1
        source.write_text(self._policy(identities))
        self._run("policy", "sign", source, "--cert", self.kit.certificate, "--key", self.kit.key, "-o", envelope)
        self._run("push", envelope, *self._places("runtime"))

    def _policy(self, identities):
        """One short line for each rule: 10,000 of them are near the most that a policy may hold."""
        signers = {"threshold": 1, "certificates": [self.kit.certificate.read_text()]}
        head = policy((), serial=self.serial, issued=now(), signers=signers)
        del head["devices"]
        lines = [f"{key}: {json.dumps(value)}" for key, value in head.items()] + ["devices:"]
        for number, (usb_id, serial) in enumerate(identities):
            match = f"id: {usb_id}, serial: {serial}" if serial else f"id: {usb_id}"
            lines.append(f"- {{name: r{number}, match: {{{match}}}, action: allow}}")
        return "\n".join(lines) + "\n"

    def _run(self, *words):
        subprocess.run([self.build / "sekimori", *words], check=True, stdout=subprocess.DEVNULL)

    def set_rules(self, identities, bed):
        self.start(bed)
        self.await_ready()
        self.push(identities)
        self.stop()

    def change_rules(self, identities, _bed):
        self.push(identities)


class Usbguard(Daemon):
    """Debian's, configured as shipped but for where its files are."""

    name = "usbguard"
    ENDED_BY = signal.SIGKILL   # a SIGTERM that reaches it while it starts is lost
    SHIPPED = Path("/etc/usbguard/usbguard-daemon.conf")
    PLACES = {"RuleFile": "rules.conf", "RuleFolder": "rules.d/", "IPCAccessControlFiles": "access/",
              "AuditFilePath": "audit.log"}

    def __init__(self, scratch):
        super().__init__(scratch)
        for folder in ("rules.d", "access"):
            (self.directory / folder).mkdir(mode=0o700)
        self._write("daemon.conf", "".join(map(self._line, self.SHIPPED.read_text().splitlines(True))))

    def _line(self, line):
        key = line.split("=")[0]
        return f"{key}={self.directory}/{self.PLACES[key]}\n" if key in self.PLACES else line

    def _write(self, name, text):
        (self.directory / name).touch(mode=0o600)
        (self.directory / name).write_text(text)

    def command(self):
        return ["/usr/sbin/usbguard-daemon", "-K", "-p", self.directory / "pid", "-c", self.directory / "daemon.conf"]

    def set_rules(self, identities, _bed=None):
        self._write("rules.conf", "".join(
            f"allow id {usb_id}" + (f' serial "{serial}"' if serial else "") + "\n" for usb_id, serial in identities))

    def change_rules(self, identities, bed):
        """It reads its file when it starts, and never again."""
        self.stop()
        self.set_rules(identities)
        self.start(bed)
