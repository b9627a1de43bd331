/* SPDX-License-Identifier: MIT */
/* udev_rule.h — what a line of udev's rules writes to a device. Knows no file. */
#pragma once

enum udev_writes { UDEV_WRITES_NOTHING, UDEV_WRITES_CONFIGURATION, UDEV_WRITES_AUTHORIZED };

/* udev(7). A line that cannot be taken apart writes whatever it has a word of. */
enum udev_writes udev_rule_writes(const char *line);
