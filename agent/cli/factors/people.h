/* SPDX-License-Identifier: MIT */
/* people.h — what the verbs about people share: their options, a question to the agent in JSON, and who a name is. */
#pragma once

#include "cli/question.h"
#include "control/parcel.h"
#include "text/words.h"
#include "wire/control.h"

#include <stdbool.h>
#include <stddef.h>

struct terminal {
        const char *runtime_dir;
        enum language l;
        json_t *status; /* what the agent says of itself */
};

/* Ask the agent for its status, and settle the language. Complains itself; an enum exit_code. */
int terminal_ask(struct terminal *t);
void terminal_deinit(struct terminal *t);
#define auto_terminal __attribute__((cleanup(terminal_deinit))) struct terminal

/* One request about people. `asked` is used up. *ret is the answer, the caller's, where the code is EXIT_OK. Complains
 * itself, but for a refusal where `ret_why` is given to hold it. */
int people_ask(const struct terminal *t, enum control_request type, json_t *asked, json_t **ret, struct err *ret_why);

/* The name as this terminal spells it, or as it was typed where nobody knows it. */
bool person_is_known(const char *typed, char *to, size_t size);
int complain_unknown(const char *user); /* EXIT_REFUSED */

/* No swap, no core dump, nobody looking on: before a secret comes into this process. */
void people_keep_secrets(void);

/* Everybody who has something, or the one who is named: an array, the caller's. Asks as many pages as there are. */
int people_all(const struct terminal *t, const char *user, json_t **ret);
