/* SPDX-License-Identifier: MIT */
/* hardware_db.h — what udev's hardware database (hwdb.bin) knows of a device by its ids. Opens no device. */
#pragma once

#include <libudev.h>
#include <stdbool.h>
#include <stdint.h>

/* The properties by which udev and its database say that a device speaks MTP; NULL at the end. */
extern const char *const hardware_db_mtp[];

/* A telephone, player or camera that speaks MTP, whatever its class says (libmtp's list). The database is opened for
 * each question: it may have been written anew, and what is read of it takes a mebibyte. `udev` NULL, or no database:
 * nothing is known. */
bool hardware_db_speaks_mtp(struct udev *udev, uint16_t vendor, uint16_t product);
