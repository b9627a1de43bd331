/* SPDX-License-Identifier: MIT */
/* kernel.h — the part of a bed that moves by itself: reacts to writes as usbcore does. Knows files, not devices. */
#pragma once

struct kernel;

/* `bus` is the directory of /sys/bus/usb on disk. drivers_probe there is a pipe, so no name written to it is lost. */
struct kernel *kernel_start(const char *bus);

/* Watch the device directory `path` on disk. */
void kernel_watch(struct kernel *k, const char *path);

/* Touch that directory no more: it is about to disappear. */
void kernel_forget(struct kernel *k, const char *path);

void kernel_stop(struct kernel *k);
