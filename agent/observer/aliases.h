/* SPDX-License-Identifier: MIT */
/* aliases.h — which of the running kernel's modules a device's ids would bind, by the tables that udev loads modules by
 * (libkmod: modules.alias, built-in ones included, for the USB bus and the HID bus behind it), and by the `alias` lines
 * of modprobe.d, which hide none of the tables here: a module that is there already binds without them. Loads nothing.
 * Source of the formats: scripts/mod/file2alias.c, drivers/usb/core/sysfs.c, drivers/hid/hid-core.c. */
#pragma once

#include "decision/facts.h"

#include <limits.h>

struct kmod_ctx;

struct aliases {
        struct kmod_ctx *kmod;     /* as modprobe looks up: modprobe.d first, and no further where it names a module */
        struct kmod_ctx *tables;   /* without modprobe.d */
        char folder[PATH_MAX];     /* "": no module can be loaded */
        const char *const *config; /* borrowed */
        bool unreadable;           /* there are modules, and no tables that could be read */
};

/* `folder`: where a kernel's modules are; NULL: the running kernel's. Without that folder no module can be loaded by
 * its aliases, and nothing needs to be known. `config`: folders such as modprobe.d, NULL at the end; NULL: the
 * system's.
 */
void aliases_open(struct aliases *a, const char *folder, const char *const *config);
void aliases_close(struct aliases *a);

/* Sets f->foreign and f->driver: the interfaces that a driver of another kind than their class says would take.
 * Where the tables cannot be read, each interface of a kind that programs drive counts as such: nothing would hold a
 * driver off it. `release` is bcdDevice. */
void aliases_find_foreign(struct aliases *a, uint16_t release, struct device_facts *f);
