/* SPDX-License-Identifier: MIT */
/* ceremony.h — people with keys, who sign with the openssl command: an oracle that shares no code of ours with us.
 *
 * Everything happens in one temporary directory, which is the working directory from ceremony_begin to ceremony_end. */
#pragma once

#include "base/bytes.h"

#include <openssl/x509.h>

void ceremony_begin(void);
void ceremony_end(void);

/* What a certificate says. Zero: P-256, valid around 2026, keyUsage digitalSignature, its own fresh key. */
struct person_with_key {
        const char *name;
        const char *key;         /* "P-256", "P-384", "secp256k1", "RSA-1024" … */
        const char *key_of;      /* another person whose NAME.key is used instead of a fresh one */
        const char *usage;       /* the keyUsage extension; "-" for none */
        const char *from, *till; /* ASN.1 times: "20260101000000Z" */
        const char *subject;     /* common name; the name where NULL */
        long serial;             /* 0: 1 */
};

/* Makes NAME.key and NAME.crt. */
void make_person(const struct person_with_key *p);
void make_people(const char *name, ...) __attribute__((sentinel));

/* `openssl ARGUMENT...`: what it exits with; its output is thrown away. */
int openssl(const char *argument, ...) __attribute__((sentinel));

/* Another program with its arguments, likewise; what it complains of is in tool.log. */
int tool(const char *program, ...) __attribute__((sentinel));

/* `openssl cms -sign -nodetach` over the file `in` into the file `out` (may be the same for resign), with further
 * arguments; asserts that it worked. */
void cms_sign(const char *in, const char *out, const char *signer, ...) __attribute__((sentinel));
void cms_resign(const char *in, const char *out, const char *signer, ...) __attribute__((sentinel));

/* Files in the directory. The bytes, and NAMEsuffix as a string, live until ceremony_end. */
const char *file_of(const char *name, const char *suffix);
struct bytes slurp(const char *name);
void spill(const char *name, struct bytes content);

/* A policy's text; zero: serial 1, issued 2026-06-01, a threshold of 1, signers alice and bob. */
struct decree {
        uint64_t serial;
        const char *issued;
        unsigned threshold;
        const char *signers[4];
        const char *rule; /* the `devices:` list, without its key */
};
void write_policy(const char *file, const struct decree *d);

/* write_policy, and cms_sign it into `file` by one person. */
void issue(const char *file, const struct decree *d, const char *signer);

/* "threshold: N" and the certificates of these people, as text that lives until ceremony_end. */
struct bytes trust_of(unsigned threshold, const char *name, ...) __attribute__((sentinel));
