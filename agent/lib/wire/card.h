/* SPDX-License-Identifier: MIT */
/* card.h — what the agent (or the admin's tool, enrolling) and sekimori-card say to each other. The helper runs a
 * PKCS#11 module over what a card says: the agent believes nothing but a signature that it verifies itself.
 *
 *   CARD_PREPARE module         ->  CARD_READY once the module is loaded; no card was looked at
 *   CARD_OPEN module            ->  for each card CARD_AUTHORITY for each certificate of an authority on it, and then
 *                                   CARD_FOUND for each other one; CARD_UNREACHED where there is a card in a reader for
 *                                   which the module has no slot; then CARD_LISTED
 *   CARD_HEAR                   ->  CARD_HEARD: whether the card service lets this helper in; and the helper ends
 *   CARD_TRIES slot             ->  CARD_LEFT: how many tries its PIN has at this moment
 *   CARD_SIGN slot, id, pin, …  ->  CARD_SIGNED
 *   CARD_LOOK reader            ->  CARD_SEEN
 *   CARD_WATCH slot             ->  CARD_REMOVED when the card that was there leaves its reader, even for a moment, by
 *                                   the reader's own word; the helper ends without it where nobody can say any more
 *
 * In that order: at most one CARD_PREPARE, one CARD_OPEN (of the same module), any number of CARD_TRIES,
 * CARD_SIGNs and CARD_LOOKs, at most one CARD_WATCH of a listed slot, nothing after it. Anything else, and anything
 * malformed, ends the helper. A slot that is no card reader's (a token in software) is never reported as removed. */
#pragma once

#include "base/bytes.h"

#define CARD_MAX 16384 /* bytes of one message */
#define CARD_CERTIFICATE 8192
#define CARD_SIGNATURE 1024
#define CARD_ID 64
#define CARD_PIN 65 /* with its NUL */
#define CARD_MODULE 4096
#define CARD_NONCE 32
#define CARD_READER 128
#define CARDS_MAX 16           /* CARD_FOUNDs in one list; more are not told */
#define CARD_AUTHORITIES_MAX 8 /* CARD_AUTHORITYs of one card; more are not told */

enum card_message {
        CARD_OPEN = 1,
        CARD_SIGN,
        CARD_WATCH,
        CARD_FOUND,
        CARD_LISTED,
        CARD_SIGNED,
        CARD_REMOVED,
        CARD_PREPARE,
        CARD_READY,
        CARD_LOOK,
        CARD_SEEN,
        CARD_TRIES,
        CARD_LEFT,
        CARD_AUTHORITY,
        CARD_HEAR,
        CARD_HEARD,
        CARD_UNREACHED,
        CARD_MESSAGES,
};

/* How many tries the PIN has, as far as PKCS#11 tells (CKF_USER_PIN_*). 0: not known, only after a failed CARD_SIGN
 * and in CARD_LEFT. */
enum pin_state { PIN_FRESH = 1, PIN_COUNT_LOW, PIN_LAST_TRY, PIN_LOCKED, PIN_STATES };

enum card_result {
        CARD_OK = 0,
        CARD_PIN_WRONG,
        CARD_PIN_IS_LOCKED,
        CARD_PIN_MALFORMED, /* too short, too long, empty */
        CARD_GONE,          /* no reader, no pcscd, no card, another card */
        CARD_UNABLE,        /* the module failed; `text` says how */
        CARD_RESULTS,
};

enum reader_state {
        READER_UNKNOWN, /* no pcscd, no such reader, or neither says */
        READER_EMPTY,
        READER_HOLDS, /* some card */
        READER_STATES,
};

struct card_found {
        uint64_t slot;
        enum pin_state pin;
        uint8_t pin_least, pin_most; /* length */
        char label[64], serial[64], reader[CARD_READER];
        uint8_t n_id, id[CARD_ID];
        uint16_t n_certificate;
        uint8_t certificate[CARD_CERTIFICATE]; /* DER, unverified */
};

/* Of an authority, as the card has it: unverified. */
struct card_authority {
        uint16_t n_certificate;
        uint8_t certificate[CARD_CERTIFICATE];
};

struct card_listed {
        enum card_result result;
        uint32_t n;
        char text[256];
};

/* What pcscd says to the user as whom the helper runs. */
struct card_heard {
        uint32_t error; /* of SCardEstablishContext; 0: none */
        uint8_t readers;
};

struct card_sign {
        uint64_t slot;
        uint8_t n_id, id[CARD_ID];
        char pin[CARD_PIN];
        uint8_t nonce[CARD_NONCE]; /* what is signed: challenge.h */
};

/* RSA: PKCS#1 v1.5. EC: r and s, equally long, one behind the other. */
struct card_signed {
        enum card_result result;
        enum pin_state pin; /* afterwards */
        uint16_t n_signature;
        uint8_t signature[CARD_SIGNATURE];
        char text[256];
};

/* The type of a message, or -EBADMSG: another version, no such type. */
int card_type(struct bytes from);

/* Bytes used, 0 where it does not fit or is out of range. `to` has CARD_MAX bytes. */
size_t card_prepare_encode(const char *module, void *to);
size_t card_ready_encode(void *to);
size_t card_open_encode(const char *module, void *to);
size_t card_sign_encode(const struct card_sign *s, void *to);
size_t card_watch_encode(uint64_t slot, void *to);
size_t card_look_encode(const char *reader, void *to);
size_t card_seen_encode(enum reader_state s, void *to);
size_t card_tries_encode(uint64_t slot, void *to);
size_t card_left_encode(enum pin_state pin, void *to);
size_t card_found_encode(const struct card_found *f, void *to);
size_t card_authority_encode(const struct card_authority *a, void *to);
size_t card_hear_encode(void *to);
size_t card_heard_encode(const struct card_heard *h, void *to);
size_t card_unreached_encode(void *to);
size_t card_listed_encode(const struct card_listed *l, void *to);
size_t card_signed_encode(const struct card_signed *s, void *to);
size_t card_removed_encode(void *to);

/* -EBADMSG: short, long, of another version or type, out of range, a control character inside a text. *ret is all zero
 * on failure. A module is an absolute path. */
int card_prepare_decode(struct bytes from, char module[CARD_MODULE]);
int card_ready_decode(struct bytes from);
int card_open_decode(struct bytes from, char module[CARD_MODULE]);
int card_sign_decode(struct bytes from, struct card_sign *ret);
int card_watch_decode(struct bytes from, uint64_t *ret_slot);
int card_look_decode(struct bytes from, char reader[CARD_READER]);
int card_seen_decode(struct bytes from, enum reader_state *ret);
int card_tries_decode(struct bytes from, uint64_t *ret_slot);
int card_left_decode(struct bytes from, enum pin_state *ret);
int card_found_decode(struct bytes from, struct card_found *ret);
int card_authority_decode(struct bytes from, struct card_authority *ret);
int card_hear_decode(struct bytes from);
int card_heard_decode(struct bytes from, struct card_heard *ret);
int card_unreached_decode(struct bytes from);
int card_listed_decode(struct bytes from, struct card_listed *ret);
int card_signed_decode(struct bytes from, struct card_signed *ret);
int card_removed_decode(struct bytes from);
