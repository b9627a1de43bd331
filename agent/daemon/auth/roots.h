/* SPDX-License-Identifier: MIT */
/* roots.h — does a chain lead from a certificate to the policy's authorities, and does no list revoke it? */
#pragma once

#include "auth/certificate.h"
#include "signature/crypto.h"

/* Signed by an authority of ours at that second, or by one that the card brought and one of ours signed, and not
 * revoked. Without authorities only the lists are looked at. `chain` may be NULL. */
enum certificate_fault roots_verify(const struct roots *r, X509 *certificate, const struct card_chain *chain,
                                    uint32_t crl_grace_s, int64_t now_s);

bool roots_name_authorities(const struct roots *r);
