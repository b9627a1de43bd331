/* SPDX-License-Identifier: MIT */
/* counted.c — records how often something happened that was not recorded one by one (fold.h). */
#include "audit/entry.h"
#include "audit/inside.h"
#include "host/clock.h"

/* False: the log takes nothing now. */
static bool tell_place(struct audit *a, enum event e, const char *key, struct fold_place *p) {
        struct record r;

        if (entry_begin(a, e, &r) < 0)
                return false;
        record_text(&r, key, p->name);
        record_number(&r, "count", p->untold);
        if (entry_commit(a, &r) < 0)
                return false;
        p->untold = 0;
        return true;
}

static void tell_fold(struct audit *a, struct fold *f, enum event e, const char *key, bool all) {
        struct fold_place *p;

        while ((p = fold_due(f, clock_ms(), all)) && tell_place(a, e, key, p))
                ;
}

void audit_tell_counted(struct audit *a, bool all) {
        tell_fold(a, &a->ports, EVENT_DEVICES_COUNTED, "port", all);
        tell_fold(a, &a->askers, EVENT_LOGINS_COUNTED, "subject", all);
        tell_fold(a, &a->network, EVENT_NETWORK_COUNTED, "subject", all);
}
