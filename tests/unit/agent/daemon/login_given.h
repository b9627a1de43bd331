/* SPDX-License-Identifier: MIT */
/* login_given.h — what the tests of the login's store and factors stand on: a state directory, and tokens. */
#pragma once

#include "store/factors.h"

extern int state_fd; /* the state directory */

void given_a_state(void);
void drop_state(void);

/* The path of a file beneath it; static storage. */
const char *state_path(const char *name);

/* A token with the secret of RFC 6238's Appendix B: the digits 1234567890 as often as they fit. */
struct token a_token(enum totp_algorithm algorithm, unsigned digits);

/* The whole content of a file beneath the state directory, and back; asserts that it worked. */
size_t state_read(const char *name, uint8_t *to, size_t size);
void state_write(const char *name, const void *content, size_t size);

bool state_has(const char *name);
