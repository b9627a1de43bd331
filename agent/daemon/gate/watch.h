/* SPDX-License-Identifier: MIT */
/* watch.h — keeps an observer alive: starts it, asks it to scan, replaces it when it dies, hangs or sends garbage.
 * Knows nothing of policies. */
#pragma once

#include "helper/observer.h"
#include "loop/loop.h"

struct watch {
        struct loop *loop;
        struct child observer;
        struct source source;
        struct timer again;    /* the next try to start one */
        struct timer deadline; /* for an answer to the scan that is under way */
        uint32_t scan;         /* the number of the last scan asked for */
        int64_t backoff_ms;

        /* The owner's callbacks. `lost` says why, for the audit; devices already let in stay as they are. */
        void (*sighted)(struct watch *w, const struct sighting *s);
        void (*scanned)(struct watch *w);
        void (*lost)(struct watch *w, const char *why);
};

/* Set the three callbacks first. The first observer is started, and asked to scan, from the loop. */
int watch_start(struct watch *w, struct loop *l);
void watch_stop(struct watch *w);

/* Asks for a scan: at start-up, after lost events, on resume and after a push. */
void watch_rescan(struct watch *w);

/* No scan is under way and an observer is there. */
bool watch_settled(const struct watch *w);
