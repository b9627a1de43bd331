/* SPDX-License-Identifier: MIT */
/* store_given.h — a store that trusts alice, and policies pushed to it: accepted, or refused without a trace. */
#pragma once

#include "store/store.h"

extern struct store *store;

void given_an_empty_store(void);
void given_policy_five(void); /* in force */
void drop_store(void);

/* As after a reboot: everything comes from the disk. Returns the serial in force, 0: sealed. `note` may be NULL, or has
 * ERR_TEXT. */
uint64_t reopen(char *note);

void push_ok(const char *file);
void issue_and_push(uint64_t serial); /* leaves it in p.cms */

/* Pushed, that file is refused so, and nothing on the disk has changed. */
void expect_refused(const char *file, int code, const char *reason);
