/* SPDX-License-Identifier: MIT */
/* zone.c — an inotify watch on /etc: /etc/localtime is a link that is renamed into place, so there is no file to watch.
 * What the link leads to is not watched: a new edition of the zone's rules counts from the next decision. See zone.h.
 */
#include "gate/zone.h"

#include "loop/folder.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#define FOLDER "/etc"
#define NAME "localtime"

static void zone_ready(struct source *source, uint32_t events) {
        struct zone *z = container_of(source, struct zone, source);

        (void)events;
        if (folder_told_of(source->fd, NAME))
                z->changed(z);
}

int zone_follow(struct zone *z, struct loop *l, void (*changed)(struct zone *z)) {
        int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), r;

        if (fd < 0)
                return -errno;
        *z = (struct zone){ .source = { .fd = fd, .ready = zone_ready }, .loop = l, .changed = changed };
        r = inotify_add_watch(fd, FOLDER, IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_CLOSE_WRITE) < 0
                    ? -errno
                    : loop_add(l, &z->source, EPOLLIN);
        if (r < 0) {
                (void)close(fd);
                z->source.fd = -1;
        }
        return r;
}

void zone_unfollow(struct zone *z) {
        if (z->source.fd < 0)
                return;
        loop_remove(z->loop, &z->source);
        (void)close(z->source.fd);
        z->source.fd = -1;
}
