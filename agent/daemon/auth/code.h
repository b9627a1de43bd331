/* SPDX-License-Identifier: MIT */
/* code.h — the codes of one token (RFC 4226 §5.3): the key is set up once for many steps. */
#pragma once

#include "store/factors.h"

#include <openssl/evp.h>

#define CODE_TEXT 9 /* eight digits and a NUL */

struct codes {
        EVP_MAC_CTX *mac;
        unsigned digits;
};

/* 0, or -EINVAL (not a sound token), -EIO. */
int codes_init(struct codes *c, const struct token *t);
void codes_deinit(struct codes *c);
#define auto_codes __attribute__((cleanup(codes_deinit))) struct codes

int codes_at(struct codes *c, uint64_t step, char ret[CODE_TEXT]);

bool token_is_sound(const struct token *t);
