/* SPDX-License-Identifier: MIT */
/* media.c — each look is a process with a deadline of 10 s (60 s for a disk looked at before); the plane lets this
 * process in until it has opened the disk, and a change during a look means another look. See media.h. */
#include "keeper/media.h"

#include "wire/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define FIRST_MS 10000 /* a disk that spins up */
#define AGAIN_MS 60000 /* a disk in use that is being written: cutting it off by mistake would lose the data */

static void media_start(struct seen *s);

static struct seen *media_find(struct media *m, uint64_t diskseq) {
        for (size_t i = 0; i < MEDIA_MAX; i++)
                if (m->seen[i].diskseq == diskseq)
                        return &m->seen[i];
        return NULL;
}

/* Drop the map entry that lets the process in, unless the entry was changed meanwhile. */
static void media_shut(struct seen *s) {
        struct entry e;

        if (s->let_in && plane_get(s->media->plane, &s->at.node, &e) == 0 && e.opener == (uint32_t)s->child.pid)
                plane_drop(s->media->plane, &s->at.node);
        s->let_in = false;
}

static void media_stop(struct seen *s) {
        if (!s->running)
                return;
        media_shut(s);
        loop_remove(s->media->loop, &s->line);
        timer_deinit(&s->deadline);
        child_stop(&s->child);
        s->running = false;
        s->media->running--;
}

/* Start the looks that had to wait for a free place. */
static void media_next(struct media *m) {
        for (size_t i = 0; i < MEDIA_MAX && m->running < MEDIA_PROBES_MAX; i++)
                if (m->seen[i].diskseq && m->seen[i].again && !m->seen[i].running)
                        media_start(&m->seen[i]);
}

static void media_done(struct seen *s, const struct medium_facts *found) {
        struct media *m = s->media;
        bool again = s->again;
        char path[MEDIA_PROBE_PATH];

        media_stop(s);
        if (!again) {
                s->medium = *found;
                (void)snprintf(path, sizeof path, "%s", s->at.path);
                m->found(m->ctx, path);
        }
        media_next(m);
}

static const struct medium_facts unreadable = { .state = MEDIUM_UNREADABLE };

static void media_spoken(struct source *line, uint32_t events) {
        struct seen *s = container_of(line, struct seen, line);
        struct medium_facts found;
        enum media_probe_word word = media_probe_hear(&s->child, &found);

        (void)events;
        if (word == MEDIA_PROBE_OPENED) {
                media_shut(s);
                s->at.rescan = false; /* the kernel has read the table */
        } else if (word != MEDIA_PROBE_NOTHING)
                media_done(s, word == MEDIA_PROBE_DONE ? &found : &unreadable);
}

static void media_overdue(struct timer *t, bool clock_was_set) {
        struct seen *s = container_of(t, struct seen, deadline);

        (void)clock_was_set;
        (void)fprintf(stderr, "sekimori-keeper: /dev/%s does not answer\n", s->at.name);
        s->again = false;
        media_done(s, &unreadable);
}

/* A node that is let in already needs no entry for the process. */
static int let_in(struct seen *s) {
        const struct plane *p = s->media->plane;
        const struct entry ours = { .opener = (uint32_t)s->child.pid, .diskseq = s->diskseq };
        struct entry have;

        if (plane_get(p, &s->at.node, &have) == 0 && have.mode != MODE_NONE)
                return 0;
        s->let_in = true;
        return plane_set(p, &s->at.node, &ours);
}

static int media_begin(struct seen *s, struct err *err) {
        struct media *m = s->media;
        int r = media_probe_start(&s->at, &s->child, err);

        if (r < 0)
                return r;
        s->running = true, s->again = false;
        m->running++;
        s->line = (struct source){ .fd = s->child.fd, .ready = media_spoken };
        s->deadline.source.fd = -1;
        r = loop_add(m->loop, &s->line, EPOLLIN);
        if (r == 0)
                r = timer_init(&s->deadline, m->loop, CLOCK_MONOTONIC, media_overdue);
        if (r == 0)
                r = timer_in_ms(&s->deadline, s->medium.state == MEDIUM_UNKNOWN ? FIRST_MS : AGAIN_MS);
        if (r == 0)
                r = let_in(s);
        if (r == 0)
                r = media_probe_go(&s->child);
        return r < 0 ? err_errno(err, r, "look at %s", s->at.name) : 0;
}

