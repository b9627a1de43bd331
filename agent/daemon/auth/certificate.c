/* SPDX-License-Identifier: MIT */
/* certificate.c — checks DER, owner, key, usage and dates in this order, then the chain (roots.c); the signature of
 * an EC card, r and s of equal length, is turned into DER before OpenSSL verifies it. See certificate.h. */
#include "auth/certificate.h"

#include "auth/certificate_name.h"
#include "auth/roots.h"
#include "signature/signer.h"
#include "wire/challenge.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#define NONCE 32

static X509 *read_certificate(struct bytes der) {
        const unsigned char *at = der.at;
        auto_x509 certificate = NULL;

        crypto_start();
        if (der.left <= LONG_MAX)
                certificate = d2i_X509(NULL, &at, (long)der.left);
        (void)crypto_reason();
        if (!certificate || at != der.at + der.left || !X509_get0_pubkey(certificate)
            || (X509_get_extension_flags(certificate) & EXFLAG_INVALID)) {
                (void)crypto_reason();
                return NULL;
        }
        return TAKE(certificate);
}

static bool is_enrolled(struct bytes der, const struct factors *f) {
        uint8_t hash[SHA256_DIGEST_LENGTH];

        (void)SHA256(der.at, der.left, hash);
        for (size_t i = 0; i < f->n_cards && i < FACTORS_CARDS; i++)
                if (memcmp(f->cards[i].sha256, hash, sizeof hash) == 0)
                        return true;
        return false;
}

/* A map counts only with authorities: without them, anybody could write a name into a certificate. */
static bool is_theirs(const struct roots *r, const struct login_terms *terms, struct bytes der, X509 *certificate,
                      const char *user, const struct factors *f) {
        return is_enrolled(der, f)
               || (roots_name_authorities(r)
                   && certificate_names(certificate, terms->card.map, terms->card.domain, user));
}

static bool extended_usage_fits(X509 *certificate) {
        int critical;
        EXTENDED_KEY_USAGE *all = X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, NULL);
        bool fits = !all && critical == -1; /* none; -2 is several */

        for (int i = 0; i < sk_ASN1_OBJECT_num(all); i++) {
                int purpose = OBJ_obj2nid(sk_ASN1_OBJECT_value(all, i));

                fits = fits || purpose == NID_client_auth || purpose == NID_ms_smartcard_login;
        }
        EXTENDED_KEY_USAGE_free(all);
        return fits;
}

/* An authority's, by its basicConstraints or by what it may sign; or too old to say what it is for. */
static bool certificate_is_no_persons(X509 *certificate) {
        return X509_get_version(certificate) != X509_VERSION_3 || X509_get_extension_flags(certificate) & EXFLAG_CA
               || X509_check_ca(certificate) != 0;
}

/* `is_alone`: nobody vouches for it but who enrolled it, and `openssl req -x509` calls all that it makes an
 * authority's. */
static enum certificate_fault judge_leaf(X509 *certificate, bool is_alone, int64_t now_s) {
        int from;

        if (X509_get_extension_flags(certificate) & EXFLAG_CRITICAL) /* and not understood */
                return CERTIFICATE_MALFORMED;
        if (signer_key_unfit(X509_get0_pubkey(certificate)))
                return CERTIFICATE_WEAK;
        if (!is_alone && certificate_is_no_persons(certificate))
                return CERTIFICATE_PURPOSE;
        /* Without the extension OpenSSL answers with every bit. */
        if (!(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) || !extended_usage_fits(certificate))
                return CERTIFICATE_PURPOSE;
        /* -2 is a date that cannot be read. */
        from = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), (time_t)now_s);
        if (from != -1 && from != 0)
                return CERTIFICATE_NOT_YET;
        return ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), (time_t)now_s) < 0 ? CERTIFICATE_EXPIRED
                                                                                        : CERTIFICATE_FINE;
}

enum certificate_fault certificate_judge(const struct roots *r, const struct login_terms *terms, struct bytes der,
                                         const struct card_chain *chain, const char *user, const struct factors *f,
                                         int64_t now_s) {
        auto_x509 certificate = read_certificate(der);
        enum certificate_fault fault;

        if (!certificate)
                return CERTIFICATE_MALFORMED;
        if (!is_theirs(r, terms, der, certificate, user, f))
                return CERTIFICATE_NOT_THEIRS;
        fault = judge_leaf(certificate, !roots_name_authorities(r), now_s);
        (void)crypto_reason();
        return fault == CERTIFICATE_FINE ? roots_verify(r, certificate, chain, terms->card.crl_grace_s, now_s) : fault;
}

