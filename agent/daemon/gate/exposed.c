/* SPDX-License-Identifier: MIT */
/* exposed.c — path, numbers and descriptors of each such device in one file, which is written anew where it would
 * differ. See exposed.h. */
#include "gate/exposed.h"

#include "gate/inside.h"
#include "host/boot_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "exposed"
#define MAGIC "SKOPEN1\n"
#define RECORD_MOST (2 + SIGHTING_PATH + 4 + 4 + FACTS_DIGEST + 1)

struct exposure {
        char path[SIGHTING_PATH];
        uint32_t busnum, devnum;
        uint8_t descriptors[FACTS_DIGEST];
        bool types;
};

static void exposure_take(struct bytes *b, struct exposure *ret) {
        bytes_string(b, ret->path, sizeof ret->path);
        ret->busnum = bytes_u32(b);
        ret->devnum = bytes_u32(b);
        bytes_copy(b, ret->descriptors, sizeof ret->descriptors);
        ret->types = bytes_u8(b) != 0;
}

static int exposed_read(struct exposures *e) {
        auto_free uint8_t *file = NULL;
        auto_free struct exposure *all = calloc(TABLE_MAX, sizeof *all);
        struct bytes content;
        size_t n = 0;
        int r = all ? boot_file_read(e->runtime_fd, FILE_NAME, MAGIC, TABLE_MAX * (size_t)RECORD_MOST, &file, &content)
                    : -ENOMEM;

        if (r < 0)
                return r;
        while (!content.broken && content.left && n < TABLE_MAX)
                exposure_take(&content, &all[n++]);
        if (!bytes_done(&content))
                return -EBADMSG;
        e->of_before = TAKE(all);
        e->n = n;
        return 0;
}

void exposed_begin(struct exposures *e, int runtime_fd) {
        int r;

        *e = (struct exposures){ .runtime_fd = runtime_fd };
        r = exposed_read(e);
        e->unreadable = r < 0 && r != -ENOENT;
        if (e->unreadable)
                (void)fprintf(stderr,
                              "sekimorid: " FILE_NAME ": %s; going on as if each device had been let in before\n",
                              strerrordesc_np(-r));
}

void exposed_end(struct exposures *e) {
        free(e->of_before);
        free(e->kept);
        *e = (struct exposures){ .runtime_fd = -1 };
}

static bool exposure_is_of(const struct exposure *e, const struct sighting *s) {
        return e->busnum == s->busnum && e->devnum == s->devnum && strcmp(e->path, s->path) == 0
               && memcmp(e->descriptors, s->descriptors, sizeof e->descriptors) == 0;
}

void exposed_take_up(struct gate *g, struct device *d) {
        struct exposures *e = &g->exposures;

        if (e->unreadable)
                forget_notice(g, d);
        for (size_t i = 0; i < e->n; i++) {
                if (!exposure_is_of(&e->of_before[i], &d->sighting))
                        continue;
                d->exposed = true;
                d->types = e->of_before[i].types;
                e->of_before[i] = e->of_before[--e->n];
                return;
        }
}

void exposed_seen_all(struct gate *g) {
        free(g->exposures.of_before);
        g->exposures.of_before = NULL;
        g->exposures.n = 0;
        g->exposures.unreadable = false;
}

static void exposure_put(struct bytes_out *o, const struct exposure *e) {
        bytes_put_string(o, e->path);
        bytes_put_uint(o, e->busnum, 4);
        bytes_put_uint(o, e->devnum, 4);
        bytes_put(o, e->descriptors, sizeof e->descriptors);
        bytes_put_uint(o, e->types, 1);
}

/* Also one that is to be forgotten, as long as it is not. */
static bool exposure_of(const struct device *d, struct exposure *ret) {
        const struct sighting *s = &d->sighting;

        if (!d->exposed && (d->forget == FORGET_NONE || d->forget == FORGET_AWAY))
                return false;
        *ret = (struct exposure){ .busnum = s->busnum, .devnum = s->devnum, .types = d->types };
        memcpy(ret->path, s->path, sizeof ret->path);
        memcpy(ret->descriptors, s->descriptors, sizeof ret->descriptors);
        return true;
}

static void exposed_put_all(const struct gate *g, struct bytes_out *o) {
        struct exposure e;

        for (const struct device *d = g->table.first; d; d = d->next)
                if (exposure_of(d, &e))
                        exposure_put(o, &e);
        for (size_t i = 0; i < g->exposures.n; i++)
                exposure_put(o, &g->exposures.of_before[i]);
}

static int exposed_write(struct exposures *e, struct bytes all, struct err *err) {
        auto_free uint8_t *kept = malloc(all.left + 1);
        int r;

        if (!kept)
                return err_set(err, -ENOMEM, FILE_NAME);
        r = boot_file_write(e->runtime_fd, FILE_NAME, MAGIC, all, err);
        if (r < 0)
                return r;
        memcpy(kept, all.at, all.left);
        free(e->kept);
        e->kept = TAKE(kept);
        e->size = all.left;
        return 0;
}

void exposed_keep(struct gate *g) {
        struct exposures *e = &g->exposures;
        const size_t room = (g->table.n + e->n) * (size_t)RECORD_MOST + 1;
        auto_free uint8_t *all = malloc(room);
        struct bytes_out o = bytes_into(all, room);
        struct err err = { 0 };

        if (all)
                exposed_put_all(g, &o);
        if (all && e->kept && e->size == o.used && memcmp(e->kept, all, o.used) == 0)
                return;
        if (!all || o.broken)
                (void)fprintf(stderr, "sekimorid: " FILE_NAME ": no memory; going on without it\n");
        else if (exposed_write(e, bytes_of(all, o.used), &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it\n", err.text);
}
