/* SPDX-License-Identifier: MIT */
/* table.c — two linked lists: devices in the order they came, hubs first, and root hubs seen. See table.h. */
#include "gate/table.h"

#include "decision/kind.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct controller {
        struct controller *next;
        char path[SIGHTING_PATH];
};

struct device *table_find(const struct device_table *t, const char *path) {
        struct device *d = t->first;

        while (d && strcmp(d->sighting.path, path) != 0)
                d = d->next;
        return d;
}

struct device *table_add(struct device_table *t, const struct sighting *s) {
        struct device *d = t->n < TABLE_MAX ? calloc(1, sizeof *d) : NULL;
        struct device **end = &t->first;

        if (!d)
                return NULL;
        d->sighting = *s;
        d->directory = -1;
        while (*end)
                end = &(*end)->next; /* in order of arrival: hubs before the devices behind them */
        *end = d;
        t->n++;
        return d;
}

void table_remove(struct device_table *t, struct device *d) {
        struct device **at = &t->first;

        while (*at != d)
                at = &(*at)->next;
        *at = d->next;
        t->n--;
        if (d->directory >= 0)
                (void)close(d->directory);
        free(d);
}

void table_clear(struct device_table *t) {
        while (t->first)
                table_remove(t, t->first);
        while (t->controllers) {
                struct controller *c = t->controllers;

                t->controllers = c->next;
                free(c);
        }
}

bool table_new_controller(struct device_table *t, const char *path) {
        struct controller *c;

        for (c = t->controllers; c; c = c->next)
                if (strcmp(c->path, path) == 0)
                        return false;
        c = calloc(1, sizeof *c);
        if (c) {
                (void)strncpy(c->path, path, sizeof c->path - 1);
                c->next = t->controllers;
                t->controllers = c;
        }
        return true;
}

bool device_learns(struct device *d, const struct sighting *s) {
        const uint64_t generic = interfaces_of_generic_hid(&d->sighting.facts);
        const uint64_t fido = d->sighting.facts.fido, not_fido = d->sighting.facts.not_fido;
        const bool mtp = !d->sighting.facts.speaks_mtp && s->facts.speaks_mtp;

        d->sighting.facts.speaks_mtp |= s->facts.speaks_mtp;
        d->sighting.facts.fido |= s->facts.fido;
        d->sighting.facts.not_fido |= s->facts.not_fido;
        return mtp || ((fido ^ d->sighting.facts.fido) | (not_fido ^ d->sighting.facts.not_fido)) & generic;
}

bool same_device(const struct sighting *a, const struct sighting *b) {
        return a->busnum == b->busnum && a->devnum == b->devnum
               && memcmp(a->descriptors, b->descriptors, sizeof a->descriptors) == 0
               && memcmp(a->facts.fingerprint, b->facts.fingerprint, sizeof a->facts.fingerprint) == 0;
}
