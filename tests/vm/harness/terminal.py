# SPDX-License-Identifier: MIT
"""A machine with the product on it: the agent is started, policies are pushed, verdicts are read."""

import json
import re
import time

from .machine import PATIENCE_S, GuestError, Machine
from .policy import Kit, policy

UNIT = "sekimorid.service"


class Terminal(Machine):
    def __init__(self, rig, directory, log, **options):
        super().__init__(rig, directory, log, **options)
        self.kit = None

    def start_agent(self, content=None, sealed=False):
        """Install as an administrator would: trust, service, first policy. Leaves the gate deciding."""
        self.kit = Kit(self.directory)
        self.put("/etc/sekimori/trust.pem", self.kit.trust)
        # --root: enabling that way makes systemd read nothing anew, which takes seconds in emulation
        self.sh(f"systemd-sysusers && systemctl --root=/ --quiet enable {UNIT} && systemctl start {UNIT}")
        if not sealed:
            self.push(content or policy())

    def push(self, content):
        """Sign under the next serial and push; it must be accepted."""
        return self.sh(f"sekimori push {self.sign(content)}")

    def sign(self, content):
        """Sign under the next serial; returns where the envelope is in the guest."""
        path = "/run/policy.cms"
        self.put(path, self.kit.sign(content))
        return path

    def audit(self, kind=None):
        """The records in the audit log, of one type or all, oldest first."""
        lines = self.sh("cat /var/lib/sekimori/audit/audit.jsonl").splitlines()
        return [record for record in map(json.loads, lines) if kind in (None, record["type"])]

    def devices(self):
        return json.loads(self.sh("sekimori devices --json"))

    def status(self):
        return json.loads(self.sh("sekimori status --json"))

    def agent_pid(self):
        return int(self.sh(f"systemctl show -P MainPID {UNIT}"))

    def await_verdict(self, verdict, *devices, timeout=PATIENCE_S):
        """Wait until the gate has decided so (allow, read-only, deny) on each of these."""
        end = time.monotonic() + timeout
        while True:
            reply = self.run("sekimori devices --json")    # no agent yet: nothing is known
            known = {each.get("serial"): each["verdict"] for each in json.loads(reply.text)} if reply.status == 0 else {}
            open_yet = [f"{device}: {known.get(device.serial)}" for device in devices
                        if known.get(device.serial) != verdict]
            if not open_yet:
                return
            if time.monotonic() > end:
                raise GuestError(f"after {timeout} s not '{verdict}': {', '.join(open_yet)}")

    def await_driver(self, device, timeout=PATIENCE_S):
        """Wait until some interface of the device is bound; returns its sysfs directory."""
        path = self.path_of(device)
        self.wait(f"ls -d {path}:*/driver {path}/*:*/driver 2>/dev/null | grep -q .", timeout,
                  what=f"{device} bound")
        return path

    def await_disk(self, device, timeout=PATIENCE_S):
        """Wait for the device's disk; returns its node."""
        path = self.path_of(device)
        found = self.wait(f"cd -P {path} && ls -d */host*/target*/*/block/* 2>/dev/null", timeout,
                          what=f"a disk of {device}")
        return "/dev/" + found.split()[0].rsplit("/", 1)[1]

    def authorize_by_hand(self, device):
        """What the gate does for an allowed device, without a gate."""
        path = self.path_of(device)
        self.sh(f"echo 1 >{path}/authorized")
        return path

    def assert_denied_by_kernel(self, *devices):
        """The kernel itself says so, whatever the agent believes."""
        serials, authorized = {}, {}
        for line in self.sh("cd /sys/bus/usb/devices && grep . */serial */authorized").splitlines():
            name, attribute, value = re.match(r"(.+)/(serial|authorized):(.*)", line).groups()
            (serials if attribute == "serial" else authorized)[name] = value
        for device in devices:
            states = [authorized[name] for name, serial in serials.items() if serial == device.serial]
            if states != ["0"]:
                raise GuestError(f"{device}: authorized is {states}")

