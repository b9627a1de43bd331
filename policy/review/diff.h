/* SPDX-License-Identifier: MIT */
/* diff.h — what a new policy changes, in words for the people who are asked to sign it. */
#pragma once

#include "decision/policy.h"

#include <stddef.h>

/* Which way access goes: DIFF_MORE, somebody or something gains it; DIFF_LESS, loses it; DIFF_OTHER, neither, or both
 * and a person must look. */
enum diff_kind { DIFF_OTHER, DIFF_MORE, DIFF_LESS };

typedef void diff_say(void *ctx, enum diff_kind kind, const char *text);

/* Calls `say` once for each difference, in the order: the policy itself, its signers, its rules, its login, its
 * network. Returns
 * their number. Nothing is said of what only moved within the text. -ENOMEM. */
int policy_compare(const struct policy *old, const struct policy *new, bool english, diff_say *say, void *ctx);
