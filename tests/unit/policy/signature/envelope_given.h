/* SPDX-License-Identifier: MIT */
/* envelope_given.h — people, a text, envelopes around it, and what opening them gives. */
#pragma once

#include "signature/envelope.h"

#include <openssl/cms.h>

extern const struct bytes text;

/* A ceremony with alice, bob and mallory, `text` in the file of that name, and alice's signature in alice.cms. */
void given_people_and_a_text(void);

struct trust *trusted(struct bytes pem);
struct bytes joined(struct bytes a, struct bytes b);

/* What the command cannot do: two signatures with two digests. */
void sign_at_once(const char *out, const char *one, const EVP_MD *md_one, const char *two, const EVP_MD *md_two);

/* The number of signers that counted, or why it was refused. */
int open_with(struct bytes pem, struct bytes trust_pem, struct err *err);

void expect_refused(struct bytes pem, struct bytes trust_pem, int code, const char *reason);
