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

void push_forced(const char *file, struct err *ret_waived);

/* A slot, made by hand. plant_in_force() also makes it the highest, as an agent of another version may have done. */
void plant(const char *name, const char *envelope, struct bytes trust_pem);
void plant_in_force(const char *name, const char *envelope, uint64_t previous);

/* Pushed (by force), that file is refused so, and nothing on the disk has changed. */
void expect_refused(const char *file, int code, const char *reason);
void expect_force_refused(const char *file, int code, const char *reason);
