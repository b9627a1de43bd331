/* SPDX-License-Identifier: MIT */
/* attribute.h — a device in sysfs, and one attribute of it: its name and its shape are the kernel's, what stands in it
 * is the device's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The directory of a device: `path` is beneath /sys/devices, without that many of its last parts. -errno. */
int device_open(const char *path, unsigned above);

/* The kernel's own numbers: "12", "0x0012". False: there is none, or it is something else. */
bool attribute_number(int dirfd, const char *name, uint32_t *ret);

/* The likes of a vendor's number; 0: there is none. */
uint16_t attribute_id(int dirfd, const char *name);

/* A string as the device chose it, newlines and all; the last newline is the kernel's. No such file: "". False where it
 * holds a NUL or more than fits, with what fits. */
bool attribute_text(int dirfd, const char *name, char *to, size_t size);
