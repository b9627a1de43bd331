/* SPDX-License-Identifier: MIT */
/* names.c — the plane is in force when its keeper listens: inotify tells of that socket. See names.h. */
#include "keeper/names.h"

#include "host/file.h"
#include "host/listing.h"
#include "keeper/system/unread.h"
#include "loop/loop.h"
#include "wire/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define NAMES_UNREAD "keeper.unread" /* in the runtime directory */

struct unread_wait {
        struct loop *loop;
        struct source changes;
        struct timer deadline;
        int dir;
};

static bool names_is_removable(const struct sysfs_dirs *g, const char *name) {
        char link[SYSFS_DIRS_PATH], path[SYSFS_DIRS_PATH];

        return (size_t)snprintf(link, sizeof link, "class/block/%s", name) < sizeof link
               && sysfs_dirs_block(g, link, path) == 0 && unread_is_wanted(g, path);
}

void names_forget(const struct sysfs_dirs *g) {
        auto_dir all = listing_open(g->sys, "class/block");
        auto_fd control = faccessat(g->sys, "fs/btrfs", F_OK, AT_SYMLINK_NOFOLLOW) < 0
                                  ? -1 /* to open it would load the module */
                                  : openat(g->dev, "btrfs-control", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        struct btrfs_ioctl_vol_args which;
        struct dirent *entry;

        while (control >= 0 && all && (entry = readdir(all))) {
                if (entry->d_name[0] == '.' || !names_is_removable(g, entry->d_name))
                        continue;
                which = (struct btrfs_ioctl_vol_args){ 0 };
                (void)snprintf(which.name, sizeof which.name, "/dev/%s", entry->d_name);
                (void)ioctl(control, BTRFS_IOC_FORGET_DEV, &which);
        }
}

static void names_look(struct unread_wait *n) {
        if (faccessat(n->dir, KEEPER_SOCKET, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
                loop_stop(n->loop);
}

static void names_changed(struct source *s, uint32_t events) {
        char unread[4096];

        (void)events;
        while (read(s->fd, unread, sizeof unread) > 0)
                ;
        names_look(container_of(s, struct unread_wait, changes));
}

static void names_late(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        loop_stop(container_of(t, struct unread_wait, deadline)->loop);
}

static int names_watch(struct unread_wait *n, const char *runtime_dir, unsigned seconds) {
        int r;

        n->changes = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = names_changed };
        if (n->changes.fd < 0 || inotify_add_watch(n->changes.fd, runtime_dir, IN_CREATE | IN_ONLYDIR) < 0)
                return -errno;
        r = loop_add(n->loop, &n->changes, EPOLLIN);
        if (r == 0)
                r = timer_init(&n->deadline, n->loop, CLOCK_MONOTONIC, names_late);
        return r == 0 ? timer_in_ms(&n->deadline, (int64_t)seconds * 1000) : r;
}

static void names_idle(void *ctx) {
        (void)ctx;
}

static int names_wait(struct unread_wait *n, const char *runtime_dir, unsigned seconds, struct err *err) {
        int r = names_watch(n, runtime_dir, seconds);

        if (r < 0)
                return err_errno(err, r, "%s", runtime_dir);
        r = file_replace(n->dir, NAMES_UNREAD, bytes_text(""), 0644, err);
        if (r < 0)
                return r;
        (void)sd_notify(0, "READY=1");
        names_look(n);
        r = loop_run(n->loop, names_idle, NULL);
        return r < 0 ? err_errno(err, r, "loop") : 0;
}

int names_leave_unread(const char *runtime_dir, unsigned seconds, struct err *err) {
        struct unread_wait n = { .changes.fd = -1 };
        auto_loop loop = NULL;
        auto_fd dir = -1;
        int r = loop_new(&loop);

        if (r < 0)
                return err_errno(err, r, "loop");
        r = directory_make(AT_FDCWD, runtime_dir, 0755, &dir, err);
        if (r < 0)
                return r;
        n.loop = loop;
        n.dir = dir;
        r = names_wait(&n, runtime_dir, seconds, err);
        timer_deinit(&n.deadline);
        cleanup_close(&n.changes.fd);
        return r;
}
