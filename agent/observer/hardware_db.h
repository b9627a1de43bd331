/* SPDX-License-Identifier: MIT */
/* hardware_db.h — what udev's hardware database (hwdb.bin) knows of a device by its ids. Opens no device. */
#pragma once

#include <libudev.h>
#include <stdbool.h>
#include <stdint.h>

struct hardware_db {
        struct udev_hwdb *hwdb; /* NULL: there is none, and nothing is known */
};

/* The properties by which udev and its database say that a device speaks MTP; NULL at the end. */
extern const char *const hardware_db_mtp[];

/* Before the sandbox is locked. */
void hardware_db_open(struct hardware_db *db, struct udev *udev);
void hardware_db_close(struct hardware_db *db);

/* A telephone, player or camera that speaks MTP, whatever its class says (libmtp's list). */
bool hardware_db_speaks_mtp(const struct hardware_db *db, uint16_t vendor, uint16_t product);
