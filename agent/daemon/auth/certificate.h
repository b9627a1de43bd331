/* SPDX-License-Identifier: MIT */
/* certificate.h — is this certificate a person's, and did its key sign? The policy's authorities and revocation lists,
 * offline. Pure but for OpenSSL. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "decision/login.h"
#include "signature/crypto.h"
#include "store/factors.h"

#define CHAIN_MAX 8

/* The certificates of authorities that a card brought: hints for a path, believed in nothing. */
struct card_chain {
        size_t n;
        X509 *of[CHAIN_MAX];
};

/* What is no authority's, cannot be read or is one too many is left out. */
void card_chain_add(struct card_chain *c, struct bytes der);
void card_chain_deinit(struct card_chain *c);

struct roots; /* the policy's authorities and lists, parsed once for each policy */

int roots_new(const struct login_terms *terms, struct roots **ret, struct err *err);
void roots_free(struct roots *r);
CLEANUP(roots, struct roots *, roots_free)
#define auto_roots AUTO(roots)

enum certificate_fault {
        CERTIFICATE_FINE,
        CERTIFICATE_MALFORMED,
        CERTIFICATE_NOT_THEIRS, /* neither enrolled nor, by the policy's map, of this name */
        CERTIFICATE_UNKNOWN_CA,
        CERTIFICATE_EXPIRED,
        CERTIFICATE_NOT_YET,
        CERTIFICATE_REVOKED,
        /* The policy has lists, and none covers it (signature/revocation.h says why). */
        CERTIFICATE_NO_LIST,
        CERTIFICATE_LIST_KEY,
        CERTIFICATE_LIST_UNKNOWN,
        CERTIFICATE_LIST_INDIRECT,
        CERTIFICATE_LIST_PART,
        CERTIFICATE_LIST_AUTHORITIES,
        CERTIFICATE_LIST_REASONS,
        CERTIFICATE_STALE_LIST, /* older than crl_grace allows */
        CERTIFICATE_CA_EXPIRED, /* of an authority: */
        CERTIFICATE_CA_NOT_YET,
        CERTIFICATE_CA_WEAK,
        CERTIFICATE_PURPOSE, /* keyUsage without digitalSignature; extendedKeyUsage without clientAuth or
                                smartcardLogon; where the policy names authorities an authority's, too, and one older
                                than version 3, which cannot say what it is for */
        CERTIFICATE_WEAK,    /* RSA below 2048, another curve than P-256 and P-384, a digest other than SHA-2 and
                                SHA-3 of 256 bits and more in the chain */
        CERTIFICATE_POLICY,  /* carries none of the certificate policies that are demanded */
        CERTIFICATE_FAULTS,
};

/* An enrolled hash makes it theirs; where the policy names authorities the chain must hold too. Without authorities
 * only enrolled certificates count, and validity and purpose are still judged. `chain` is what the card brings, or
 * NULL. */
enum certificate_fault certificate_judge(const struct roots *r, const struct login_terms *terms, struct bytes der,
                                         const struct card_chain *chain, const char *user, const struct factors *f,
                                         int64_t now_s);
const char *certificate_fault_name(enum certificate_fault f); /* for the audit log: "revoked" */

/* Did the certificate's key sign the challenge of this nonce (wire/challenge.h)? */
bool certificate_signed(struct bytes der, const uint8_t nonce[32], struct bytes signature);

/* Subject as people read it, escaped; SHA-256 of the DER. */
int certificate_describe(struct bytes der, char *subject, size_t size, uint8_t ret_sha256[32]);
