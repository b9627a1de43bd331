/* SPDX-License-Identifier: MIT */
/* watch.h — has the card left its reader? Asked of pcscd, which counts every coming and going. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <winscard.h>

#define READERS_MOST 16 /* what pcscd itself has room for */

struct watch {
        SCARDCONTEXT pcscd;
        bool open;
        size_t n;
        SCARD_READERSTATE readers[READERS_MOST];
        char names[READERS_MOST * (MAX_READERNAME + 1) + 1];
};

/* How the readers are now: what happens to one from here on is never missed. Where there is no pcscd there are none. */
void watch_open(struct watch *w);

/* Look only after the reader that a slot's description is of. False: there is none of that name. */
bool watch_only(struct watch *w, const char *description);

/* Until the card there is not the one that was there at watch_open, or nobody can tell any more. */
void watch_wait(struct watch *w);
