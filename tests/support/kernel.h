/* SPDX-License-Identifier: MIT */
/* kernel.h — the part of a bed that moves by itself: reacts to writes as usbcore does. Knows files, not devices. */
#pragma once

#include <stdbool.h>

struct kernel;

/* Announces "remove" or "add" of the device whose directory on disk this is. Called by the kernel's own thread. */
struct kernel_voice {
        void (*say)(void *ctx, const char *path, const char *action);
        void *ctx;
};

/* `bus` is the directory of /sys/bus/usb on disk, with its `drivers`. drivers_probe there and each driver's `bind` are
 * pipes, so no name written to them is lost. A driver of a class is registered for each class but smart card, still
 * image and the like, which programs drive. */
struct kernel *kernel_start(const char *bus, const struct kernel_voice *voice);

/* Watch the device directory `path` on disk. */
void kernel_watch(struct kernel *k, const char *path);

/* Touch that directory no more: it is about to disappear. */
void kernel_forget(struct kernel *k, const char *path);

/* Has it acted upon all that was written? A real kernel has, when the write returns. */
bool kernel_is_idle(struct kernel *k);

void kernel_stop(struct kernel *k);
