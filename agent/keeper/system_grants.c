/* SPDX-License-Identifier: MIT */
/* system_grants.c — grants what system_disks_find reports; while a disk is missing, waits until libudev's queue is
 * empty and no disk event has come for 3 s, at most until the deadline. See system_grants.h. */
#include "keeper/system_grants.h"

#include "keeper/system_disks.h"

#include <libudev.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define QUIET_MS 3000 /* while a bus is scanned or a disk spins up, udev may have nothing to do for a moment */

static int left_ms(const struct timespec *since, unsigned timeout_ms) {
        struct timespec now;
        long gone;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        gone = (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
        return gone >= (long)timeout_ms ? 0 : (int)((long)timeout_ms - gone);
}

static void system_grants_granted(void *ctx, const char *path, const char *why, bool needed) {
        struct system_grants *f = ctx;
        const struct grant *had = grants_find(f->grants, path);

        (void)why;
        if (!needed && (!f->anything || (f->was && !f->was(f->ctx, path))))
                return;
        if (had && had->system && strcmp(had->path, path) == 0)
                return;
        (void)printf("the system stands on /sys/%s\n", path);
        if (grants_set_system(f->grants, path) < 0)
                (void)fprintf(stderr, "sekimori-keeper: no room for /sys/%s\n", path);
}

static bool is_said(const char *line, const char *why) {
        const size_t n = strlen(why);

        for (const char *at = line; (at = strstr(at, why)); at++)
                if (at[n] == ',' || !at[n])
                        return true;
        return false;
}

static void add_missing(void *ctx, const char *why) {
        struct system_grants *f = ctx;
        size_t n = strlen(f->missing);

        if (!is_said(f->missing, why))
                (void)snprintf(f->missing + n, sizeof f->missing - n, "%s%s", n ? ", " : "", why);
}

static int system_grants_look(struct system_grants *f, bool anything, struct err *err) {
        const struct system_disks_told tell = { .found = system_grants_granted, .missing = add_missing, .ctx = f };

        f->anything = anything;
        f->missing[0] = '\0';
        return system_disks_find(f->dirs, &tell, err);
}

/* udev's events about disks, and its queue. */
struct disk_event {
        struct udev *udev;
        struct udev_monitor *of_disks;
        struct udev_queue *queue;
};

static struct disk_event news_begin(void) {
        struct disk_event n = { .udev = udev_new() };

        if (n.udev) {
                n.queue = udev_queue_new(n.udev);
                n.of_disks = udev_monitor_new_from_netlink(n.udev, "udev");
        }
        if (n.of_disks) {
                (void)udev_monitor_filter_add_match_subsystem_devtype(n.of_disks, "block", NULL);
                (void)udev_monitor_enable_receiving(n.of_disks);
        }
        return n;
}

static void news_end(struct disk_event *n) {
        (void)udev_queue_unref(n->queue);
        (void)udev_monitor_unref(n->of_disks);
        (void)udev_unref(n->udev);
}

/* True: a disk event came, or udev's queue is not empty. False: no event for a while, and the queue is empty. */
static bool news_await(struct disk_event *n, int left) {
        struct pollfd disks = { .fd = n->of_disks ? udev_monitor_get_fd(n->of_disks) : -1, .events = POLLIN };
        struct udev_device *d;

        if (disks.fd < 0 || !n->queue)
                return false;
        if (poll(&disks, 1, left < QUIET_MS ? left : QUIET_MS) == 0)
                return !udev_queue_get_queue_is_empty(n->queue);
        while ((d = udev_monitor_receive_device(n->of_disks)))
                (void)udev_device_unref(d);
        return true;
}

static int wait_and_look(struct system_grants *f, unsigned timeout_ms, struct err *err) {
        struct disk_event n = news_begin(); /* opened before the next look, so that no event is missed */
        struct timespec began;
        int left, r;

        (void)clock_gettime(CLOCK_MONOTONIC, &began);
        do {
                r = system_grants_look(f, true, err);
                left = left_ms(&began, timeout_ms);
        } while (r == 0 && f->missing[0] && left > 0 && news_await(&n, left));
        news_end(&n);
        return r;
}

int system_grants_find(struct system_grants *f, unsigned timeout_ms, struct err *err) {
        int r = system_grants_look(f, true, err);

        if (r == 0 && f->missing[0]) {
                (void)printf("not there yet, waiting for udev: %s\n", f->missing);
                (void)fflush(stdout);
                r = wait_and_look(f, timeout_ms, err);
        }
        if (r == 0 && f->missing[0])
                (void)fprintf(stderr, "sekimori-keeper: not there, and refused when it comes: %s\n", f->missing);
        return r;
}

void system_grants_grown(struct system_grants *f) {
        struct err err = { 0 };

        if (system_grants_look(f, false, &err) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s\n", err.text);
}

static void system_grants_print(void *ctx, const char *path, const char *why, bool needed) {
        (void)ctx, (void)needed;
        (void)printf("/sys/%s\t%s\n", path, why);
}

int system_grants_list(const struct sysfs_dirs *g, bool *ret_whole, struct err *err) {
        struct system_grants f = { .dirs = g };
        const struct system_disks_told tell = { .found = system_grants_print, .missing = add_missing, .ctx = &f };
        int r = system_disks_find(g, &tell, err);

        if (r < 0)
                return r;
        *ret_whole = !f.missing[0];
        if (f.missing[0])
                (void)printf("not found: %s\n", f.missing);
        return 0;
}
