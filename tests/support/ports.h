/* SPDX-License-Identifier: MIT */
/* ports.h — the ports of simulated hubs, and devices that the kernel forgets by them. Knows files beneath the simulated
 * /sys on disk. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A port for the device `path` (its directory on disk), with `disable`, and the device's `port`, `remove` and
 * `power/persist`. */
void port_make(const char *path);

/* The port's directory on disk. */
void port_of(const char *path, char *ret, size_t size);

/* The device leaves: its numbers go, before the kernel announces that. */
void port_empties(const char *path);

/* And then its directory moves out of the tree to `aside`, and its name from the bus's list. */
void port_leaves(const char *path, const char *aside);

/* It moves back, as another plugging of the same device, let in or not as its root hub says. */
void port_comes_back(const char *path, const char *aside);

/* What was written to such an attribute, as far as it fits, and whether anything was. */
bool port_written(const char *path, const char *name, char ret[static 16]);

/* With all that is in it. */
void folder_remove(const char *path);

/* Makes a regular file hold this text. */
void file_write(const char *path, const char *name, const char *text);
