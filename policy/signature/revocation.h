/* SPDX-License-Identifier: MIT */
/* revocation.h — one revocation list: whom it takes back, and of whom it can say that nobody took them back. Whose
 * signature it carries is asked of the caller's authorities. No clock. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "signature/crypto.h"

#include <openssl/x509v3.h>
#include <stdbool.h>

/* Why a list does not cover a certificate. Of several lists the one nearest to covering counts: the highest. */
enum list_fault {
        LIST_NONE,        /* there is no list of that issuer */
        LIST_KEY,         /* signed with no key of an authority of that name which may sign lists */
        LIST_UNKNOWN,     /* it says something critical that nobody here understands */
        LIST_INDIRECT,    /* another issuer answers for the certificate */
        LIST_PART,        /* of another distribution point */
        LIST_AUTHORITIES, /* of authorities only, where a person's is asked for; or the other way round */
        LIST_REASONS,     /* of some reasons only */
        LIST_OLD,         /* its age, and the grace, are over */
        LIST_COVERS,
        LIST_FAULTS,
};

/* All reasons for which a certificate is taken back (RFC 5280 4.2.1.13, without "unused"). */
#define LIST_ALL_REASONS CRLDP_ALL_REASONS

struct revocation_list {
        X509_CRL *list;
        ISSUING_DIST_POINT *point; /* NULL: it is of everybody */
        bool unknown;              /* carries a critical extension that is not understood */
        bool named;                /* an authority of its issuer's name is known */
        bool vouched;              /* and signed it */
        bool may_cover;            /* and that one may sign lists */
};

/* From a whole DER list. -EBADMSG: no list, or one of changes only. */
int revocation_init(struct revocation_list *l, struct bytes der, struct err *err);
void revocation_deinit(struct revocation_list *l);

bool revocation_is_of(const struct revocation_list *l, const X509_NAME *issuer);
bool revocation_signed(const struct revocation_list *l, X509 *authority); /* by its name and key */
bool revocation_may_sign(X509 *authority);

/* Entries count whatever the list's age, scope and critical extensions. */
bool revocation_lists(const struct revocation_list *l, X509 *certificate);

/* Does it cover the certificate at that second? Whoever signed it. *reasons gets those for which it would say so. */
enum list_fault revocation_covers(const struct revocation_list *l, X509 *certificate, uint32_t grace_s, int64_t now_s,
                                  unsigned *reasons);

/* A list without nextUpdate ages from its thisUpdate; without a grace either it counts for ever, as it did in 0.4: an
 * upgrade locks nobody out, and `policy check` warns. An unreadable date is over. */
bool revocation_is_endless(const struct revocation_list *l, uint32_t grace_s);
bool revocation_in_time(const struct revocation_list *l, uint32_t grace_s, int64_t now_s);