static void media_start(struct seen *s) {
        struct err err = { 0 };

        s->again = true; /* until it runs */
        if (s->media->running >= MEDIA_PROBES_MAX || media_begin(s, &err) == 0)
                return;
        (void)fprintf(stderr, "sekimori-keeper: %s\n", err.text);
        s->again = false;
        media_done(s, &unreadable);
}

void media_init(struct media *m, struct loop *l, const struct sysfs_dirs *g, const struct plane *p,
                void (*found)(void *ctx, const char *path), void *ctx) {
        *m = (struct media){ .loop = l, .dirs = g, .plane = p, .found = found, .ctx = ctx };
}

void media_deinit(struct media *m) {
        for (size_t i = 0; i < MEDIA_MAX; i++) {
                media_stop(&m->seen[i]);
                m->seen[i].diskseq = 0;
        }
}

static void media_run(struct seen *s) {
        if (s->running || s->again)
                s->again = true;
        else
                media_start(s);
}

/* The place of this disk, maybe with another medium; else a free one. */
static struct seen *media_place(struct media *m, const char *path) {
        for (size_t i = 0; i < MEDIA_MAX; i++)
                if (m->seen[i].diskseq && strcmp(m->seen[i].at.path, path) == 0)
                        return &m->seen[i];
        return media_find(m, 0);
}

void media_look(struct media *m, const struct uevent *u, uint64_t diskseq, bool rescan) {
        struct seen *s = m->loop && diskseq ? media_place(m, u->path) : NULL;

        if (!s)
                return; /* not known, so no grant depends on it */
        if (s->diskseq != diskseq) {
                media_stop(s);
                *s = (struct seen){ .media = m, .diskseq = diskseq, .child = CHILD_NONE };
                s->at = (struct media_probe_target){ m->dirs, { NODE_BLOCK, u->major, u->minor }, "", "", rescan };
                (void)snprintf(s->at.name, sizeof s->at.name, "%s", u->name);
                (void)snprintf(s->at.path, sizeof s->at.path, "%s", u->path);
        }
        media_run(s);
}

void media_changed(struct media *m, uint64_t diskseq) {
        struct seen *s = diskseq ? media_find(m, diskseq) : NULL;

        if (s)
                media_run(s);
}

void media_disturb(struct media *m, const char *above) {
        for (size_t i = 0; i < MEDIA_MAX; i++)
                if (m->seen[i].running && path_covers(above, m->seen[i].at.path))
                        m->seen[i].again = true;
}

void media_gone(struct media *m, uint64_t diskseq) {
        struct seen *s = diskseq ? media_find(m, diskseq) : NULL;

        if (!s)
                return;
        media_stop(s);
        *s = (struct seen){ 0 };
        media_next(m);
}

bool media_is_known(const struct media *m, uint64_t diskseq) {
        for (size_t i = 0; i < MEDIA_MAX && diskseq; i++)
                if (m->seen[i].diskseq == diskseq)
                        return m->seen[i].medium.state >= MEDIUM_PLAIN;
        return false;
}

/* If a device has two media, neither matches a rule that names one medium. */
static void media_join(struct medium_facts *all, const struct medium_facts *one) {
        if (one->state == MEDIUM_UNREADABLE)
                return; /* an empty slot; it is not let in */
        if (all->state == MEDIUM_UNREADABLE) {
                *all = *one;
                return;
        }
        *all = (struct medium_facts){ .state = all->state < one->state ? all->state : one->state };
}

bool media_of(const struct media *m, const char *above, uint64_t *ret_diskseq, struct medium_facts *ret) {
        uint64_t newest = 0;
        struct medium_facts all = unreadable;

        for (size_t i = 0; i < MEDIA_MAX; i++) {
                const struct seen *s = &m->seen[i];

                if (!s->diskseq || !path_covers(above, s->at.path))
                        continue;
                if (s->running || s->again || s->medium.state == MEDIUM_UNKNOWN)
                        return false;
                newest = s->diskseq > newest ? s->diskseq : newest;
                media_join(&all, &s->medium);
        }
        if (newest == 0)
                return false;
        *ret_diskseq = newest;
        *ret = all;
        return true;
}
