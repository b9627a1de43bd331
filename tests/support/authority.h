/* SPDX-License-Identifier: MIT */
/* authority.h — certificates and revocation lists as an authority makes them, by the openssl command: an oracle that
 * shares no code of ours with us. Files are in the ceremony's directory (ceremony.h). */
#pragma once

#include "base/bytes.h"

/* Zero: self-signed, P-256, /CN=NAME, valid from 2020 to 2040, SHA-256, keyUsage digitalSignature. */
struct certified {
        const char *name;
        const char *issuer;      /* who signs; NULL: itself */
        const char *key;         /* "P-256", "P-384", "secp521r1", "RSA-1024", "ED25519" … */
        const char *subject;     /* "/CN=…" */
        const char *from, *till; /* "20260101000000Z" */
        const char *digest;      /* "sha1" … */
        const char *extensions;  /* lines of an openssl extension section; "" for none: version 1 */
};

#define AS_AUTHORITY "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"

/* Makes NAME.key and NAME.crt (PEM). */
void certify(const struct certified *c);

/* DER of NAME.crt; lives until ceremony_end. */
struct bytes der_of(const char *name);

/* The authority revokes a certificate of its own; shown by the lists it makes from then on. */
void take_back(const char *authority, const char *name);

/* LIST.crl (PEM): what the authority has revoked so far, good between these times. */
void make_list(const char *authority, const char *list, const char *from, const char *till);

/* The same with the lines of an openssl extension section, and further sections behind them. */
void make_list_of(const char *authority, const char *list, const char *extensions);

/* LIST.crl as above, from this time on, without saying when the next one comes. */
void make_endless_list(const char *authority, const char *list, const char *from);

/* AGAIN.crt: a self-signed authority's key once more, in a certificate of its own, from this time on. */
void renew(const char *name, const char *again, const char *from);

/* What NAME.key signs of these bytes: PKCS#1 v1.5, or r and s as a card gives them. Lives until ceremony_end. */
struct bytes signature_of(const char *name, const char *digest, struct bytes message);
