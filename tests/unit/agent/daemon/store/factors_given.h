/* SPDX-License-Identifier: MIT */
/* factors_given.h — a store of factors, and somebody who has some of each kind. */
#pragma once

#include "store/factors.h"

#define TANAKA "login/people/tanaka"

extern struct factors_store *factors;
extern struct factors full; /* two tokens, two cards, and as many recovery codes as there can be */

void given_factors(void);
void drop_factors(void);
void open_factors(void); /* as another agent would */

void write_factors(const char *user, const struct factors *f);
int read_factors(const char *user, struct factors *ret, struct err *err);

/* All of `full`; or of it the recovery codes only, and why the rest is lost. */
void expect_full(const char *user);
void expect_lost(const char *user, int error, const char *words);
