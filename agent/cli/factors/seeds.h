/* SPDX-License-Identifier: MIT */
/* seeds.h — a file of tokens' seeds, as sekimori-seeds reads it. Knows no agent and no user. */
#pragma once

#include "store/factors.h"
#include "wire/seeds.h"

struct seed {
        unsigned line, user_column, serial_column, secret_column;
        char user[SEEDS_TEXT]; /* "": the file does not say */
        bool principal;        /* the part before @ may be meant */
        bool says_algorithm;
        struct token token; /* label "": none was given; digits and period_s may be 0 where there is no default */
};

struct seeds {
        size_t n;
        struct seed *all;
        struct seeds_end what;
};

struct seeds_source {
        const char *path; /* or "-" */
        enum seeds_want want;
        const char *key;       /* what opens the file; NULL */
        struct token defaults; /* algorithm, digits and period where a row does not say */
};

/* Read the file, in a process without privileges. Complains itself, of each fault with its place; an enum exit_code.
 * With EXIT_REFUSED, *ret_wanted may say that a key is missing: then nothing was complained of. */
int seeds_read(const struct seeds_source *from, struct seeds *ret, enum seeds_key *ret_wanted);
void seeds_wipe(struct seeds *s);
#define auto_seeds __attribute__((cleanup(seeds_wipe))) struct seeds

/* Refuse what stands there. Says the first SEEDS_FAULTS of `*n`, and counts them. */
void seeds_refuse(const char *path, size_t *n, unsigned line, unsigned column, const struct phrase *why);
int seeds_refused(const char *path, size_t n); /* how many more there were; EXIT_REFUSED, or EXIT_OK where n is 0 */
