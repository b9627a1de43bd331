/* SPDX-License-Identifier: MIT */
/* charge.c — the shares, in one table. See charge.h. */
#include "auth/charge.h"

/* `own`: of one subject. `upto`: of that class and all below it together, so that the rest is kept free for the higher.
 * A person's screen asks once and a host's ssh server for each login; a session is also what cron, the user's manager
 * and each sudo opens. */
static const struct {
        size_t own, upto;
} shares[CHARGE_KINDS][SUBJECT_CLASSES] = {
        [CHARGE_CONVERSATION] = { [SUBJECT_PERSON] = { 8, 192 },
                                  [SUBJECT_AFAR] = { 128, 320 },
                                  [SUBJECT_DESK] = { 16, 352 },
                                  [SUBJECT_SEAT] = { 128, CHARGES_MAX } },
        [CHARGE_SESSION] = { [SUBJECT_PERSON] = { 16, 32 },
                             [SUBJECT_AFAR] = { 24, 44 },
                             [SUBJECT_DESK] = { 16, 54 },
                             [SUBJECT_SEAT] = { 16, 64 } },
};

struct charge charge_of(const struct login_subject *who) {
        return (struct charge){ .class = who->class, .key = who->key };
}

enum charge_room charge_room(enum charge_kind kind, const struct charge *held, size_t n, struct charge who) {
        size_t own = 0, below = 0;

        for (size_t i = 0; i < n; i++) {
                own += held[i].key == who.key;
                below += held[i].class <= who.class;
        }
        if (own >= shares[kind][who.class].own)
                return CHARGE_OWN_FULL;
        return below >= shares[kind][who.class].upto ? CHARGE_CLASS_FULL : CHARGE_FITS;
}
