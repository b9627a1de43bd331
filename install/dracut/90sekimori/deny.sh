#!/bin/sh
# SPDX-License-Identifier: MIT
# dracut sources its hooks: a process of its own, which may end.
[ ! -x /usr/lib/sekimori/deny ] || /usr/lib/sekimori/deny
