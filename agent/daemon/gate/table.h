/* SPDX-License-Identifier: MIT */
/* table.h — the devices present, and the controllers seen. Plain lists: a terminal has tens, a hub storm hundreds. */
#pragma once

#include "gate/gate.h"

#define TABLE_MAX 1024 /* devices beyond stay denied; 127 fit on one USB bus */

struct device_table {
        struct device *first;
        unsigned n;
        struct controller *controllers;
};

struct device *table_find(const struct device_table *t, const char *path);
struct device *table_add(struct device_table *t, const struct sighting *s); /* NULL: full */
void table_remove(struct device_table *t, struct device *d);
void table_clear(struct device_table *t);

/* True the first time a root hub is named (a controller that comes back in the same place is not told again). */
bool table_new_controller(struct device_table *t, const char *path);

/* What report descriptors say, and udev of MTP, is known later than the rest, and is kept: not to be said any more
 * unsays nothing. True: of MTP or of generic HID something was not known before. */
bool device_learns(struct device *d, const struct sighting *s);

/* The same plugging of the same device: numbers, descriptors and facts. */
bool same_device(const struct sighting *a, const struct sighting *b);
