/* SPDX-License-Identifier: MIT */
/* attribute.h — a device in sysfs, and one attribute of it: the kernel chooses its name and its form, the device
 * chooses its content. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The directory of a device: `path` is beneath /sys/devices; `above` parts are removed from its end. -errno. */
int device_open(const char *path, unsigned above);

/* The kernel's own numbers: "12", "0x0012". False: there is none, or it is something else. */
bool attribute_number(int dirfd, const char *name, uint32_t *ret);

/* A 16-bit number such as a vendor's; 0: there is none. */
uint16_t attribute_id(int dirfd, const char *name);

/* A string as the device chose it, newlines included; only the last newline, which the kernel adds, is removed. No such
 * file: "". False where the string holds a NUL or more than fits; `to` then has what fits. */
bool attribute_text(int dirfd, const char *name, char *to, size_t size);
