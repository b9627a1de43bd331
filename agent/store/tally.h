/* SPDX-License-Identifier: MIT */
/* tally.h — what may only rise, and what must survive a power cut between acceptance and reply: which codes are used,
 * how often somebody failed. One small file each beneath STATE/login/tally/, two copies written in turn in place with a
 * checksum and a generation, one fdatasync: a torn write leaves the copy before it. Not secret, but nobody else's:
 * 0600. Only root removes one, and then the person's codes of the last minutes could be used again: `factors` and
 * `status` say when a person has tokens and no tally. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define TALLY_TOKENS 4
#define TALLY_PLACES 8

/* The last accepted step of one token, by struct token's id, and how its clock goes. */
struct tally_token {
        uint32_t id;
        int16_t drift; /* in steps, learned */
        uint64_t step; /* no code of this step or an earlier one is accepted, ever */
};

/* Failures since the last success, from one place (a seat, a terminal line, a remote host). */
struct tally_place {
        uint64_t place; /* throttle_place() */
        uint32_t failures;
        int64_t first_s, last_s; /* unix */
};

struct tally {
        uint64_t generation; /* tally_write counts it up */
        struct tally_token tokens[TALLY_TOKENS];
        uint32_t codes_id, codes_used; /* bit i: recovery code i of that set is used */
        uint32_t failures;             /* since the last success, from anywhere */
        struct tally_place places[TALLY_PLACES];
        int64_t clock_s; /* the latest time at which anything was accepted or refused for this person: an earlier one
                            now means that the clock went back */
        int64_t login_s; /* the last login: when, and where */
        char login_place[64];
        bool fresh; /* not stored: there was none */
};

struct tallies;

int tallies_open(int state_fd, struct tallies **ret, struct err *err);
void tallies_close(struct tallies *t);
CLEANUP(tallies, struct tallies *, tallies_close)
#define auto_tallies AUTO(tallies)

/* Missing is 0 and all zero with `fresh` set. Both copies broken is -EBADMSG: refuse, and say `sekimori unlock`. */
int tally_read(struct tallies *t, const char *user, struct tally *ret, struct err *err);

/* Durable when it returns 0. -ENOSPC, -EROFS …: nothing may be granted on the strength of it. Room is made when the
 * file is made, so that a disk that fills up later does not stop a login. */
int tally_write(struct tallies *t, const char *user, struct tally *tally, struct err *err);
