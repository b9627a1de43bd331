/* SPDX-License-Identifier: MIT */
/* verbs.h — each verb of `sekimori` is one function in one file; main.c is the table of them. */
#pragma once

#include "cli/complain.h"

/* argv[1] follows the verb; --help is handled by main.c from the table. Returns an enum exit_code. */
typedef int verb(int argc, char **argv);

verb policy_init, policy_check, policy_sign, policy_verify, policy_show, policy_diff;
verb push, devices, status, fleet, audit_show, audit_verify, audit_export;
verb enrol, factors, unlock, forget;
verb setup;
verb media_list, media_enrol, media_retire;

/* Says how the verb that runs is typed, from the table. Returns EXIT_USAGE. */
int wrong_usage(void);
