/* SPDX-License-Identifier: MIT */
/* watch.h — is the card still in its reader? pcscd is asked, which counts every insertion and removal. */
#pragma once

#include "wire/card.h"

#include <stdbool.h>
#include <stddef.h>
#include <winscard.h>

#define READERS_MAX 16 /* what pcscd itself has room for */
#define WATCH_FOREVER INFINITE

struct reader_watch {
        SCARDCONTEXT pcscd;
        uint32_t error; /* why there is none */
        size_t n;
        SCARD_READERSTATE readers[READERS_MAX]; /* as watch_open found them */
        char names[READERS_MAX * (MAX_READERNAME + 1) + 1];
};

/* Record the state of the readers: any later change is noticed. Without pcscd there are no readers. */
void watch_open(struct reader_watch *w);

/* Whether a reader or a card was added or removed since watch_open. False if pcscd could not be reached at that
 * time. */
bool watch_is_stale(const struct reader_watch *w);

/* Whether pcscd has a reader of that name; `reader` is a slot's description. */
bool watch_knows(const struct reader_watch *w, const char *reader);

/* Whether there was a card in a reader of which none of these is the description. */
bool watch_has_another(const struct reader_watch *w, char (*readers)[65], size_t n);

enum watched {
        WATCHED_STAYS, /* it is the card that was there at watch_open */
        WATCHED_GONE,  /* its reader says that it left, if only for a moment */
        WATCHED_LOST,  /* pcscd ended, or the reader is gone or began anew: nobody can say */
};

/* Wait at most `timeout_ms` for the card in that reader (NULL: in any reader) to be one of the latter two. */
enum watched watch_wait(const struct reader_watch *w, const char *reader, unsigned long timeout_ms);

/* What that reader holds at this moment, by its own word. */
enum reader_state watch_look(const struct reader_watch *w, const char *reader);

/* The card forgets who showed it a PIN. Not every card can be told to, so it is reset. */
void watch_reset(const struct reader_watch *w, const char *reader);
