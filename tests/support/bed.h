/* SPDX-License-Identifier: MIT */
/* bed.h — a computer with USB ports, simulated with umockdev: run the test program under umockdev-wrapper.
 *
 * What it does like a kernel: devices appear with `authorized` as their root hub says, strings and descriptors; a write
 * to an interface's `authorized` and its name written to /sys/bus/usb/drivers_probe, or to the `bind` of a driver of
 * its class, bind it (a `driver` link appears); `authorized` back to 0 unbinds everything. What it cannot: a real
 * kernel makes the interface directories inside the write() of authorized=1, and files cannot do that, so here they
 * exist from the start (nobody may look at them while the device is not authorized), and binding happens a moment after
 * the write: wait for it with bed_wait().
 *
 * Everything works as an ordinary user. As root, the observer runs as another user; so the bed is open to all. */
#pragma once

#include "support/hardware.h"

#include <stdbool.h>

struct bed;

/* With one root hub, usb1, and what an unconfigured kernel shows: authorized_default=1. */
struct bed *bed_new(void);
void bed_free(struct bed *bed);

/* One more root hub; returns its path beneath /sys/devices, owned by the bed. */
const char *bed_controller(struct bed *bed, unsigned bus);

/* Into the next free port of usb1. Returns the path beneath /sys/devices, owned by the bed. */
const char *plug(struct bed *bed, struct hardware h);

/* Into the next free port of a hub or root hub. */
const char *plug_into(struct bed *bed, const char *hub, struct hardware h);

/* Into the port of usb1 that was taken last, and whose device was unplugged. */
const char *plug_in_place(struct bed *bed, struct hardware h);

/* Without announcing it: as if the event had been lost. */
const char *plug_silently(struct bed *bed, struct hardware h);

/* Announced while the kernel is still setting it up, until the second call. */
const char *plug_slowly(struct bed *bed, struct hardware h);
void bed_set_up(struct bed *bed, const char *path);

/* `path` is empty from then on. */
void unplug(struct bed *bed, const char *path);

/* Announce "add", "bind", "change" … of a device. */
void bed_announce(struct bed *bed, const char *path, const char *action);

/* The first line of a file beneath /sys/devices/PATH (PATH "" is fine for an absolute `name` like "/sys/…"); static
 * storage; "" where there is none. */
const char *bed_read(struct bed *bed, const char *path, const char *name);
void bed_write(struct bed *bed, const char *path, const char *name, const char *text);
void bed_write_bytes(struct bed *bed, const char *path, const char *name, const void *p, size_t n);

/* Is interface `number` of configuration 1 in use now: bound to a driver, or, where programs drive its class,
 * authorized?
 */
bool bed_bound(struct bed *bed, const char *path, unsigned number);

/* The `driver` link of interface `number`; "" where there is none. */
const char *bed_driver(struct bed *bed, const char *path, unsigned number);

/* A driver takes interface `number`, in place of the one that has it, and the kernel announces that. */
void bed_takes(struct bed *bed, const char *path, unsigned number, const char *driver);

/* A driver is not registered on the bus any more, or is again, which is announced. */
void bed_unregister(struct bed *bed, const char *driver);
void bed_register(struct bed *bed, const char *driver);

/* Wait until the simulated kernel has acted upon all that was written, as a real one has when the write returns. */
bool bed_settle(struct bed *bed);

/* Wait at most ten seconds until it is (or is not). True when it came so. */
bool bed_wait_bound(struct bed *bed, const char *path, unsigned number, bool bound);

/* Where the simulated /sys is on disk. */
const char *bed_root(const struct bed *bed);
