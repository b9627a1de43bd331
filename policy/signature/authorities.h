/* SPDX-License-Identifier: MIT */
/* authorities.h — whose certificates may log in, and the lists that take them back: `authorities:` and `revocation:` of
 * a policy, read once. Which list carries whose signature, and who of them is revoked, is known afterwards. No clock.
 */
#pragma once

#include "decision/login.h"
#include "signature/revocation.h"

struct authority {
        X509 *certificate;
        bool revoked; /* by a list, or everybody who vouches for it is */
};

struct authorities {
        size_t n, n_lists;
        struct authority *of;
        struct revocation_list *lists;
};

/* -EBADMSG with "login.card.authorities: 1: …", -ENOMEM; *a is to be given back then, too. */
int authorities_read(struct authorities *a, const struct login_terms *terms, struct err *err);
void authorities_deinit(struct authorities *a);

/* Did the key of `issuer` sign it, and is it the name that the certificate says? Key identifiers and serial numbers
 * within are hints (RFC 5280 4.2.1.1), which are wrong after a renewal with the same key: the signature decides. */
bool authority_issued(X509 *issuer, X509 *certificate);

/* The authorities above a certificate, the next one first, as a path has them. */
struct path_above {
        X509 *const *of;
        size_t n;
};

/* Does any list revoke the certificate? A list counts where an authority of its issuer's name signed it, whatever that
 * one's key (a CA changes its own): of the policy, or of those above. Where the policy names no authority of that name
 * and no path is given (above NULL), its own signature vouches for the list. */
bool authorities_revoke(const struct authorities *a, X509 *certificate, const struct path_above *above);

/* Do the lists cover the certificate? */
enum list_fault authorities_cover(const struct authorities *a, X509 *certificate, const struct path_above *above,
                                  uint32_t grace_s, int64_t now_s);
