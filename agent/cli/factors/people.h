/* SPDX-License-Identifier: MIT */
/* people.h — what the verbs about people share: their options, a question to the agent in JSON, and the look-up of
 * names. */
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

/* One request about people. Takes over `asked`. Where the code is EXIT_OK, *ret is the answer, the caller's. Complains
 * itself, except of a refusal where `ret_why` is given: it gets the reason. */
int people_ask(const struct terminal *t, enum control_request type, json_t *asked, json_t **ret, struct err *ret_why);

/* Whether this terminal knows the name: `to` gets it as the terminal spells it, otherwise as it was typed. */
bool person_is_known(const char *typed, char *to, size_t size);
int complain_unknown(const char *user); /* EXIT_REFUSED */

/* Call before a secret comes into this process: no swap, no core dump, no tracing by others. */
void people_keep_secrets(void);

/* All people who have something enrolled, or only `user`: an array, the caller's. Asks as many pages as there are. */
int people_all(const struct terminal *t, const char *user, json_t **ret);
