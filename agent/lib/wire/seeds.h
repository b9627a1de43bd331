/* SPDX-License-Identifier: MIT */
/* seeds.h — what the administrator's tool and sekimori-seeds say to each other. The helper reads a file of tokens in a
 * process without privileges; what it answers is as little believed as the file.
 *
 *   tool     SEEDS_READ what is wanted, and a key where the file asks for one; the file as a sealed memfd
 *   helper   any number of SEEDS_ROWS and SEEDS_FAULTS, then SEEDS_END */
#pragma once

#include "base/bytes.h"

#define SEEDS_PACKET 32768 /* bytes of one message */
#define SEEDS_TEXT 256     /* of a user's name and a serial, with the NUL */
#define SEEDS_SECRET 64
#define SEEDS_KEY 512    /* with its NUL */
#define SEEDS_MAX 20000  /* rows of one file */
#define SEEDS_FAULTS 20  /* that are told one by one */
#define SEEDS_REASON 512 /* in Japanese 768 */
#define SEEDS_FILE (16 * 1024 * 1024)

enum seeds_message { SEEDS_READ = 1, SEEDS_ROWS, SEEDS_FAULT, SEEDS_END, SEEDS_MESSAGES };

/* Owners: a table that says whose each serial number is, without secrets. */
enum seeds_want { SEEDS_TOKENS = 1, SEEDS_OWNERS };

struct seeds_asked {
        enum seeds_want want;
        char key[SEEDS_KEY]; /* a password, or a pre-shared key in hexadecimal; "": none */
};

/* 0 in algorithm, digits and period_s: the file does not say. */
struct seeds_row {
        uint32_t line, user_column, serial_column, secret_column;
        bool principal;    /* the user is written as Entra ID knows them: the part before @ may be meant */
        uint8_t algorithm; /* 1 + enum totp_algorithm */
        uint8_t digits;
        uint16_t period_s;
        uint8_t n_secret;
        uint8_t secret[SEEDS_SECRET];
        char user[SEEDS_TEXT], serial[SEEDS_TEXT]; /* "": none was given */
};

struct seeds_fault {
        uint32_t line, column; /* 0: the file as a whole */
        char text[SEEDS_REASON], ja[SEEDS_REASON * 3 / 2];
};

enum seeds_key { SEEDS_NO_KEY, SEEDS_PRE_SHARED, SEEDS_PASSWORD, SEEDS_KEYS };
enum seeds_alphabet { SEEDS_OWN_ALPHABET, SEEDS_HEX, SEEDS_BASE32, SEEDS_ALPHABETS };

/* What the whole file was, and how much there is of it. */
struct seeds_end {
        uint32_t rows, faults; /* all faults, told or not */
        enum seeds_key key_wanted;
        enum seeds_alphabet alphabet;
        char format[SEEDS_TEXT], format_ja[SEEDS_TEXT], encoding[64];
};

/* Bytes used; 0 where something does not fit. `to` has SEEDS_PACKET bytes. */
size_t seeds_read_encode(const struct seeds_asked *a, void *to);
size_t seeds_fault_encode(const struct seeds_fault *f, void *to);
size_t seeds_end_encode(const struct seeds_end *e, void *to);

/* As many rows as fit, at least one: *ret_n says how many. From one row to the next it is `stride` bytes. */
size_t seeds_rows_encode(const struct seeds_row *first, size_t stride, size_t n, size_t *ret_n, void *to);

int seeds_type(struct bytes from); /* or -EBADMSG */
int seeds_read_decode(struct bytes from, struct seeds_asked *ret);
int seeds_fault_decode(struct bytes from, struct seeds_fault *ret);
int seeds_end_decode(struct bytes from, struct seeds_end *ret);

/* Behind what is in `ret` already: at most `most` rows. -EBADMSG. */
int seeds_rows_decode(struct bytes from, struct seeds_row *ret, size_t most, size_t *ret_n);
