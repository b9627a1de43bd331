# SPDX-License-Identifier: MIT
"""Of the card readers that are let in, as many as a real pcscd knows need nobody; one more, or no driver, is told of.
Started by test_reader_unknown."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import reader as readers  # noqa: E402
from agent import Agent  # noqa: E402
from bed import Bed, a_card_reader  # noqa: E402
from login_bed import needs  # noqa: E402
from programs import sekimori  # noqa: E402

KNOWN = 2       # vpcd's
CARE = "reader-unknown"
SAYS = ("pcscd does not know a card reader", "認識していません")


def status(*words):
    return sekimori("status", *words, "--runtime-dir", "run", "--state-dir", "state")


def card():
    said = json.loads(status("--json"))
    return said["card"], CARE in said["needs"]


def told():
    return [words in status("--lang", language) for language, words in zip(("en", "ja"), SAYS)]


def policy():
    """The pilot's, whose cards are found by the name on them."""
    sekimori("policy", "init", "kit")
    with open("kit/policy.yaml", encoding="utf-8") as f:
        text = f.read()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=town CA", "-addext",
                    "keyUsage=keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem"], check=True, capture_output=True)
    with open("ca.pem", encoding="ascii") as f:
        pem = "".join("        " + line for line in f)
    with open("kit/policy.yaml", "w", encoding="utf-8") as f:
        f.write(text.replace("    removal: lock\n", f"    map: cn\n    authorities:\n      - |\n{pem}", 1))
    sekimori("policy", "sign", "kit/policy.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key", "-o", "1.cms")
    os.mkdir("config")
    os.rename("kit/trust.pem", "config/trust.pem")


def run():
    policy()
    with Bed() as bed, Agent() as agent:
        assert agent.push("1.cms")[0] == 0
        for n in range(1, KNOWN + 2):
            bed.plug(a_card_reader())
            assert bed.wait(lambda n=n: agent.status()["card"]["readers"] == n)
            unknown = n > KNOWN
            assert card() == ({**agent.status()["card"], "known": KNOWN}, unknown), (n, card())
            assert told() == [unknown, unknown], n


needs("openssl", "pcscd")
try:
    readers.enter()
except OSError as e:
    print(f"no network and mounts of our own without root: {e.strerror}")
    raise SystemExit(77) from e
with tempfile.TemporaryDirectory() as here, readers.Service() as service:
    os.chmod(here, 0o755)
    os.chdir(here)
    run()
    os.chdir("/")
print("a reader without a driver is told of")
