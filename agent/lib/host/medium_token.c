/* SPDX-License-Identifier: MIT */
/* medium_token.c — the format: a text mark, the UUID, zeros, and in the last 32 bytes SHA-256 of all before them;
 * decoding encodes the UUID again and compares every byte. See medium_token.h. */
#include "host/medium_token.h"

#include <nettle/sha2.h>
#include <string.h>

static const char mark[] = "SEKIMORI MEDIUM TOKEN 1\n";
#define UUID_AT (sizeof mark - 1)
#define SUM_AT (TOKEN_SIZE - SHA256_DIGEST_SIZE)

/* The checksum of all bytes before it, zeros included: there is only one valid token for each UUID. */
static void medium_token_sum(const uint8_t token[TOKEN_SIZE], uint8_t ret[SHA256_DIGEST_SIZE]) {
        struct sha256_ctx ctx;

        sha256_init(&ctx);
        sha256_update(&ctx, SUM_AT, token);
        sha256_digest(&ctx, SHA256_DIGEST_SIZE, ret);
}

void medium_token_encode(const uint8_t uuid[UUID_SIZE], uint8_t to[TOKEN_SIZE]) {
        memset(to, 0, TOKEN_SIZE);
        memcpy(to, mark, UUID_AT);
        memcpy(to + UUID_AT, uuid, UUID_SIZE);
        medium_token_sum(to, to + SUM_AT);
}

bool medium_token_decode(const uint8_t from[TOKEN_SIZE], uint8_t ret_uuid[UUID_SIZE]) {
        static const uint8_t none[UUID_SIZE];
        uint8_t right[TOKEN_SIZE];

        medium_token_encode(from + UUID_AT, right);
        if (memcmp(from, right, TOKEN_SIZE) != 0 || memcmp(from + UUID_AT, none, UUID_SIZE) == 0)
                return false;
        memcpy(ret_uuid, from + UUID_AT, UUID_SIZE);
        return true;
}
