/* SPDX-License-Identifier: MIT */
/* enrol.h — what `sekimori enrol` was asked for; one file for each way of doing it. */
#pragma once

#include "cli/factors/people.h"
#include "store/factors.h"

struct factor_enrolment {
        struct terminal terminal;
        char user[256]; /* "" for a table of many */
        const char *label, *import, *assign, *transport_key, *code, *slot, *id, *serial, *certificate, *module;
        bool no_qr, replace, force;
        bool check;            /* show what an import would enrol; nobody is asked, no agent either */
        bool says_algorithm;   /* it was typed */
        bool asks;             /* stdin is a terminal: somebody answers */
        struct token defaults; /* the policy's algorithm, digits and period, or what was typed */
};

/* Each complains itself and returns an enum exit_code. */
typedef int enrol_way(struct factor_enrolment *e);
enrol_way enrol_totp, enrol_import, enrol_recovery, enrol_card;

/* Whose each token of the file is, where the file does not say: USER, --assign, or whoever is named at the terminal.
 * Tokens that are nobody's are taken out of `s`. Complains itself; an enum exit_code. */
struct seeds;
int enrol_owners(const struct factor_enrolment *e, struct seeds *s);

/* What the import would enrol. */
void enrol_show(const struct factor_enrolment *e, const struct seeds *s);

/* A name that this terminal does not know is refused unless --force. */
bool enrol_is_for_somebody(const struct factor_enrolment *e, const char *user);

/* The request for one token; the caller's. `label` and `code` may be NULL. */
json_t *enrol_token_request(const char *user, const struct token *t, const char *label, const char *code);
