/* SPDX-License-Identifier: MIT */
/* link.h — the connection to the agent's notify.sock: found, lost, and found again without polling. Knows nothing of
 * what is done with a notice. */
#pragma once

#include "base/err.h"
#include "wire/notice.h"

#include <systemd/sd-event.h>

struct link {
        const char *runtime_dir;
        void (*heard)(struct link *l, const struct notice *n);
        /* The members from here on belong to link_start. */
        sd_event *event;
        sd_event_source *news, *watch, *again; /* notices; changes of the directory; timer of the next try */
        int fd;
        uint64_t joined_us, backoff_us;
};

/* The caller sets the first two members; *l must not move until link_stop. An agent that is not there (yet) is no
 * error. */
int link_start(struct link *l, sd_event *event, struct err *err);
void link_stop(struct link *l); /* also where it was not started */
