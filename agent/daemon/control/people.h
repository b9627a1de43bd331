/* SPDX-License-Identifier: MIT */
/* people.h — an administrator's requests about people: list, enrol and remove factors, and unlock. docs/PROTOCOL.md
 * describes the messages. */
#pragma once

#include "control/report.h"
#include "wire/control.h"

#include <jansson.h>

/* One request while it is answered. */
struct petition {
        const struct subject *subject;
        uid_t who;       /* the uid that asks */
        json_t *asked;   /* borrowed; "lang" is taken out of it */
        json_t *answer;  /* made here, the caller's; NULL where there is none */
        struct err err;  /* why not */
        enum language l; /* of words inside the answer: "lang" in what was asked, else the policy's */
};

typedef enum control_code people_request(struct petition *p);

/* Take the language out of what was asked, and let `how` do the rest. */
enum control_code petition_answer(struct petition *p, people_request *how);

people_request people_enrol, people_factors, people_unlock, people_forget;
