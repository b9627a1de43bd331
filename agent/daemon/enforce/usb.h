/* SPDX-License-Identifier: MIT */
/* usb.h — the kernel's USB authorization, and nothing else: default deny on every controller, one device at a time let
 * in.
 *
 * Reads only what the kernel itself formatted (numbers in sysfs), never what a device chose. Writes go through a
 * directory descriptor whose device was recognised first, so that a device swapped in between gets nothing.
 * Source of the rules: drivers/usb/core/{usb,hub,sysfs,driver}.c, Documentation/usb/authorization.rst. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "decision/policy.h"
#include "wire/sighting.h"

struct usb;

/* Holds /sys/devices and /sys/bus/usb open. */
int usb_open(struct usb **ret, struct err *err);
void usb_free(struct usb *u);
CLEANUP(usb, struct usb *, usb_free)
#define auto_usb AUTO(usb)

/* Default deny: the module parameter (for controllers to come) and every root hub present. Harmless to repeat.
 * -ENOENT: there is no USB in this kernel (yet); the modprobe option covers the moment it is loaded. */
int usb_baseline(struct usb *u, struct err *err);

/* Default deny for devices only: if somebody else authorizes a device meanwhile, the kernel binds its interfaces. */
int usb_hold_back(struct usb *u, struct err *err);

/* usb_baseline for one root hub, by its path beneath /sys/devices; its own interface, the kernel's, stays alive. */
int usb_controller(struct usb *u, const char *path, struct err *err);

/* Is default deny in force now, on the parameter and on every root hub? */
bool usb_denies_by_default(struct usb *u);

enum outcome {
        OUTCOME_DONE,    /* the kernel is as the verdict says; it was read back */
        OUTCOME_WAITING, /* likewise, but a driver that an interface needs is not registered yet, or what is supposed to
                          * be a security key is not read yet: apply again then */
        OUTCOME_GONE,    /* the device left, or another one is there now: its own sighting will come */
        OUTCOME_CONTRADICTED, /* the kernel's view of the interfaces is not what was judged: cut off again */
        OUTCOME_FAILED,       /* the kernel did not comply: cut off again as far as possible */
};

/* The kernel is as the verdict says, as far as it has the drivers. */
static inline bool outcome_is_done(enum outcome o) {
        return o == OUTCOME_DONE || o == OUTCOME_WAITING;
}

/* Open the directory of the device that was sighted (the caller closes it); its numbers and USB descriptors are checked
 * again. Operations through the file descriptor affect this plugging of this device, or nothing once it has left.
 * OUTCOME_GONE: it left, or another device is in its place; that one is cut off. */
enum outcome usb_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note);

/* Is the plugging that was sighted at its path now, by its numbers alone? */
bool usb_is_there(struct usb *u, const struct sighting *s);

/* May the device be let in yet? The kernel announces a device before its generic device driver has bound to it. That
 * driver configures the device if it is authorized by then: interfaces let in before would be discarded and come back
 * held back. Once the driver's link is there, the kernel holds the device's lock until that is over, and a write to
 * `authorized` waits for it (drivers/base/{core,dd}.c, drivers/usb/core/generic.c). False also for a device that is
 * gone. */
bool usb_is_set_up(int device_fd);

/* Does the kernel authorize the device now, whoever set that? Also where it cannot be read. */
bool usb_is_let_in(int device_fd);

/* A disk that is swapped while the machine sleeps is not taken for the one before: the kernel lets it go, and what is
 * there after waking comes as new. A kernel without that (no CONFIG_PM) needs nothing. 0, or -errno. */
int usb_persist_not(int device_fd);

/* Is the kernel's word known, and another than that? */
bool usb_differs(int device_fd, bool let_in);

/* Make the kernel obey the verdict for the device that was recognised. Allowed: authorize the device, then only the
 * verdict's interfaces, each bound to a driver of its own kinds (decision/drivers.h); an interface whose driver is not
 * registered stays unauthorized, one that is bound and not allowed is unbound. Of those that are let in as a security
 * key and not read at most one is bound, and nothing while one that is bound is not read. Denied: deauthorize.
 * Idempotent. `note` says what went wrong. */
enum outcome usb_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                       struct err *note);

/* Of a device that is let in: are its interfaces and their drivers as they were judged? Nothing is bound. Else, and
 * where they cannot be read (OUTCOME_FAILED), it is cut off. */
enum outcome usb_verify(int device_fd, const struct sighting *s, const struct verdict *v, struct err *note);
