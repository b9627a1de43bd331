/* SPDX-License-Identifier: MIT */
/* helper.h — the real sekimori-card, asked over its socket as the agent asks it. */
#pragma once

#include "wire/card.h"

#include <stdbool.h>
#include <sys/types.h>

#define TIMEOUT_MS 20000

struct helper {
        int fd;
        pid_t pid;
        struct card_listed listed;
        struct card_found found[CARDS_MAX];
        size_t n_authorities;
        struct card_authority authorities[CARD_AUTHORITIES_MAX];
};

extern struct helper helper;

/* Started; stopped and reaped. */
void helper_start(void);
void helper_stop(void);

/* Any bytes; one message back: its length, 0 where it ended. */
void helper_send(const void *p, size_t n);
size_t helper_receive(void *to);

/* CARD_PREPARE, and CARD_READY heard. */
void helper_prepare(const char *module);

/* CARD_OPEN, and everything up to CARD_LISTED into `helper`. */
void helper_open(const char *module);

/* The card found with this label; asserts that there is one. */
const struct card_found *helper_card(const char *label);

/* The nonce is 32 times `round`. */
struct card_signed helper_sign(const struct card_found *f, const char *pin, uint8_t round);

/* Whether it ends by itself within TIMEOUT_MS; the wait status. */
bool helper_ends(int *ret_status);

/* One line of its /proc/PID/status, behind the colon. */
const char *helper_status(const char *key);

/* How often the text is in its memory; -1: we may not look. */
long helper_remembers(const char *needle);
