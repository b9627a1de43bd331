/* SPDX-License-Identifier: MIT */
/* findings.h — what the spinner got, of whom, and the report of it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct finding {
        char kind[16], node[64], driver[32];
        char usb[32], id[20], serial[64]; /* the USB device it hangs on, "" if it has none */
        ino_t instance;
        unsigned opens, writable_opens;
        unsigned long long bytes;
        unsigned long long first_ms;
};

struct spinning {
        unsigned long long scans, longest_gap_us, started_us; /* monotonic clock */
};

unsigned long long now_us(void);

/* One line of a sysfs attribute; "" if it cannot be read (the device may be on its way out). */
void attribute_read(const char *directory, const char *name, char *ret, size_t size);

/* Sysfs gives every new name a new inode, its instance: one number tells this very node from an earlier one of its
 * name. The finding for it, or NULL. Findings stay where they are; each is written to by one thread only. */
struct finding *finding_known(const char *kind, const char *node, ino_t instance);

/* Never NULL. Should the node have gone by now, it is still noted, though not whose it was. */
struct finding *finding_new(const char *kind, const char *node, const char *sysfs_link, ino_t instance,
                            const struct spinning *s);

/* Renamed into place: whoever sees the file sees all of it. */
void report_write(const char *path, const struct spinning *s);
