/* SPDX-License-Identifier: MIT */
/* factors.h — what people have to log in with, one file each, sealed (AES-256-GCM, the name bound in) under the key of
 * key.h.  STATE/login/people/NAME, 0600, replaced whole. Recovery codes are salted hashes in a file of their own that
 * is not sealed (NAME.recovery), so that a lost key or TPM does not lock people out. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "decision/login.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define FACTORS_TOKENS 4
#define FACTORS_CARDS 4
#define FACTORS_CODES 10
#define TOKEN_SECRET 64 /* bytes at most */
#define FACTOR_LABEL 64

struct token {
        uint8_t n_secret, secret[TOKEN_SECRET];
        uint8_t digits;
        uint16_t period_s;
        enum totp_algorithm algorithm;
        uint32_t id; /* never used twice for one person: what tally.h counts under */
        int64_t enrolled;
        char label[FACTOR_LABEL];
};

struct pinned_card {
        uint8_t sha256[32]; /* of the certificate's DER */
        int64_t enrolled;
        char label[FACTOR_LABEL]; /* the certificate's subject, escaped */
};

struct recovery_code {
        uint8_t salt[16], hash[32];
};

struct factors {
        uint8_t n_tokens, n_cards, n_codes;
        uint32_t next_id;
        uint32_t codes_id; /* of this set of ten: tally.h counts the used ones under it */
        struct token tokens[FACTORS_TOKENS];
        struct pinned_card cards[FACTORS_CARDS];
        struct recovery_code codes[FACTORS_CODES];
        bool sealed_lost; /* the sealed part is there and cannot be opened: tokens and cards are unknown, not absent */
};

struct factors_store;

/* state_fd: the state directory; login/ and login/people/ are made. The key is read at first need. */
int factors_open(int state_fd, const char *credential, struct factors_store **ret, struct err *err);
void factors_close(struct factors_store *s); /* wipes the key */
CLEANUP(factors_store, struct factors_store *, factors_close)
#define auto_factors_store AUTO(factors_store)

/* A name fit for a file: letters, digits and ". _ - @ + $ \\", at most 128 bytes, no leading '.' or '-', not ending in
 * ".recovery" (a file of ours). */
bool factors_name_is_fit(const char *user);

/* If nothing is enrolled: 0, with everything empty but next_id (random, so that no id of a removed person comes back).
 * *ret is locked against swap and dumps by its owner (host/locked.h) and wiped by factors_wipe. -ENOKEY: the sealed
 * part cannot be opened; the rest of *ret is valid and sealed_lost is set. -EBADMSG: damaged; the same holds if it is
 * the sealed part, and damaged recovery codes count as none. -EIO and others: the same. */
int factors_read(struct factors_store *s, const char *user, struct factors *ret, struct err *err);

/* If sealed_lost is set, only the recovery codes are written: a sealed part that cannot be read is not replaced.
 * -EEXIST: it is set and there are tokens or cards; a caller that gives up the lost ones clears it. */
int factors_write(struct factors_store *s, const char *user, const struct factors *f, struct err *err);
int factors_remove(struct factors_store *s, const char *user);
void factors_wipe(struct factors *f);

/* The names of all who have something enrolled, sorted; the caller frees each and the list. 0 or -errno. */
int factors_people(struct factors_store *s, char ***ret, size_t *ret_n);

enum key_source;
enum key_source factors_key_source(struct factors_store *s); /* for `status`; none where it is lost, or not yet made */
