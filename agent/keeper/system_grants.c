/* SPDX-License-Identifier: MIT */
/* system_grants.c — grants what system_disks_find reports; while a disk is missing, waits until libudev's queue is
 * empty and no disk event has come for 3 s, at most until the deadline. See system_grants.h. */
#include "keeper/system_grants.h"

#include "keeper/system/disk_names.h"
#include "keeper/system/system_disks.h"

#include <errno.h>
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

static void system_grants_granted(void *ctx, const char *path, const char *why, bool early) {
        struct system_grants *f = ctx;

        (void)why;
        f->early = f->early || early;
        if (grants_set_system(f->grants, path) < 0)
                (void)fprintf(stderr, "sekimori-keeper: no room for /sys/%s\n", path);
}

static bool is_granted(const struct system_grants *f, const char *path) {
        const struct grant *has = grants_find(f->grants, path);

        return has && has->system && strcmp(has->path, path) == 0;
}

static bool stood_before(void *ctx, const char *path) {
        const struct system_grants *f = ctx;

        return f->was(f->ctx, path);
}

static bool stands_now(void *ctx, const char *path) {
        const struct system_grants *f = ctx;

        return is_granted(f, path);
}

static bool is_said(const char *line, const char *what) {
        const size_t n = strlen(what);

        for (const char *at = line; (at = strstr(at, what)); at++)
                if (at[n] == ',' || !at[n])
                        return true;
        return false;
}

static void add_to(char line[SYSTEM_GRANTS_TEXT], const char *what) {
        const size_t n = strlen(line);

        if (!is_said(line, what))
                (void)snprintf(line + n, SYSTEM_GRANTS_TEXT - n, "%s%s", n ? ", " : "", what);
}

static void add_missing(void *ctx, const char *why) {
        struct system_grants *f = ctx;

        add_to(f->missing, why);
}

static void add_unknown(void *ctx, const char *why) {
        struct system_grants *f = ctx;

        add_to(f->unknown, why);
}

static void add_twin(void *ctx, const char *path, const char *why) {
        struct system_grants *f = ctx;
        char what[SYSFS_DIRS_PATH + SYSTEM_WHY + 16];

        (void)snprintf(what, sizeof what, "/sys/%s (%s)", path, why);
        add_to(f->twins, what);
}

static int system_grants_look(struct system_grants *f,
                              void (*found)(void *ctx, const char *path, const char *why, bool early),
                              struct err *err) {
        const struct system_disks_told tell = { .found = found,
                                                .missing = add_missing,
                                                .twin = add_twin,
                                                .unknown = add_unknown,
                                                .stood = f->was ? stood_before : NULL,
                                                .ctx = f };

        f->early = false;
        f->missing[0] = f->unknown[0] = f->twins[0] = '\0';
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

/* True: a disk event came, or will come: udev's queue is not empty, or a removable disk is still unread. False: no
 * event for a while, and none in sight. */
static bool news_await(struct disk_event *n, const struct sysfs_dirs *g, int left) {
        struct pollfd disks = { .fd = n->of_disks ? udev_monitor_get_fd(n->of_disks) : -1, .events = POLLIN };
        struct udev_device *d;

        if (disks.fd < 0 || !n->queue)
                return false;
        if (poll(&disks, 1, left < QUIET_MS ? left : QUIET_MS) == 0)
                return !udev_queue_get_queue_is_empty(n->queue) || disk_names_is_any_unread(g);
        while ((d = udev_monitor_receive_device(n->of_disks)))
                (void)udev_device_unref(d);
        return true;
}

/* What an earlier look took for the system's may have turned out to be a copy. */
static int look_anew(struct system_grants *f, struct err *err) {
        *f->grants = (struct grants){ 0 };
        return system_grants_look(f, system_grants_granted, err);
}

/* In force already, names and doubts bring nothing, and the agent waits for us. */
static bool may_change(const struct system_grants *f) {
        return f->missing[0] || (!f->was && (f->unknown[0] || f->early));
}

static int wait_and_look(struct system_grants *f, unsigned timeout_ms, struct err *err) {
        struct disk_event n = news_begin(); /* opened before the next look, so that no event is missed */
        struct timespec began;
        int left, r;

        (void)clock_gettime(CLOCK_MONOTONIC, &began);
        do {
                r = look_anew(f, err);
                left = left_ms(&began, timeout_ms);
        } while (r == 0 && may_change(f) && left > 0 && news_await(&n, f->dirs, left));
        news_end(&n);
        return r;
}

/* What nobody understands could be refused, and the machine would stop: then rather no plane, and that is said. */
static int system_grants_judge(const struct system_grants *f, struct err *err) {
        if (f->missing[0])
                (void)fprintf(stderr, "sekimori-keeper: not there, and refused when it comes: %s\n", f->missing);
        if (f->twins[0])
                (void)fprintf(stderr, "sekimori-keeper: refused, it wears the name of another disk: %s\n", f->twins);
        if (!f->unknown[0])
                return 0;
        (void)err_say(err, -ENODATA,
                      "この端末が使っているもののうち、どのディスクの上にあるか分からないものがあります: %s",
                      "nobody can tell which disks this is made of: %s", f->unknown);
        if (!f->was)
                return -ENODATA;
        (void)fprintf(stderr, "sekimori-keeper: %s\n", err->text);
        return 0;
}

static void say_granted(const struct grants *g) {
        for (size_t i = 0; i < GRANTS_MAX; i++)
                if (g->grant[i].system)
                        (void)printf("the system stands on /sys/%s\n", g->grant[i].path);
}

int system_grants_find(struct system_grants *f, unsigned timeout_ms, struct err *err) {
        int r = look_anew(f, err);

        if (r == 0 && may_change(f)) {
                (void)printf("waiting for udev: %s\n", f->missing[0]   ? f->missing
                                                       : f->unknown[0] ? f->unknown
                                                                       : "a removable disk may be a copy");
                (void)fflush(stdout);
                r = wait_and_look(f, timeout_ms, err);
        }
        if (r < 0)
                return r;
        say_granted(f->grants);
        return system_grants_judge(f, err);
}

static void grown_onto(void *ctx, const char *path, const char *why, bool early) {
        struct system_grants *f = ctx;

        if (is_granted(f, path))
                return;
        (void)printf("the system stands on /sys/%s\n", path);
        system_grants_granted(f, path, why, early);
}

void system_grants_grown(struct system_grants *f) {
        const struct system_disks_told tell = {
                .found = grown_onto, .unknown = add_unknown, .stood = stands_now, .ctx = f
        };

        system_disks_grown(f->dirs, &tell);
}

static void system_grants_print(void *ctx, const char *path, const char *why, bool early) {
        (void)ctx, (void)early;
        (void)printf("/sys/%s\t%s\n", path, why);
}

int system_grants_list(const struct sysfs_dirs *g, bool *ret_whole, struct err *err) {
        struct system_grants f = { .dirs = g };
        int r = system_grants_look(&f, system_grants_print, err);

        if (r < 0)
                return r;
        *ret_whole = !f.missing[0] && !f.unknown[0];
        if (f.twins[0])
                (void)printf("refused, it wears the name of another disk: %s\n", f.twins);
        if (f.missing[0])
                (void)printf("not found: %s\n", f.missing);
        if (f.unknown[0])
                (void)printf("not understood: %s\n", f.unknown);
        return 0;
}
