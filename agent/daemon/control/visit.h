/* SPDX-License-Identifier: MIT */
/* visit.h — one person's factors and tally, read for one request, kept out of swap meanwhile and wiped after it. */
#pragma once

#include "auth/recovery.h"
#include "base/cleanup.h"
#include "control/people.h"
#include "store/factors.h"
#include "store/tally.h"
#include "text/words.h"

struct visit {
        struct petition *petition;
        const char *user;
        int64_t now_s;
        struct factors factors, factors_before;
        struct tally tally, tally_before;
        struct token fresh;                       /* that is being enrolled */
        char codes[FACTORS_CODES][RECOVERY_CODE]; /* the same */
        bool codes_damaged;                       /* the recovery codes cannot be read, and count as none */
};

/* Read what is known of `user`. A lost key, damaged codes and a broken tally are no errors here: factors.sealed_lost,
 * codes_damaged, tally.broken. *ret is set where CONTROL_OK. */
enum control_code visit_begin(struct petition *p, const char *user, struct visit **ret);
void visit_end(struct visit *v);
CLEANUP(visit, struct visit *, visit_end)
#define auto_visit AUTO(visit)

/* What the log says of a change. */
struct change {
        const char *what;   /* "enrolled", "removed", "unlocked" */
        const char *factor; /* "totp", "card", "recovery", "all" */
        const char *label;  /* NULL */
};

/* Make the change durable and record it. A change that cannot be recorded is rolled back. */
enum control_code visit_store(struct visit *v, const struct change *change);

/* Does this person have any factor, so that a tally must be there? */
bool visit_has_factors(const struct visit *v);

/* Set the reason why the request ends, in both languages. */
enum control_code petition_malformed(struct petition *p, const char *ja, const char *en);
enum control_code petition_say(struct petition *p, enum control_code code, const char *ja, const char *en);
