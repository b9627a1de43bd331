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

/* sysfs gives every new device a new inode: one number tells this very node from an earlier one of its name.
 * 0: it has gone already. */
ino_t instance_of(const char *sysfs_link);

/* The finding for this very node, or NULL. Findings stay where they are: each is written to by one thread only. */
struct finding *finding_known(const char *kind, const char *node, ino_t instance);

/* The finding for this node, new if this very node has not been seen before. NULL if instance is 0. Should the node
 * have gone since its instance was asked for, it is still noted, though maybe not whose it was. */
struct finding *finding_for(const char *kind, const char *node, const char *sysfs_link, ino_t instance,
                            const struct spinning *s);

/* Renamed into place: whoever sees the file sees all of it. */
void report_write(const char *path, const struct spinning *s);
