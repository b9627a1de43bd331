/* SPDX-License-Identifier: MIT */
/* enrolled.h — what a person can be given to log in with: one row for each kind, with all that an administrator may ask
 * of it. */
#pragma once

#include "control/visit.h"

struct forget_asked {
        const char *what, *label; /* label NULL: the only one */
        uint32_t id;              /* of a token; 0: any */
        unsigned removed;
};

struct enrolled_kind {
        const char *name;                            /* "totp": of the socket, the tool and the log */
        bool is_sealed;                              /* if the key is lost, those of this kind cannot be told apart */
        unsigned (*count)(const struct factors *f);  /* of those that --label tells apart; 1 where it does not */
        enum control_code (*enrol)(struct visit *v); /* unpacks `asked`, checks, stores, answers */
        void (*forget)(struct visit *v, struct forget_asked *a); /* takes away what is named, and counts it */
};

/* NULL: there is no such kind. */
const struct enrolled_kind *enrolled_kind(const char *name);

/* All of them, in the order of the table; NULL at its end. */
const struct enrolled_kind *enrolled_kind_at(size_t i);

/* The functions that the rows refer to. */
enum control_code enrol_add_token(struct visit *v);
enum control_code enrol_add_card(struct visit *v);
enum control_code enrol_add_recovery(struct visit *v);
void forget_tokens(struct visit *v, struct forget_asked *a);
void forget_cards(struct visit *v, struct forget_asked *a);
void forget_codes(struct visit *v, struct forget_asked *a);
