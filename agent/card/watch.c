/* SPDX-License-Identifier: MIT */
/* watch.c — see watch.h. PKCS#11's own C_WaitForSlotEvent hangs and crashes in OpenSC; pcscd is asked instead. */
#include "card/watch.h"

#include <string.h>

#define COUNTER(state) ((state) >> 16) /* of insertions and removals; see SCardGetStatusChange in pcsc-lite */
#define CUT_NAME 60                    /* PKCS#11 keeps 64 bytes of a name */

static DWORD without_news(DWORD state) {
        return state & ~(DWORD)SCARD_STATE_CHANGED;
}

void watch_open(struct reader_watch *w) {
        DWORD room = sizeof w->names - 1;

        *w = (struct reader_watch){ 0 };
        w->error = (uint32_t)SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &w->pcscd);
        if (w->error || SCardListReaders(w->pcscd, NULL, w->names, &room) != SCARD_S_SUCCESS)
                return;
        for (const char *name = w->names; *name && w->n < READERS_MAX; name += strlen(name) + 1)
                w->readers[w->n++] = (SCARD_READERSTATE){ .szReader = name, .dwCurrentState = SCARD_STATE_UNAWARE };
        if (w->n && SCardGetStatusChange(w->pcscd, 0, w->readers, (DWORD)w->n) != SCARD_S_SUCCESS)
                w->n = 0;
        for (size_t i = 0; i < w->n; i++)
                w->readers[i].dwCurrentState = without_news(w->readers[i].dwEventState);
}

/* If PKCS#11 cut two reader names to the same text, both readers match: locking a session too often is the smaller
 * harm. OpenSC marks a cut name with dots. */
static bool is_meant(const char *name, const char *reader) {
        static const char dots[] = "...";
        size_t n = strlen(reader), m = strlen(dots);

        if (strcmp(name, reader) == 0)
                return true;
        if (n >= m && strcmp(reader + n - m, dots) == 0)
                n -= m;
        return n >= CUT_NAME && strncmp(name, reader, n) == 0;
}

/* The recorded states of the readers that match; `reader` NULL: of all readers that had a card. */
static DWORD watch_choose(const struct reader_watch *w, const char *reader, SCARD_READERSTATE to[READERS_MAX]) {
        DWORD n = 0;

        for (size_t i = 0; i < w->n; i++)
                if (reader ? is_meant(w->readers[i].szReader, reader)
                           : w->readers[i].dwCurrentState & SCARD_STATE_PRESENT)
                        to[n++] = w->readers[i];
        return n;
}

bool watch_has_another(const struct reader_watch *w, char (*readers)[65], size_t n) {
        for (size_t i = 0; i < w->n; i++) {
                bool among = !(w->readers[i].dwCurrentState & SCARD_STATE_PRESENT);

                for (size_t k = 0; k < n && !among; k++)
                        among = is_meant(w->readers[i].szReader, readers[k]);
                if (!among)
                        return true;
        }
        return false;
}

bool watch_knows(const struct reader_watch *w, const char *reader) {
        SCARD_READERSTATE meant[READERS_MAX];

        return watch_choose(w, reader, meant) > 0;
}

static bool is_unknown(DWORD state) {
        return (state & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE))
               || !(state & (SCARD_STATE_PRESENT | SCARD_STATE_EMPTY));
}

/* The counter only rises; a reader that was plugged in anew begins with 0. */
static enum watched watch_compare(const SCARD_READERSTATE *r) {
        DWORD before = COUNTER(r->dwCurrentState), now = COUNTER(r->dwEventState);

        if (is_unknown(r->dwEventState) || now < before)
                return WATCHED_LOST;
        return (r->dwEventState & SCARD_STATE_EMPTY) || now > before ? WATCHED_GONE : WATCHED_STAYS;
}

enum watched watch_wait(const struct reader_watch *w, const char *reader, unsigned long timeout_ms) {
        SCARD_READERSTATE meant[READERS_MAX];
        DWORD n = watch_choose(w, reader, meant);

        if (n == 0)
                return reader ? WATCHED_STAYS : WATCHED_LOST;
        for (;;) {
                LONG rv = SCardGetStatusChange(w->pcscd, timeout_ms, meant, n);

                if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
                        return WATCHED_LOST;
                for (DWORD i = 0; i < n; i++)
                        if (watch_compare(&meant[i]) != WATCHED_STAYS)
                                return watch_compare(&meant[i]);
                if (rv == SCARD_E_TIMEOUT)
                        return WATCHED_STAYS;
                for (DWORD i = 0; i < n; i++) {
                        /* Another program began or ended to use the card. */
                        meant[i].dwCurrentState = without_news(meant[i].dwEventState);
                }
        }
}

/* If two readers are meant, one card in them is enough. */
enum reader_state watch_look(const struct reader_watch *w, const char *reader) {
        SCARD_READERSTATE meant[READERS_MAX];
        DWORD n = watch_choose(w, reader, meant);
        enum reader_state state = READER_UNKNOWN;

        for (DWORD i = 0; i < n; i++)
                meant[i].dwCurrentState = SCARD_STATE_UNAWARE;
        if (n == 0 || SCardGetStatusChange(w->pcscd, 0, meant, n) != SCARD_S_SUCCESS)
                return READER_UNKNOWN;
        for (DWORD i = 0; i < n; i++) {
                if (is_unknown(meant[i].dwEventState))
                        continue;
                if (meant[i].dwEventState & SCARD_STATE_PRESENT)
                        return READER_HOLDS;
                state = READER_EMPTY;
        }
        return state;
}

bool watch_is_stale(const struct reader_watch *w) {
        SCARD_READERSTATE now[READERS_MAX];
        char names[sizeof w->names] = "";
        DWORD room = sizeof names - 1;
        LONG rv;

        if (!w->pcscd)
                return false;
        rv = SCardListReaders(w->pcscd, NULL, names, &room);
        if ((rv != SCARD_S_SUCCESS && rv != SCARD_E_NO_READERS_AVAILABLE) || memcmp(names, w->names, sizeof names) != 0)
                return true;
        if (w->n == 0)
                return false;
        memcpy(now, w->readers, sizeof now);
        /* The counter shows a change even if pcscd reports none: pcscd takes a count of 0 for no count. */
        rv = SCardGetStatusChange(w->pcscd, 0, now, (DWORD)w->n);
        if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
                return true;
        for (size_t i = 0; i < w->n; i++)
                if (COUNTER(now[i].dwEventState) != COUNTER(now[i].dwCurrentState))
                        return true;
        return false;
}

void watch_reset(const struct reader_watch *w, const char *reader) {
        SCARD_READERSTATE meant[READERS_MAX];
        DWORD n = watch_choose(w, reader, meant), protocol;
        SCARDHANDLE card;

        for (DWORD i = 0; i < n; i++)
                if (SCardConnect(w->pcscd, meant[i].szReader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                                 &card, &protocol)
                    == SCARD_S_SUCCESS)
                        (void)SCardDisconnect(card, SCARD_RESET_CARD);
}
