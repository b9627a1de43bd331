# SPDX-License-Identifier: MIT
"""Boots the release binaries in a real Debian kernel and plugs real devices into it."""
