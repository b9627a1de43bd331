/* SPDX-License-Identifier: MIT */
/* pilot.h — what a pilot kit consists of: people who may sign, and a first policy's text. Writes no file. */
#pragma once

#include "base/err.h"
#include "crypto.h"

#include <stdint.h>

#define PILOT_SIGNERS 9

/* A fresh P-256 key and a self-signed certificate for it, valid for five years from that second's day. */
int pilot_signer(unsigned number, int64_t now_s, EVP_PKEY **ret_key, X509 **ret_certificate, struct err *err);

/* PEM text; the caller frees, a key's wiped. NULL: no memory. */
char *pilot_certificate_pem(X509 *certificate);
char *pilot_key_pem(EVP_PKEY *key);

/* The policy's text, issued now (Japan's time), until the end of the Japanese fiscal year. The caller frees. */
int pilot_policy(char *const *certificates_pem, unsigned n, unsigned threshold, int64_t now_s, char **ret,
                 struct err *err);
