/* SPDX-License-Identifier: MIT */
/* front.c — sd-login reads /run/systemd/seats and /run/systemd/sessions, and follows the former by inotify. The folder
 * may not be there before logind is, so following it is tried again at each question. See front.h. */
#include "auth/front.h"

#include <sys/epoll.h>

#define SEAT "seat0"

static void front_unfollow(struct front *f) {
        if (f->monitor)
                loop_remove(f->loop, &f->source);
        f->monitor = sd_login_monitor_unref(f->monitor);
}

static void front_ready(struct source *source, uint32_t events) {
        struct front *f = container_of(source, struct front, source);

        (void)events;
        if (sd_login_monitor_flush(f->monitor) < 0)
                front_unfollow(f);
        f->changed(f);
}

static bool front_follow(struct front *f) {
        if (f->monitor)
                return true;
        if (sd_login_monitor_new("seat", &f->monitor) < 0)
                return false;
        f->source = (struct source){ .fd = sd_login_monitor_get_fd(f->monitor), .ready = front_ready };
        if (loop_add(f->loop, &f->source, EPOLLIN) == 0)
                return true;
        f->monitor = sd_login_monitor_unref(f->monitor);
        return false;
}

void front_init(struct front *f, struct loop *l, void (*changed)(struct front *f)) {
        *f = (struct front){ .source.fd = -1, .loop = l, .changed = changed };
}

void front_deinit(struct front *f) {
        front_unfollow(f);
}

/* Follows first, then reads: a change in between is heard of. */
bool front_session(struct front *f, char **ret, uid_t *ret_uid) {
        auto_free char *id = NULL;
        uid_t uid;

        if (!front_follow(f) || sd_seat_get_active(SEAT, &id, &uid) < 0 || sd_session_is_remote(id) != 0)
                return false;
        *ret = TAKE(id);
        *ret_uid = uid;
        return true;
}
