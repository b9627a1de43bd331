/* SPDX-License-Identifier: MIT */
/* terminal_key.h — the key that says which terminal a log comes from: EC P-256, made once, never leaves the terminal.
 * Signs and verifies checkpoints (docs/PROTOCOL.md, "Audit log"). Knows nothing of records. */
#pragma once

#include "audit/hash.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"

#include <stdint.h>

#define SIGNATURE_TEXT 128 /* base64 of an ECDSA P-256 signature in DER (at most 72 bytes) and a NUL */

struct terminal_key;

/* Load terminal.key beneath dirfd, or make it; terminal.pub is written again where it is missing or another's.
 * -EBADMSG for a file that is no P-256 key: it is left as it is. */
int terminal_key_open(int dirfd, struct terminal_key **ret, struct err *err);

/* The public half only: terminal.pub, PEM. -EBADMSG. */
int terminal_key_public(struct bytes pem, struct terminal_key **ret, struct err *err);

void terminal_key_free(struct terminal_key *k);
CLEANUP(terminal_key, struct terminal_key *, terminal_key_free)
#define auto_terminal_key AUTO(terminal_key)

const char *terminal_key_id(const struct terminal_key *k); /* SHA-256 of the public key's DER */

/* Over the ASCII bytes "sekimori-checkpoint-v1\n<seq>\n<over>\n". -EIO. */
int terminal_key_sign(struct terminal_key *k, uint64_t seq, const char *over, char ret[SIGNATURE_TEXT]);
bool terminal_key_verify(struct terminal_key *k, uint64_t seq, const char *over, const char *signature);
