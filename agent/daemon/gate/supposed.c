/* SPDX-License-Identifier: MIT */
/* supposed.c — a table without order; see supposed.h. */
#include "gate/supposed.h"

#include <stdio.h>
#include <string.h>

static bool port_is_free(const struct supposed_port *p, int64_t now_s) {
        return !p->path[0] || now_s >= p->until_s + SUPPOSED_LAST_S;
}

/* The port's own place, or a free one, or NULL. */
static struct supposed_port *port_place(struct supposed *s, const char *path, int64_t now_s) {
        struct supposed_port *free_one = NULL;

        for (size_t i = 0; i < SUPPOSED_PORTS; i++) {
                struct supposed_port *p = &s->ports[i];

                if (port_is_free(p, now_s))
                        free_one = p;
                else if (strcmp(p->path, path) == 0)
                        return p;
        }
        if (free_one)
                *free_one = (struct supposed_port){ 0 };
        return free_one;
}

void supposed_note(struct supposed *s, const char *path, int64_t now_s) {
        struct supposed_port *p = port_place(s, path, now_s);
        int64_t wait_s = SUPPOSED_FIRST_S;

        if (!p)
                return; /* as long as it is full nothing is supposed anywhere */
        for (unsigned i = 0; i < p->times && wait_s < SUPPOSED_LAST_S; i++)
                wait_s *= 2;
        (void)snprintf(p->path, sizeof p->path, "%s", path);
        p->until_s = now_s + (wait_s < SUPPOSED_LAST_S ? wait_s : SUPPOSED_LAST_S);
        p->times++;
}

bool supposed_may(const struct supposed *s, const char *path, int64_t now_s) {
        bool full = true;

        for (size_t i = 0; i < SUPPOSED_PORTS; i++) {
                const struct supposed_port *p = &s->ports[i];

                if (port_is_free(p, now_s))
                        full = false;
                else if (strcmp(p->path, path) == 0)
                        return now_s >= p->until_s;
        }
        return !full;
}
