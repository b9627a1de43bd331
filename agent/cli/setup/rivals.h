/* SPDX-License-Identifier: MIT */
/* rivals.h — other programs and udev rules that let devices in, cut them off, or switch them: known by their files.
 * Nothing is asked of them, and nothing is changed. */
#pragma once

#include "base/language.h"
#include "cli/setup/check_context.h"

enum rival_kind {
        RIVAL_SWITCHES, /* gives devices another configuration: they are judged again */
        RIVAL_UNREAD,   /* whether it is one cannot be told */
        RIVAL_DECIDES,  /* lets in what it likes */
        RIVAL_UNDOES,   /* and cuts off what we let in */
};

struct rival {
        enum rival_kind kind;
        const char *name;                  /* "usbguard", or "udev" */
        char where[512];                   /* what was found: a unit, or a file with its line */
        const struct phrase *means, *todo; /* todo: what to type */
};

typedef void rival_found(void *ctx, const struct rival *rival);
void rivals_look(const struct check_context *g, rival_found *found, void *ctx);

/* {"deciding": ["usbguard (usbguard.service)", …], "switching": […], "unread": […]} of this terminal. The caller's;
 * NULL: no memory. */
json_t *rivals_of(int root);
