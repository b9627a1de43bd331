/* SPDX-License-Identifier: MIT */
/* roots.c — see roots.h. Nothing is fetched and no folder of the system is trusted: only what the policy names
 * counts. */
#include "auth/roots.h"

#include "signature/authorities.h"
#include "signature/signer.h"

#include <errno.h>
#include <openssl/x509_vfy.h>

CLEANUP(store_ctx, X509_STORE_CTX *, X509_STORE_CTX_free)
#define auto_store_ctx AUTO(store_ctx)

struct roots {
        X509_STORE *store; /* empty: each chain brings its own authority */
        struct authorities authorities;
};

void roots_free(struct roots *r) {
        if (!r)
                return;
        X509_STORE_free(r->store);
        authorities_deinit(&r->authorities);
        free(r);
}

bool roots_name_authorities(const struct roots *r) {
        return r->authorities.n > 0;
}

/* The chain was put together by signatures (authority_issued): OpenSSL's hints would leave out the right issuer. */
static int is_issued(X509_STORE_CTX *ctx, X509 *certificate, X509 *issuer) {
        (void)ctx;
        return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0;
}

int roots_new(const struct login_terms *terms, struct roots **ret, struct err *err) {
        auto_roots r = calloc(1, sizeof *r);
        int done;

        crypto_start();
        if (r)
                r->store = X509_STORE_new();
        if (!r || !r->store)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for authorities");
        X509_STORE_set_check_issued(r->store, is_issued);
        done = authorities_read(&r->authorities, terms, err);
        if (done < 0)
                return done;
        *ret = TAKE(r);
        return 0;
}

static enum certificate_fault fault_of(int error) {
        static const struct {
                int error;
                enum certificate_fault fault;
        } faults[] = {
                { X509_V_ERR_CERT_HAS_EXPIRED, CERTIFICATE_EXPIRED },
                { X509_V_ERR_CERT_NOT_YET_VALID, CERTIFICATE_NOT_YET },
                { X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, CERTIFICATE_MALFORMED },
                { X509_V_ERR_INVALID_EXTENSION, CERTIFICATE_MALFORMED },
        };

        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
                if (faults[i].error == error)
                        return faults[i].fault;
        return CERTIFICATE_UNKNOWN_CA;
}

static bool digest_is_weak(X509 *certificate) {
        int digest;

        return !X509_get_signature_info(certificate, &digest, NULL, NULL, NULL) || digest == NID_sha1
               || digest == NID_md5 || digest == NID_md5_sha1 || digest == NID_md4;
}

static bool key_is_weak(X509 *certificate) {
        const EVP_PKEY *key = X509_get0_pubkey(certificate);

        return !key || signer_key_unfit(key);
}

/* Dates, extensions and the rest of RFC 5280, of the certificate below this authority. */
static enum certificate_fault verify_under(const struct roots *r, X509 *certificate, X509 *authority, int64_t now_s) {
        auto_store_ctx ctx = X509_STORE_CTX_new();
        STACK_OF(X509) *trusted = sk_X509_new_null();
        enum certificate_fault fault = CERTIFICATE_UNKNOWN_CA;
        X509_VERIFY_PARAM *param;

        if (ctx && trusted && sk_X509_push(trusted, authority) && X509_STORE_CTX_init(ctx, r->store, certificate, NULL)
            && (param = X509_STORE_CTX_get0_param(ctx)) && X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY)
            && X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN)) {
                X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
                X509_STORE_CTX_set0_trusted_stack(ctx, trusted);
                fault = X509_verify_cert(ctx) == 1 ? CERTIFICATE_FINE : fault_of(X509_STORE_CTX_get_error(ctx));
        }
        sk_X509_free(trusted);
        return fault;
}

/* The authority's own signature does not count: the policy's does. */
static enum certificate_fault judge_under(const struct roots *r, X509 *certificate, const struct authority *a,
                                          uint32_t crl_grace_s, int64_t now_s) {
        enum certificate_fault fault = verify_under(r, certificate, a->certificate, now_s);

        if (fault != CERTIFICATE_FINE)
                return fault;
        if (key_is_weak(a->certificate))
                return CERTIFICATE_WEAK;
        if (a->revoked)
                return CERTIFICATE_REVOKED;
        if (r->authorities.n_lists
            && authorities_cover(&r->authorities, certificate, a->certificate, crl_grace_s, now_s) != LIST_COVERS)
                return CERTIFICATE_STALE_LIST;
        return CERTIFICATE_FINE;
}

/* Of two authorities of one name each is tried, of one that was renewed both. */
static enum certificate_fault verify_chain(const struct roots *r, X509 *certificate, uint32_t crl_grace_s,
                                           int64_t now_s) {
        enum certificate_fault fault = CERTIFICATE_UNKNOWN_CA;

        for (size_t i = 0; i < r->authorities.n && fault != CERTIFICATE_FINE; i++)
                if (authority_issued(r->authorities.of[i].certificate, certificate))
                        fault = judge_under(r, certificate, &r->authorities.of[i], crl_grace_s, now_s);
        return fault;
}

enum certificate_fault roots_verify(const struct roots *r, X509 *certificate, uint32_t crl_grace_s, int64_t now_s) {
        enum certificate_fault fault;

        if (digest_is_weak(certificate))
                return CERTIFICATE_WEAK;
        if (authorities_revoke(&r->authorities, certificate, NULL))
                return CERTIFICATE_REVOKED;
        if (!roots_name_authorities(r))
                return CERTIFICATE_FINE;
        fault = verify_chain(r, certificate, crl_grace_s, now_s);
        (void)crypto_reason();
        return fault;
}
