# SPDX-License-Identifier: MIT
"""Boots the product in a real Debian kernel and plugs real devices into it. What the other tests share is within reach."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
