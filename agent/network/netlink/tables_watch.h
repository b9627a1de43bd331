/* SPDX-License-Identifier: MIT */
/* tables_watch.h — notices when somebody else changes or takes away our tables. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TABLES_OWN 32 /* of our transactions, that are told of only after a while */

struct tables_watch {
        int fd, requests;
        bool ours;                /* an object of our tables, in a transaction whose end has not been told of yet */
        uint32_t generation;      /* the kernel's number for the state of all tables, when ours were written last */
        uint32_t own[TABLES_OWN]; /* numbers of our own transactions, the last ones, in a ring */
        unsigned n_own;
};

/* Hears of every change of the kernel's tables; never blocks and is close-on-exec. 0 or -errno. */
int tables_listen(struct tables_watch *w);

/* Before and after ours are written, by one transaction. False: somebody else's came between, or that is not known. */
void tables_begin(struct tables_watch *w);
bool tables_end(struct tables_watch *w);

/* Take what waits: were ours touched since they were written? Where messages were lost: was anything? */
bool tables_touched(struct tables_watch *w);
