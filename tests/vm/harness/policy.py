# SPDX-License-Identifier: MIT
"""Signed policies, made on the host with plain openssl: the product must not need a tool of its own for that."""

import json
import subprocess
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

HID = {"name": "keyboards and mice", "match": {"bus": "usb", "interfaces": ["hid"]}, "action": "allow"}
HUBS = {"name": "hubs", "match": {"bus": "usb", "interfaces": ["hub"]}, "action": "allow"}
READERS = {"name": "card readers", "match": {"bus": "usb", "interfaces": ["smartcard"]}, "action": "allow"}
BASIC = (HID, HUBS, READERS)


def now():
    """When a policy is issued: as it is signed, so not before the signer's certificate was made."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def policy(rules=BASIC, **parts):
    """A policy's content. `parts` replace top-level keys; serial, issued and signers are filled in by Kit.sign."""
    today = date.today()
    return {
        "sekimori": 1,
        "title": "VM test policy",
        "valid": {"from": str(today - timedelta(days=2)), "until": str(today + timedelta(days=300))},
        "language": "en",
        "contact": "the IT section",
        "devices": list(rules),
        **parts,
    }


def allow(device, **more):
    """A rule that allows exactly this device."""
    return {"name": f"allow {device.kind}", "match": {"bus": "usb", "id": device.id, "serial": device.serial},
            "action": "allow", **more}


class Kit:
    """A signer, the trust that pins it, and the serial number that rises."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.key = self.directory / "signer.key"
        self.certificate = self.directory / "signer.crt"
        self.serial = 0
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                 "-subj", "/CN=VM test signer", "-addext", "keyUsage=critical,digitalSignature",
                 "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", self.key, "-out", self.certificate)

    @property
    def trust(self):
        return self.certificate.read_bytes()

    def sign(self, content):
        """The envelope of this policy, under the next serial unless it names one."""
        self.serial += 1
        signers = {"threshold": 1, "certificates": [self.certificate.read_text()]}
        text = {"serial": self.serial, "issued": now(), "signers": signers, **content}
        # JSON is YAML: no YAML writer needed
        source = self.directory / "policy.yaml"
        source.write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n")
        return openssl("cms", "-sign", "-binary", "-nodetach", "-outform", "PEM", "-md", "sha256",
                        "-in", source, "-signer", self.certificate, "-inkey", self.key)


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout
