/* SPDX-License-Identifier: MIT */
/* verbs.h — each verb of `sekimori` is one function in one file, and one row of the table in verbs.c; verb_usage.c has
 * what can be said of a row alone. */
#pragma once

#include "cli/complain.h"
#include "cli/typed.h"

#define VERB_OPTIONS 20 /* the most that one verb takes, and OPTION_NONE behind them */

/* The command line fits the verb's row. Returns an enum exit_code. */
typedef int verb(const struct typed *t);

verb policy_init, policy_check, policy_sign, policy_verify, policy_show, policy_diff, policy_import;
verb push, devices, status, fleet, audit_show, audit_verify, audit_export;
verb enrol, factors, unlock, forget;
verb setup;
verb media_list, media_enrol, media_retire;
verb network_show, network_test, network_suggest_verb;

struct verb_row {
        const char *group, *name; /* "policy", "check"; or NULL, "push" */
        verb *run;
        const char *words; /* what is typed besides options, as a usage line shows it */
        size_t least, most;
        enum option_id options[VERB_OPTIONS];
        const char *ja, *en;
};

/* NULL behind the last; in the order in which people meet them. */
extern const struct verb_row verbs[];
extern const size_t n_verbs;

struct group_row {
        const char *name, *ja, *en;
        const char *usual; /* the verb that is meant where none is typed; NULL: one must be */
};
extern const struct group_row groups[];
extern const size_t n_groups;

/* "policy check". `to` has VERB_TEXT bytes. */
#define VERB_TEXT 32
const char *verb_text(const struct verb_row *v, char to[VERB_TEXT]);

/* Does the verb take it? */
bool verb_takes(const struct verb_row *v, enum option_id id);

/* Everything behind the verb's name in its usage line. The caller frees; NULL: no memory. */
char *verb_usage(const struct verb_row *v);

/* Take the command line of that verb apart, and run it: NULL stands at its end. Returns an enum exit_code. */
int verb_call(const struct verb_row *v, char **argv);
const struct verb_row *verb_of(verb *run); /* one of the table */

/* Says in one line how the verb is typed. Returns EXIT_USAGE. */
int wrong_usage(const struct verb_row *v);
