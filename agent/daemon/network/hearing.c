/* SPDX-License-Identifier: MIT */
/* hearing.c — see hearing.h. The same state told again, by a firewall that has only reconnected, is not recorded twice.
 */
#include "network/hearing.h"

#include "host/file.h"
#include "loop/folder.h"
#include "loop/guest.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define SILENT_MS 10000 /* systemd starts it again at once */
#define AT_ONCE 64      /* messages in one round: devices have their turn */

struct hearing {
        struct guest firewall;
        struct source stage; /* of STATE/network */
        struct timer patience;
        struct audit *audit;
        int dir;
        struct network_in_force said;
        bool was_recorded; /* what it said */
};

static bool is_missed(const struct hearing *h) {
        return !guest_is_there(&h->firewall) && network_stage_enforces(network_stage_of(h->dir));
}

static void hearing_wait(struct hearing *h) {
        (void)timer_in_ms(&h->patience, is_missed(h) ? SILENT_MS : -1);
}

static void patience_ended(struct timer *t, bool clock_was_set) {
        struct hearing *h = container_of(t, struct hearing, patience);

        (void)clock_was_set;
        if (!is_missed(h))
                return;
        h->was_recorded = false; /* when it is there again, the log says so */
        if (audit_network_silent(h->audit) < 0)
                hearing_wait(h); /* the log takes nothing now */
}

static bool is_told_again(const struct hearing *h, const struct network_in_force *now) {
        return h->was_recorded && now->force == h->said.force && now->serial == h->said.serial
               && strcmp(now->why, h->said.why) == 0;
}

/* What cannot be recorded is counted by the log itself. */
static void hearing_take(struct hearing *h, const struct network_event *e) {
        if (e->type == NETWORK_EVENT_FORCE && is_told_again(h, &e->force))
                return;
        if (e->type == NETWORK_EVENT_FORCE)
                h->said = e->force;
        if (audit_network(h->audit, e) == 0 && e->type == NETWORK_EVENT_FORCE)
                h->was_recorded = true;
}

static void hearing_spoken(struct guest *g) {
        struct hearing *h = container_of(g, struct hearing, firewall);

        for (unsigned i = 0; i < AT_ONCE; i++) {
                uint8_t raw[NETWORK_EVENT_MAX];
                struct network_event e;
                ssize_t n = socket_receive(g->line.fd, raw, sizeof raw, NULL);

                if (n == -EAGAIN)
                        return;
                if (n <= 0 || network_event_decode(bytes_of(raw, (size_t)n), &e) < 0)
                        break;
                hearing_take(h, &e);
                if (i + 1 == AT_ONCE)
                        return;
        }
        guest_leave(g);
        hearing_wait(h);
}

static void hearing_arrived(struct guest *g) {
        hearing_wait(container_of(g, struct hearing, firewall));
}

static void stage_changed(struct source *s, uint32_t events) {
        struct hearing *h = container_of(s, struct hearing, stage);

        (void)events;
        if (folder_told_of(s->fd, NETWORK_STAGE))
                hearing_wait(h);
}

static int stage_watch(struct hearing *h, struct loop *l, int state_fd, struct err *err) {
        char watched[64];
        int r = directory_make(state_fd, NETWORK_DIR, 0700, &h->dir, err);

        if (r < 0)
                return r;
        (void)snprintf(watched, sizeof watched, "/proc/self/fd/%d", h->dir);
        h->stage = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = stage_changed };
        if (h->stage.fd < 0 || inotify_add_watch(h->stage.fd, watched, IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) < 0)
                return err_errno(err, -errno, "watch the stage of the network");
        r = loop_add(l, &h->stage, EPOLLIN);
        if (r == 0)
                r = timer_init(&h->patience, l, CLOCK_MONOTONIC, patience_ended);
        return r < 0 ? err_errno(err, r, "loop") : 0;
}

int hearing_new(struct loop *l, const char *runtime_dir, int state_fd, struct audit *a, struct hearing **ret,
                struct err *err) {
        auto_hearing h = calloc(1, sizeof *h);
        int r;

        if (!h)
                return err_set(err, -ENOMEM, "hearing");
        *h = (struct hearing){ .firewall = { .loop = l,
                                             .listening.fd = -1,
                                             .line.fd = -1,
                                             .spoken = hearing_spoken,
                                             .arrived = hearing_arrived },
                               .stage.fd = -1,
                               .patience.source.fd = -1,
                               .audit = a,
                               .dir = -1 };
        r = stage_watch(h, l, state_fd, err);
        if (r == 0)
                r = guest_listen(&h->firewall, l, runtime_dir, NETWORK_SOCKET, err);
        if (r < 0)
                return r;
        hearing_wait(h);
        *ret = TAKE(h);
        return 0;
}

void hearing_free(struct hearing *h) {
        if (!h)
                return;
        guest_end(&h->firewall);
        timer_deinit(&h->patience);
        loop_remove(h->firewall.loop, &h->stage);
        cleanup_close(&h->stage.fd);
        cleanup_close(&h->dir);
        free(h);
}

struct hearing_report hearing_report(const struct hearing *h) {
        if (!h)
                return (struct hearing_report){ .stage = NETWORK_ENFORCE };
        return (struct hearing_report){ network_stage_of(h->dir), guest_is_there(&h->firewall), h->said };
}
