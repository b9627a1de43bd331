# SPDX-License-Identifier: MIT
"""A machine with the product on it: the agent is started, policies are pushed, verdicts are read."""

import json
import re

from .machine import PATIENCE_S, GuestError, Machine
from .policy import Kit, policy

UNIT = "sekimorid.service"


class Terminal(Machine):
    def __init__(self, rig, directory, log, **options):
        super().__init__(rig, directory, log, **options)
        self.kit = None

    def start_agent(self, content=None):
        """Install as an administrator would: trust, service, first policy. Leaves the gate deciding."""
        self.kit = Kit(self.directory)
        self.put("/etc/sekimori/trust.pem", self.kit.trust)
        # --root: enabling that way makes systemd read nothing anew, which takes seconds in emulation
        self.sh(f"systemd-sysusers && systemctl --root=/ --quiet enable {UNIT} && systemctl start {UNIT}")
        self.push(content or policy())

    def push(self, content):
        """Sign under the next serial and push; it must be accepted."""
        self.put("/run/policy.cms", self.kit.sign(content))
        return self.sh("sekimori push /run/policy.cms")

    def devices(self):
        return json.loads(self.sh("sekimori devices --json"))

    def status(self):
        return json.loads(self.sh("sekimori status --json"))

    def agent_pid(self):
        return int(self.sh(f"systemctl show -P MainPID {UNIT}"))

    def verdict_of(self, device):
        """What the gate decided on this device: allow, read-only, deny; None while it knows nothing of it."""
        verdicts = [each["verdict"] for each in self.devices() if each.get("serial") == device.serial]
        return verdicts[0] if verdicts else None

    def await_verdict(self, verdict, *devices, timeout=PATIENCE_S):
        for device in devices:
            self.wait(f"sekimori devices --json | {_PICK} {device.serial} {verdict}", timeout,
                      what=f"{device}: {verdict}")

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


_PICK = """python3 -c 'import json, sys
sys.exit(not any(d.get("serial") == sys.argv[1] and d["verdict"] == sys.argv[2] for d in json.load(sys.stdin)))'"""
