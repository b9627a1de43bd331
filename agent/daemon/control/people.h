/* SPDX-License-Identifier: MIT */
/* people.h — what an administrator asks about people: who has which factors, more of them, fewer, another chance. What
 * crosses the socket stands in docs/PROTOCOL.md. */
#pragma once

#include "control/report.h"
#include "wire/control.h"

#include <jansson.h>

/* One request while it is answered. */
struct petition {
        const struct subject *subject;
        uid_t who;       /* asks */
        json_t *asked;   /* borrowed; what has been looked at is taken out */
        json_t *answer;  /* made here, the caller's; NULL where there is none */
        struct err err;  /* why not */
        enum language l; /* of words inside the answer: "lang" in what was asked, else the policy's */
};

typedef enum control_code people_request(struct petition *p);

/* Take the language out of what was asked, and let `how` do the rest. */
enum control_code petition_answer(struct petition *p, people_request *how);

people_request people_enrol, people_factors, people_unlock, people_forget;
