/* SPDX-License-Identifier: MIT */
/* media_enrol.h — what `sekimori media enrol` was asked for, and what somebody answers. */
#pragma once

#include "cli/media/media.h"
#include "cli/verbs.h"

struct media_enrolment {
        const struct verb_row *verb;
        struct terminal terminal;
        const char *which, *ledger, *into;
        const char *section, *person, *until, *access, *hours; /* as typed; NULL: to be asked */
        const char *uuid;                                      /* of the medium, as typed; or NULL */
        bool alone, by_fingerprint, by_token, force;
        struct media_entry entry;
        struct media_policy policy;
        json_t *element;
        size_t twins;
        int32_t today, limit; /* local days; the policy's last one, or INT32_MAX */
};

/* Fills the entry from what was typed, and asks for what was not; where nobody can be asked, says all that is missing.
 * Complains itself; an enum exit_code. */
int media_answers(struct media_enrolment *e);
