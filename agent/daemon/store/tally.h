/* SPDX-License-Identifier: MIT */
/* tally.h — numbers that may only rise and must survive a power cut between acceptance and reply: which codes are used,
 * how often a login failed. One small file for each person beneath STATE/login/tally/, two copies written one after the
 * other in place, each with a generation and a checksum over itself and the name. The first is synced before the reply,
 * the second is written without waiting: a torn write leaves the record before it, and later damage to one copy loses
 * nothing. Not secret, but only for root: 0600. Only root can remove one, and then the person's codes of the last
 * minutes could be used again: `factors` and `status` say when a person has tokens and no tally. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define TALLY_TOKENS 8 /* twice as many as a person has: the marks of those taken away make room first */
#define TALLY_RECENT 8
#define TALLY_PLACES 16

/* The last accepted step of one token, by struct token's id, and how its clock goes. */
struct tally_token {
        uint32_t id;
        int16_t drift; /* in steps, learned */
        uint64_t step; /* no code of this step or an earlier one is accepted, ever */
        uint64_t off;  /* the step of a code right for a clock too far off; 0: none. The next code resynchronises */
        /* The highest steps accepted; 0: free. Every step ever accepted is here or below the least of them: so `step`
         * can be lowered after the clock was put right, and no used code is accepted again. */
        uint64_t recent[TALLY_RECENT];
};

/* Failures since the last success, from one place (a seat, a terminal line, a remote host). */
struct tally_place {
        uint64_t place; /* throttle_place(); 0: free */
        uint32_t failures;
        bool known;              /* the person has logged in here */
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
        bool fresh;  /* not stored: there was none */
        bool broken; /* something is stored, and neither copy can be read */
};

struct tallies;

int tallies_open(int state_fd, struct tallies **ret, struct err *err);
void tallies_close(struct tallies *t);
CLEANUP(tallies, struct tallies *, tallies_close)
#define auto_tallies AUTO(tallies)

/* A number drawn from a name that nobody has: stranger_name() of it says whose tally counts (strangers.h). */
uint64_t tally_draw(const struct tallies *t, const char *name);

/* A missing tally: 0, and all zero with `fresh` set. Both copies broken: -EBADMSG, and all zero with `broken` set; the
 * caller refuses, and names `sekimori unlock`, which alone may write such a tally (after totp_unlock). */
int tally_read(struct tallies *t, const char *user, struct tally *ret, struct err *err);

/* Durable when it returns 0, and then `tally` is as stored. -ESTALE: the stored tally was written since this one was
 * read: read and decide again, so that of two attempts with one code only one succeeds. -ENOSPC, -EROFS …: nothing may
 * be granted; the old record stands, or the new one if the disk does not let it be erased. The space is reserved when
 * the file is made, so that a disk that fills up later does not stop a login. */
int tally_write(struct tallies *t, const char *user, struct tally *tally, struct err *err);
