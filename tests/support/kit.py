# SPDX-License-Identifier: MIT
"""A pilot's signed policies, one for each serial, as `policy init` and `policy sign` make them."""

import os
import re
import shutil

from programs import sekimori


def make_kit(serials, contact=None):
    """Here: config/trust.pem, and SERIAL.cms for each. It allows keyboards, hubs and card readers, nothing else."""
    sekimori("policy", "init", "kit")
    with open("kit/policy.yaml", encoding="utf-8") as f:
        text = f.read()
    if contact:
        text = re.sub(r"(?m)^contact:.*", f'contact: "{contact}"', text)
    for serial in serials:
        with open(f"{serial}.yaml", "w", encoding="utf-8") as f:
            f.write(text.replace("\nserial: 1\n", f"\nserial: {serial}\n"))
        sekimori("policy", "sign", f"{serial}.yaml", "--cert", "kit/signer1.crt", "--key", "kit/signer1.key")
    os.mkdir("config")
    shutil.copy("kit/trust.pem", "config")
