/* SPDX-License-Identifier: MIT */
/* pilot.h — what a pilot kit consists of: people who may sign, and a first policy's text. Writes no file. */
#pragma once

#include "base/err.h"
#include "signature/crypto.h"

#include <stdbool.h>
#include <stdint.h>

#define PILOT_SIGNERS 9
#define PILOT_NAME_MAX 64 /* characters: ub-common-name of X.520 */

struct pilot_person {
        char name[4 * PILOT_NAME_MAX + 1];
        char *certificate_pem;
};

/* One line of readable characters, neither empty nor too long. */
bool pilot_name_fits(const char *name);

/* For the n-th person, from 1, where nobody gave a name: on which PC and when (Japan's time) the key was made. */
void pilot_default_name(unsigned n, int64_t now_s, char ret[4 * PILOT_NAME_MAX + 1]);

/* A fresh P-256 key and a self-signed certificate for it, valid for five years from that second's day. */
int pilot_signer(const char *name, int64_t now_s, EVP_PKEY **ret_key, X509 **ret_certificate, struct err *err);

/* PEM text; the caller frees, a key's wiped. NULL: no memory. */
char *pilot_certificate_pem(X509 *certificate);
char *pilot_key_pem(EVP_PKEY *key);

/* The policy's text, issued now (Japan's time), until the end of the Japanese fiscal year. The caller frees. */
int pilot_policy(const struct pilot_person *people, unsigned n, unsigned threshold, int64_t now_s, char **ret,
                 struct err *err);