const char *certificate_fault_name(enum certificate_fault f) {
        static const char *const names[CERTIFICATE_FAULTS] = {
                [CERTIFICATE_FINE] = "fine",
                [CERTIFICATE_MALFORMED] = "malformed",
                [CERTIFICATE_NOT_THEIRS] = "not-theirs",
                [CERTIFICATE_UNKNOWN_CA] = "unknown-authority",
                [CERTIFICATE_EXPIRED] = "expired",
                [CERTIFICATE_NOT_YET] = "not-yet-valid",
                [CERTIFICATE_REVOKED] = "revoked",
                [CERTIFICATE_NO_LIST] = "no-revocation-list",
                [CERTIFICATE_LIST_KEY] = "revocation-list-of-another-key",
                [CERTIFICATE_LIST_UNKNOWN] = "revocation-list-not-understood",
                [CERTIFICATE_LIST_INDIRECT] = "revocation-list-of-another-issuer",
                [CERTIFICATE_LIST_PART] = "revocation-list-of-another-part",
                [CERTIFICATE_LIST_AUTHORITIES] = "revocation-list-of-others",
                [CERTIFICATE_LIST_REASONS] = "revocation-list-of-some-reasons",
                [CERTIFICATE_STALE_LIST] = "stale-revocation-list",
                [CERTIFICATE_CA_EXPIRED] = "authority-expired",
                [CERTIFICATE_CA_NOT_YET] = "authority-not-yet-valid",
                [CERTIFICATE_CA_WEAK] = "authority-weak",
                [CERTIFICATE_PURPOSE] = "wrong-purpose",
                [CERTIFICATE_WEAK] = "weak",
                [CERTIFICATE_POLICY] = "wrong-policy",
        };

        return (unsigned)f < CERTIFICATE_FAULTS ? names[f] : "unknown";
}

/* r and s, equally long, one behind the other -> DER. The length, or -1. The caller frees *ret. */
static int der_of_halves(struct bytes signature, unsigned char **ret) {
        int half = (int)(signature.left / 2);
        ECDSA_SIG *pair = ECDSA_SIG_new();
        BIGNUM *r = BN_bin2bn(signature.at, half, NULL), *s = BN_bin2bn(signature.at + half, half, NULL);
        int n = -1;

        if (pair && r && s && ECDSA_SIG_set0(pair, r, s)) {
                r = s = NULL;
                n = i2d_ECDSA_SIG(pair, ret);
        }
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return n;
}

static bool certificate_verifies(EVP_PKEY *key, const EVP_MD *digest, struct bytes signature, const uint8_t *nonce) {
        uint8_t message[sizeof CARD_CHALLENGE - 1 + NONCE];
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        bool verified;

        memcpy(message, CARD_CHALLENGE, sizeof CARD_CHALLENGE - 1);
        memcpy(message + sizeof CARD_CHALLENGE - 1, nonce, NONCE);
        verified = ctx && EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key) == 1
                   && EVP_DigestVerify(ctx, signature.at, signature.left, message, sizeof message) == 1;
        EVP_MD_CTX_free(ctx);
        return verified;
}

static bool ec_signed(EVP_PKEY *key, struct bytes signature, const uint8_t *nonce) {
        size_t half = (size_t)(EVP_PKEY_get_bits(key) + 7) / 8;
        unsigned char *der = NULL;
        bool verified = false;
        int n;

        if (signature.left != 2 * half)
                return false;
        n = der_of_halves(signature, &der);
        if (n > 0)
                verified = certificate_verifies(key, half == 48 ? EVP_sha384() : EVP_sha256(), bytes_of(der, (size_t)n),
                                                nonce);
        OPENSSL_free(der);
        return verified;
}

bool certificate_signed(struct bytes der, const uint8_t nonce[32], struct bytes signature) {
        auto_x509 certificate = read_certificate(der);
        EVP_PKEY *key = certificate ? X509_get0_pubkey(certificate) : NULL;
        bool verified;

        if (!key || signer_key_unfit(key))
                return false;
        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
                verified = ec_signed(key, signature, nonce);
        else
                verified = certificate_verifies(key, EVP_sha256(), signature, nonce);
        (void)crypto_reason();
        return verified;
}

/* At most size - 1 bytes, and no half of a character. */
static void copy_whole(const char *from, char *to, size_t size) {
        size_t n = strlen(from);

        if (n > size - 1)
                for (n = size - 1; n > 0 && ((uint8_t)from[n] & 0xc0) == 0x80; n--)
                        ;
        memcpy(to, from, n);
        to[n] = '\0';
}

int certificate_describe(struct bytes der, char *subject, size_t size, uint8_t ret_sha256[32]) {
        auto_x509 certificate = read_certificate(der);
        auto_free char *name = NULL;

        if (!certificate)
                return -EBADMSG;
        name = crypto_name(X509_get_subject_name(certificate));
        if (!name)
                return -ENOMEM;
        copy_whole(name, subject, size);
        (void)SHA256(der.at, der.left, ret_sha256);
        return 0;
}
