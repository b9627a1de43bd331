/* SPDX-License-Identifier: MIT */
/* prove.h — is the person at the console an administrator? Checked against stored data, without agent and policy. */
#pragma once

#include "audit/audit.h"
#include "base/err.h"
#include "store/factors.h"
#include "store/tally.h"
#include "wire/person.h"

#define PROVE_SERVICE "sekimori-emergency" /* what the log calls it */
#define PROVE_TTY "console"

struct proof_context {
        struct audit *audit;
        struct factors_store *factors;
        struct tallies *tallies;
};

struct answers {
        char name[PERSON_NAME], password[PERSON_PASSWORD_MAX], code[64];
};

enum proof {
        PROOF_WRONG, /* something does not match; nobody is told what */
        PROOF_RIGHT,
        PROOF_WAIT,        /* too many failures before: *ret_wait_s */
        PROOF_UNAVAILABLE, /* the check failed, or the used code cannot be recorded: err says why */
};

/* The code is marked as used, durably, before PROOF_RIGHT; a failure is counted before it is told. Every outcome is
 * recorded. */
enum proof prove(const struct proof_context *g, const struct answers *a, int64_t *ret_wait_s, struct err *err);
