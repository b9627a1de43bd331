/* SPDX-License-Identifier: MIT */
/* watch.h — is the card still in its reader? Asked of pcscd, which counts every coming and going. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <winscard.h>

#define READERS_MAX 16 /* what pcscd itself has room for */
#define WATCH_FOREVER INFINITE

struct reader_watch {
        SCARDCONTEXT pcscd;
        size_t n;
        SCARD_READERSTATE readers[READERS_MAX]; /* as they were */
        char names[READERS_MAX * (MAX_READERNAME + 1) + 1];
};

/* How the readers are now: what happens to one from here on is never missed. Where there is no pcscd there are none. */
void watch_open(struct reader_watch *w);

/* Whether a reader or a card came or went since then. Where nobody could tell then, nobody can now: false. */
bool watch_is_stale(const struct reader_watch *w);

/* Whether pcscd has a reader of that name, as a slot's description tells it. */
bool watch_knows(const struct reader_watch *w, const char *reader);

/* Wait at most so long for the card of that reader (NULL: of any) not to be the one that was there at watch_open, or
 * for nobody being able to tell any more. */
bool watch_gone(const struct reader_watch *w, const char *reader, unsigned long timeout_ms);

/* The card forgets who showed it a PIN. Not every card can be told to, so it is switched off and on. */
void watch_reset(const struct reader_watch *w, const char *reader);
