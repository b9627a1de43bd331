/* SPDX-License-Identifier: MIT */
/* plugging.h — for tests of what the kernel is made to forget: which plugging of a device it is, and what became of it.
 */
#pragma once

#include "unit/agent/daemon/gate/kept.h"

#define RULE_CARDS "  - {name: cards, match: {bus: usb, interfaces: [smartcard]}, action: allow}\n"
#define RULE_CAMERA_BY_ID "  - {name: one, match: {bus: usb, id: \"04a9:3219\"}, action: allow}\n" /* a_camera() */
#define RULE_TO_READ "  - {name: read, match: {bus: usb, interfaces: [storage]}, partial: true, action: read-only}\n"

/* Its interface 2 is mass storage. */
struct hardware with_a_disk(struct hardware h);

/* Its address on the bus, higher by 40 each time it comes back; 0: it is not in the table. */
unsigned number_of(struct terminal *t, const char *path);

/* A file of the device on disk; static storage. */
const char *on_disk(struct kept *k, const char *path, const char *name);

/* A card reader that is let in, where the plane is in force. */
const char *given_a_reader(struct kept *k);

/* For until(). */
bool is_another_plugging(struct terminal *t, const char *path); /* come back, and kept out */
bool is_in_again(struct terminal *t, const char *path);         /* come back, and let in */
bool is_away(struct terminal *t, const char *path);
bool is_held(struct terminal *t, const char *path);
bool is_in_force(struct terminal *t, const char *path); /* the plane, of the terminal in a struct kept */
bool has_seen_all(struct terminal *t, const char *path);
bool has_left(struct terminal *t, const char *path);
