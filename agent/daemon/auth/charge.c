/* SPDX-License-Identifier: MIT */
/* charge.c — the shares, in one table. See charge.h. */
#include "auth/charge.h"

/* `own`: of one subject. `all`: of its class. A person's screen asks once, a host's ssh server for each login; a
 * session is also what each `sudo -i` opens. At the desk there is one at a time; where users are switched, those before
 * them keep what they hold, and there is room for some of these. */
static const struct {
        size_t own, all;
} shares[CHARGE_KINDS][SUBJECT_CLASSES] = {
        [CHARGE_CONVERSATION] = { [SUBJECT_PERSON] = { 8, 120 },
                                  [SUBJECT_AFAR] = { 120, 120 },
                                  [SUBJECT_DESK] = { 16, 64 },
                                  [SUBJECT_SEAT] = { 120, 120 } },
        [CHARGE_SESSION] = { [SUBJECT_PERSON] = { 12, 24 },
                             [SUBJECT_AFAR] = { 12, 16 },
                             [SUBJECT_DESK] = { 12, 60 },
                             [SUBJECT_SEAT] = { 8, 12 } },
};

struct charge charge_of(const struct login_subject *who) {
        return (struct charge){ .class = who->class, .key = who->key };
}

enum charge_room charge_room(enum charge_kind kind, const struct charge *held, size_t n, struct charge who) {
        size_t own = 0, all = 0;

        for (size_t i = 0; i < n; i++) {
                own += held[i].key == who.key;
                all += held[i].class == who.class;
        }
        if (own >= shares[kind][who.class].own)
                return CHARGE_OWN_FULL;
        return all >= shares[kind][who.class].all ? CHARGE_CLASS_FULL : CHARGE_FITS;
}
