/* SPDX-License-Identifier: MIT */
/* choose.h — which of the policy's alternatives a person is led through, and what they are asked for it. Pure. */
#pragma once

#include "decision/login.h"

enum ask { ASK_PASSWORD, ASK_PIN, ASK_CODE, ASK_LINE };

/* Each code has a question of its own: an answer proves one factor. */
struct login_question {
        enum ask ask;
        enum factor code; /* ASK_CODE: the factor whose code it is */
};
#define QUESTIONS_MAX (FACTORS + 1)

struct means {
        uint32_t now; /* FACTOR_BITs of what the person could show: a card is theirs, in a reader, its PIN not locked */
        bool card_expected; /* the person has a card, and it is not inserted */
};

struct choice {
        uint32_t factors;  /* the alternative; 0: none can be shown */
        bool recovery_too; /* a recovery code is accepted here in place of the token's code: so says the plan, and the
                              question does not depend on what is enrolled */
        bool insert;       /* a card is required and not inserted: ask for it first */
        unsigned n;
        struct login_question questions[QUESTIONS_MAX];
};

/* The first alternative with a card that is there; else the first that can be shown; else one for which a card must be
 * put in. */
struct choice choose(const struct login_plan *plan, const struct means *m);

/* The questions for a person who cannot be let in whatever they answer, so that the questions do not tell which names
 * exist: as if they had all that the plan asks for, but for a card in a reader; or, where a card may be put in, as if
 * they had a card alone. */
struct choice choose_decoy(const struct login_plan *plan, bool card_expected, bool card_alone);
