/* SPDX-License-Identifier: MIT */
/* watch.c — see watch.h. PKCS#11's own C_WaitForSlotEvent hangs and crashes in OpenSC; pcscd is asked instead. */
#include "card/watch.h"

#include <string.h>

#define COUNTER(state) ((state) >> 16) /* of cards that came and went; see SCardGetStatusChange in pcsc-lite */

void watch_open(struct watch *w) {
        DWORD room = sizeof w->names - 1;

        *w = (struct watch){ 0 };
        if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &w->pcscd) != SCARD_S_SUCCESS)
                return;
        w->open = true;
        if (SCardListReaders(w->pcscd, NULL, w->names, &room) != SCARD_S_SUCCESS)
                return;
        for (const char *name = w->names; *name && w->n < READERS_MOST; name += strlen(name) + 1)
                w->readers[w->n++] = (SCARD_READERSTATE){ .szReader = name, .dwCurrentState = SCARD_STATE_UNAWARE };
        if (w->n && SCardGetStatusChange(w->pcscd, 0, w->readers, (DWORD)w->n) != SCARD_S_SUCCESS)
                w->n = 0;
        for (size_t i = 0; i < w->n; i++)
                w->readers[i].dwCurrentState = w->readers[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
}

/* PKCS#11 cuts names at 64 bytes. Where that leaves two readers alike, both are watched: locking a session too often is
 * the smaller harm. */
bool watch_only(struct watch *w, const char *description) {
        size_t n = strlen(description), kept = 0;

        for (size_t i = 0; i < w->n; i++) {
                const char *name = w->readers[i].szReader;

                if (strcmp(name, description) == 0 || (n >= 60 && strncmp(name, description, n) == 0))
                        w->readers[kept++] = w->readers[i];
        }
        w->n = kept;
        return kept > 0;
}

static bool is_the_same(const SCARD_READERSTATE *r) {
        return (r->dwEventState & SCARD_STATE_PRESENT)
               && !(r->dwEventState & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE))
               && COUNTER(r->dwEventState) == COUNTER(r->dwCurrentState);
}

void watch_wait(struct watch *w) {
        for (;;) {
                if (SCardGetStatusChange(w->pcscd, INFINITE, w->readers, (DWORD)w->n) != SCARD_S_SUCCESS)
                        return;
                for (size_t i = 0; i < w->n; i++) {
                        SCARD_READERSTATE *r = &w->readers[i];

                        if (!is_the_same(r))
                                return;
                        /* Somebody began or ended to use it. */
                        r->dwCurrentState = r->dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
                }
        }
}
