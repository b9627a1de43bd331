/* SPDX-License-Identifier: MIT */
/* resolvers.c — inotify at each name that leads to a file, and at the file itself, which may have other names. See
 * resolvers.h. */
#include "network/resolvers.h"

#include "host/name_servers.h"
#include "network/limit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define SETTLE_MS 100 /* nobody writes a file in less; however often it is written, it is read no more often */
#define STEPS (NAME_SERVERS_FILES * (FOLLOWED_STEPS + 1))
#define FOUND (NAME_SERVERS_FILES * (NAME_SERVERS_EACH + 1)) /* and of each file that it cannot be read in full */
#define CHANGES                                                                                                        \
        (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF \
         | IN_MOVE_SELF)

struct resolver_step {
        int watch;
        bool is_gone; /* no way leads here any more */
        char name[NAME_MAX + 1];
};

struct findings {
        struct resolvers *of;
        const struct network_terms *terms;
        struct resolver_facts all[FOUND];
        size_t n;
};

struct resolvers {
        struct source changes;
        struct timer settled;
        struct loop *loop;
        int root;
        bool is_due;
        struct resolver_step steps[STEPS];
        size_t n_steps;
        struct findings found; /* as last looked */
        struct limit told;
        resolvers_tell *tell;
        void *ctx;
};

static bool is_named(const struct network_terms *t, const struct address_range *address) {
        for (size_t i = 0; t && i < t->n_names; i++)
                if (address_range_covers(&t->names[i], address))
                        return true;
        return false;
}

static bool is_same(const struct resolver_facts *a, const struct resolver_facts *b) {
        return a->v6 == b->v6 && a->error == b->error && memcmp(a->address, b->address, sizeof a->address) == 0
               && strcmp(a->file, b->file) == 0;
}

static bool has_finding(const struct findings *f, const struct resolver_facts *one) {
        for (size_t i = 0; i < f->n; i++)
                if (is_same(&f->all[i], one))
                        return true;
        return false;
}

static void finding_add(struct findings *f, const struct resolver_facts *one, const char *file) {
        struct resolver_facts named = *one;

        (void)snprintf(named.file, sizeof named.file, "%s", file);
        if (f->n < FOUND && !has_finding(f, &named))
                f->all[f->n++] = named;
}

static void server_found(void *ctx, const char *file, const struct address_range *address) {
        struct findings *f = ctx;
        struct resolver_facts one = { .v6 = address->v6 };

        memcpy(one.address, address->first, sizeof one.address);
        if (!is_named(f->terms, address))
                finding_add(f, &one, file);
}

static void file_failed(void *ctx, const char *file, int error) {
        finding_add(ctx, &(struct resolver_facts){ .error = (uint32_t)-error }, file);
}

/* One watch has the changes of all names in its directory. */
static int look_step(void *ctx, int fd, const char *name) {
        struct resolvers *r = ((struct findings *)ctx)->of;
        char path[32];
        int watch;

        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        watch = inotify_add_watch(r->changes.fd, path, CHANGES);
        if (watch < 0)
                return -errno;
        for (size_t i = 0; i < r->n_steps; i++)
                if (r->steps[i].watch == watch && strcmp(r->steps[i].name, name) == 0) {
                        r->steps[i].is_gone = false;
                        return 0;
                }
        if (r->n_steps == STEPS)
                return -ENOSPC;
        r->steps[r->n_steps] = (struct resolver_step){ .watch = watch };
        (void)snprintf(r->steps[r->n_steps++].name, sizeof r->steps->name, "%s", name);
        return 0;
}

static bool is_watched(const struct resolvers *r, int watch) {
        for (size_t i = 0; i < r->n_steps; i++)
                if (r->steps[i].watch == watch)
                        return true;
        return false;
}

static void steps_sweep(struct resolvers *r) {
        for (size_t i = 0; i < r->n_steps;) {
                const int watch = r->steps[i].watch;

                if (!r->steps[i].is_gone) {
                        i++;
                        continue;
                }
                r->steps[i] = r->steps[--r->n_steps];
                if (!is_watched(r, watch))
                        (void)inotify_rm_watch(r->changes.fd, watch);
        }
}

/* What is watched before it is looked up cannot change unheard. */
static void resolvers_look(struct resolvers *r) {
        const struct findings before = r->found;
        const struct name_servers_reader reader = { server_found, file_failed, look_step, &r->found };
        unsigned long untold;

        r->is_due = false;
        r->found.n = 0;
        for (size_t i = 0; i < r->n_steps; i++)
                r->steps[i].is_gone = true;
        name_servers_read(r->root, &reader);
        steps_sweep(r);
        for (size_t i = 0; i < r->found.n; i++)
                if (!has_finding(&before, &r->found.all[i]) && limit_allows(&r->told, &untold))
                        r->tell(r->ctx, &r->found.all[i], untold);
}

static void settled_fired(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        resolvers_look(container_of(t, struct resolvers, settled));
}

static bool event_matters(const struct resolvers *r, const struct inotify_event *e) {
        for (size_t i = 0; i < r->n_steps; i++)
                if (r->steps[i].watch == e->wd && (e->len == 0 || strcmp(r->steps[i].name, e->name) == 0))
                        return true;
        return e->mask & IN_Q_OVERFLOW;
}

static bool events_matter(const struct resolvers *r, const char *events, size_t size) {
        for (size_t at = 0; at + sizeof(struct inotify_event) <= size;) {
                const struct inotify_event *e = (const void *)(events + at);

                if (event_matters(r, e))
                        return true;
                at += sizeof *e + e->len;
        }
        return false;
}

static void changes_ready(struct source *s, uint32_t events) {
        struct resolvers *r = container_of(s, struct resolvers, changes);
        union {
                struct inotify_event event; /* for its alignment */
                char room[4096];
        } raw;
        bool matters = false;
        ssize_t n;

        (void)events;
        while ((n = read(s->fd, &raw, sizeof raw)) > 0)
                matters = events_matter(r, raw.room, (size_t)n) || matters;
        if (matters && !r->is_due)
                r->is_due = timer_in_ms(&r->settled, SETTLE_MS) == 0;
}

int resolvers_new(struct loop *l, int root, resolvers_tell *tell, void *ctx, struct resolvers **ret) {
        struct resolvers *r = calloc(1, sizeof *r);
        int e;

        if (!r)
                return -ENOMEM;
        *r = (struct resolvers){ .loop = l, .root = root, .tell = tell, .ctx = ctx, .settled.source.fd = -1 };
        r->changes = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = changes_ready };
        e = r->changes.fd < 0 ? -errno : loop_add(l, &r->changes, EPOLLIN);
        if (e == 0)
                e = timer_init(&r->settled, l, CLOCK_MONOTONIC, settled_fired);
        if (e < 0)
                resolvers_free(r);
        else
                *ret = r;
        return e;
}

void resolvers_free(struct resolvers *r) {
        if (!r)
                return;
        loop_remove(r->loop, &r->changes);
        cleanup_close(&r->changes.fd);
        timer_deinit(&r->settled);
        free(r);
}

void resolvers_follow(struct resolvers *r, const struct network_terms *terms) {
        r->found = (struct findings){ .of = r, .terms = terms };
        resolvers_look(r);
}

void resolvers_list(const struct resolvers *r, resolvers_take *take, void *ctx) {
        struct findings now = { .terms = r->found.terms };

        name_servers_read(r->root, &(struct name_servers_reader){ server_found, file_failed, NULL, &now });
        for (size_t i = 0; i < now.n; i++)
                take(ctx, &now.all[i]);
}
