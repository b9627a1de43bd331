/* SPDX-License-Identifier: MIT */
/* monitor.h — USB and Thunderbolt devices and disks as udev and the kernel announce them. Reads no descriptor and no
 * attribute.
 *
 * Two sources. The kernel's own announcements come milliseconds before udevd has run its rules and are what we act on;
 * udevd's come later and are listened to for the one thing only its hardware database knows: that a device speaks MTP.
 * Without udevd (a container, early boot) the first source works alone. */
#pragma once

#include <libudev.h>
#include <stdbool.h>

enum monitor_source { MONITOR_KERNEL, MONITOR_UDEV, MONITOR_SOURCES };

struct monitor {
        struct udev *udev;
        struct udev_monitor *source[MONITOR_SOURCES];
};

enum monitor_news {
        NEWS_NOTHING, /* nothing for us */
        NEWS_DEVICE,
        NEWS_CONTROLLER,
        NEWS_BOUND,     /* the kernel's own driver of whole devices has taken it */
        NEWS_INTERFACE, /* an interface came or went; devpath is its device's */
        NEWS_TAKEN,     /* a driver took an interface; devpath is its device's */
        NEWS_DRIVER,    /* a driver was registered on the USB bus */
        NEWS_GONE,
        NEWS_DISK, /* a disk on any bus; its medium may have been changed */
        NEWS_DISK_GONE,
        NEWS_ROUTER, /* Thunderbolt; it may have been authorized */
        NEWS_ROUTER_GONE,
        NEWS_LOST, /* the kernel had to drop announcements */
};

struct monitor_event {
        enum monitor_news what;
        char devpath[512];
        bool speaks_mtp;
};

/* `listens` false: it only enumerates. -errno. */
int monitor_open(bool listens, struct monitor *m);

/* -1 where it does not listen. */
int monitor_fd(const struct monitor *m, enum monitor_source source);

/* One announcement. False: there is none left. */
bool monitor_next(struct monitor *m, enum monitor_source source, struct monitor_event *ret);

/* Call `tell` for everything present: controllers first, then devices, each before what is plugged into it. */
int monitor_enumerate(struct monitor *m, void (*tell)(void *ctx, const struct monitor_event *n), void *ctx);

void monitor_close(struct monitor *m);
