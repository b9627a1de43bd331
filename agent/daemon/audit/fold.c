/* SPDX-License-Identifier: MIT */
/* fold.c — a token bucket for each place; one with a count not yet told is never given to another. See fold.h. */
#include "audit/fold.h"

#include <stdio.h>
#include <string.h>

/* pci0000:00/0000:00:14.0/usb1/1-2/1-2.3: cut after the root hub's own port. Any other path counts as a port of its
 * own. */
void fold_port(const char *path, char ret[FOLD_NAME]) {
        const char *hub = strstr(path, "/usb");
        const char *device = hub ? strchr(hub + 1, '/') : NULL;
        const char *end = device ? strchr(device + 1, '/') : NULL;

        if (hub && device && hub[4] >= '0' && hub[4] <= '9')
                path = device + 1;
        (void)snprintf(ret, FOLD_NAME, "%.*s", end ? (int)(end - path) : FOLD_NAME - 1, path);
}

/* The bucket of that name, or else the one that was not needed for longest. */
static struct fold_place *fold_find(struct fold *f, const char *name, int64_t now_ms) {
        struct fold_place *oldest = &f->places[0];

        for (int i = 0; i < FOLD_PLACES; i++) {
                struct fold_place *p = &f->places[i];

                if (strcmp(p->name, name) == 0)
                        return p;
                if (p->untold < oldest->untold || (p->untold == oldest->untold && p->used_ms < oldest->used_ms))
                        oldest = p;
        }
        if (oldest->untold)
                return oldest; /* more places than buckets, all of them flooded: counted with another */
        *oldest = (struct fold_place){ .tokens = FOLD_BURST, .refilled_ms = now_ms };
        (void)snprintf(oldest->name, sizeof oldest->name, "%s", name);
        return oldest;
}

static void fold_refill(struct fold_place *p, int64_t now_ms) {
        int64_t more = (now_ms - p->refilled_ms) / FOLD_REFILL_MS;

        if (more <= 0)
                return;
        p->tokens = more > FOLD_BURST - (int64_t)p->tokens ? FOLD_BURST : p->tokens + (unsigned)more;
        p->refilled_ms += more * FOLD_REFILL_MS;
}

static void fold_add(struct fold_place *p, uint64_t n, int64_t now_ms) {
        if (!p->untold)
                p->untold_since_ms = now_ms;
        p->untold = n > FOLD_MOST - p->untold ? FOLD_MOST : p->untold + n;
}

bool fold_admits(struct fold *f, const char *name, int64_t now_ms) {
        struct fold_place *p = fold_find(f, name, now_ms);

        fold_refill(p, now_ms);
        p->used_ms = now_ms;
        if (p->tokens) {
                p->tokens--;
                return true;
        }
        fold_add(p, 1, now_ms);
        return false;
}

void fold_count(struct fold *f, const char *name, uint64_t n, int64_t now_ms) {
        if (n)
                fold_add(fold_find(f, name, now_ms), n, now_ms);
}

struct fold_place *fold_due(struct fold *f, int64_t now_ms, bool all) {
        for (int i = 0; i < FOLD_PLACES; i++) {
                struct fold_place *p = &f->places[i];

                if (p->untold && (all || now_ms - p->untold_since_ms >= FOLD_TELL_MS))
                        return p;
        }
        return NULL;
}
