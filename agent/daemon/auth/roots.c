/* SPDX-License-Identifier: MIT */
/* roots.c — see roots.h. Nothing is fetched and no folder of the system is trusted: only what the policy names
 * counts. */
#include "auth/roots.h"

#include "signature/pem.h"
#include "signature/signer.h"

#include <errno.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

CLEANUP(crl, X509_CRL *, X509_CRL_free)
CLEANUP(store_ctx, X509_STORE_CTX *, X509_STORE_CTX_free)
#define auto_crl AUTO(crl)
#define auto_store_ctx AUTO(store_ctx)

struct roots {
        X509_STORE *store;
        STACK_OF(X509_CRL) * lists;
        size_t n_authorities;
};

void roots_free(struct roots *r) {
        if (!r)
                return;
        X509_STORE_free(r->store);
        sk_X509_CRL_pop_free(r->lists, X509_CRL_free);
        free(r);
}

bool roots_name_authorities(const struct roots *r) {
        return r->n_authorities > 0;
}

static int add_authority(struct roots *r, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_x509 authority = d2i_X509(NULL, &at, (long)der.left);

        if (!authority || at != der.at + der.left)
                return err_say(err, -EBADMSG, "証明書ではありません: %s", "not a certificate: %s", crypto_reason());
        if (X509_check_ca(authority) != 1)
                return err_say(err, -EBADMSG, "認証局の証明書ではありません（basicConstraints に CA とありません）",
                               "not an authority: its basicConstraints do not say CA");
        if (!X509_STORE_add_cert(r->store, authority))
                return err_set(err, -ENOMEM, "%s", crypto_reason());
        r->n_authorities++;
        return 0;
}

static int add_list(struct roots *r, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_crl list = d2i_X509_CRL(NULL, &at, (long)der.left);

        if (!list || at != der.at + der.left)
                return err_say(err, -EBADMSG, "失効リストではありません: %s", "not a revocation list: %s",
                               crypto_reason());
        if (X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0)
                return err_say(err, -EBADMSG, "別の失効リストとの差分だけです（delta CRL）",
                               "it tells changes to another list only (delta CRL)");
        if (!sk_X509_CRL_push(r->lists, list))
                return err_set(err, -ENOMEM, "%s", crypto_reason());
        list = NULL;
        return 0;
}

/* The PEM blocks of one text, blank lines between them. */
static int add_blocks(struct roots *r, const char *pem, const char *label,
                      int (*add)(struct roots *, struct bytes, struct err *), struct err *err) {
        struct bytes text = bytes_text(pem);
        size_t n = 0;
        int done = 0;

        while (done == 0 && text.left) {
                struct bytes rest = text;
                auto_free uint8_t *der = NULL;
                size_t size;

                if (pem_line(&rest).left == 0) {
                        text = rest;
                        continue;
                }
                done = pem_read(&text, label, &der, &size, err);
                if (done == 0)
                        done = add(r, bytes_of(der, size), err);
                n++;
        }
        return done == 0 && n == 0 ? err_say(err, -EBADMSG, "空です", "empty") : done;
}

int roots_new(const struct login_terms *terms, struct roots **ret, struct err *err) {
        auto_roots r = calloc(1, sizeof *r);
        int done = 0;

        crypto_start();
        if (r) {
                r->store = X509_STORE_new();
                r->lists = sk_X509_CRL_new_null();
        }
        if (!r || !r->store || !r->lists)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for authorities");
        for (size_t i = 0; i < terms->card.n_authorities && done == 0; i++) {
                done = add_blocks(r, terms->card.authorities[i], "CERTIFICATE", add_authority, err);
                if (done < 0)
                        return err_wrap(err, done, "login.card.authorities: %zu", i + 1);
        }
        for (size_t i = 0; i < terms->card.n_revocation && done == 0; i++) {
                done = add_blocks(r, terms->card.revocation[i], "X509 CRL", add_list, err);
                if (done < 0)
                        return err_wrap(err, done, "login.card.revocation: %zu", i + 1);
        }
        *ret = TAKE(r);
        return 0;
}

/* Does the list carry the issuer's name, and is it signed with the issuer's key (if that is known)? */
static bool is_list_of(X509_CRL *list, const X509_NAME *name, X509 *issuer) {
        return X509_NAME_cmp(X509_CRL_get_issuer(list), name) == 0
               && (!issuer || X509_CRL_verify(list, X509_get0_pubkey(issuer)) == 1);
}

/* A list counts whatever its age: an expired one still revokes what it lists. Where the issuer is not at hand (an
 * enrolled certificate without authorities), the policy's signature vouches for the list. */
static bool is_listed(const struct roots *r, X509 *certificate, X509 *issuer) {
        for (int i = 0; i < sk_X509_CRL_num(r->lists); i++) {
                X509_CRL *list = sk_X509_CRL_value(r->lists, i);
                X509_REVOKED *entry;

                if (is_list_of(list, X509_get_issuer_name(certificate), issuer)
                    && X509_CRL_get0_by_cert(list, &entry, certificate) == 1)
                        return true;
        }
        return false;
}

struct crl_grace {
        uint32_t crl_grace_s;
        int64_t now_s;
};

static bool within_grace(const X509_CRL *list, const struct crl_grace *p) {
        const ASN1_TIME *until = list ? X509_CRL_get0_nextUpdate(list) : NULL;

        /* 0 is "the same second"; a negative result (earlier, or an unreadable date) means that the grace is over. */
        return until && ASN1_TIME_cmp_time_t(until, (time_t)(p->now_s - p->crl_grace_s)) >= 0;
}

/* OpenSSL calls this for each error it finds; only errors about the age of a list are forgiven. */
static int roots_forgive(int fine, X509_STORE_CTX *ctx) {
        const struct crl_grace *p = X509_STORE_CTX_get_app_data(ctx);

        if (fine)
                return 1;
        switch (X509_STORE_CTX_get_error(ctx)) {
        case X509_V_ERR_CRL_HAS_EXPIRED:
                return within_grace(X509_STORE_CTX_get0_current_crl(ctx), p);
        case X509_V_ERR_CRL_NOT_YET_VALID: /* a clock that is behind must not disable a list */
                return 1;
        default:
                return 0;
        }
}

static enum certificate_fault fault_of(int error) {
        static const struct {
                int error;
                enum certificate_fault fault;
        } faults[] = {
                { X509_V_ERR_CERT_HAS_EXPIRED, CERTIFICATE_EXPIRED },
                { X509_V_ERR_CERT_NOT_YET_VALID, CERTIFICATE_NOT_YET },
                { X509_V_ERR_CERT_REVOKED, CERTIFICATE_REVOKED },
                { X509_V_ERR_UNABLE_TO_GET_CRL, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_CRL_SIGNATURE_FAILURE, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_CRL_HAS_EXPIRED, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_DIFFERENT_CRL_SCOPE, CERTIFICATE_STALE_LIST },
                { X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, CERTIFICATE_STALE_LIST },
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

/* Judges one certificate of a chain. Only the first is not the policy's own, so the signature algorithms of the others
 * do not count. A root does not revoke itself: careless authorities give their root a serial that a person's
 * certificate has, too. */
static enum certificate_fault judge_link(const struct roots *r, X509 *one, X509 *issuer) {
        const EVP_PKEY *key = X509_get0_pubkey(one);

        if (!key || signer_key_unfit(key))
                return CERTIFICATE_WEAK;
        if ((issuer || !(X509_get_extension_flags(one) & EXFLAG_SS)) && is_listed(r, one, issuer))
                return CERTIFICATE_REVOKED;
        return CERTIFICATE_FINE;
}

static enum certificate_fault judge_chain(const struct roots *r, const STACK_OF(X509) * chain) {
        enum certificate_fault fault = CERTIFICATE_FINE;
        int n = sk_X509_num(chain);

        for (int i = 0; i < n && fault == CERTIFICATE_FINE; i++)
                fault = judge_link(r, sk_X509_value(chain, i), i + 1 < n ? sk_X509_value(chain, i + 1) : NULL);
        return fault;
}

/* `lists` NULL: only the chain is verified; otherwise one of these lists must also cover the certificate. The
 * authorities come from the policy, so they need no list. */
static bool roots_prepare(X509_STORE_CTX *ctx, const struct roots *r, X509 *certificate, STACK_OF(X509_CRL) * lists,
                          struct crl_grace *grace) {
        unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | (lists ? X509_V_FLAG_CRL_CHECK : 0u);
        X509_VERIFY_PARAM *param;

        if (!ctx || !X509_STORE_CTX_init(ctx, r->store, certificate, NULL))
                return false;
        param = X509_STORE_CTX_get0_param(ctx);
        X509_VERIFY_PARAM_set_time(param, (time_t)grace->now_s);
        X509_STORE_CTX_set_verify_cb(ctx, roots_forgive);
        X509_STORE_CTX_set0_crls(ctx, lists);
        return X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY) && X509_VERIFY_PARAM_set_flags(param, flags)
               && X509_STORE_CTX_set_app_data(ctx, grace);
}

static enum certificate_fault roots_verify_chain(X509_STORE_CTX *ctx) {
        return X509_verify_cert(ctx) == 1 ? CERTIFICATE_FINE : fault_of(X509_STORE_CTX_get_error(ctx));
}

/* Checks age and scope of the lists that the issuer really signed: from all lists, OpenSSL would take the first that
 * bears the issuer's name. */
static enum certificate_fault ask_lists(const struct roots *r, X509 *certificate, X509 *issuer,
                                        struct crl_grace *grace) {
        auto_store_ctx ctx = X509_STORE_CTX_new();
        STACK_OF(X509_CRL) *own = sk_X509_CRL_new_null();
        enum certificate_fault fault = CERTIFICATE_STALE_LIST;
        bool ready = own != NULL;

        for (int i = 0; i < sk_X509_CRL_num(r->lists) && ready; i++) {
                X509_CRL *list = sk_X509_CRL_value(r->lists, i);

                if (is_list_of(list, X509_get_subject_name(issuer), issuer))
                        ready = sk_X509_CRL_push(own, list) > 0;
        }
        if (ready && roots_prepare(ctx, r, certificate, own, grace))
                fault = roots_verify_chain(ctx);
        sk_X509_CRL_free(own);
        return fault;
}

static enum certificate_fault verify_chain(const struct roots *r, X509 *certificate, struct crl_grace *grace) {
        auto_store_ctx ctx = X509_STORE_CTX_new();
        STACK_OF(X509) * chain;
        enum certificate_fault fault;

        if (!roots_prepare(ctx, r, certificate, NULL, grace))
                return CERTIFICATE_UNKNOWN_CA;
        fault = roots_verify_chain(ctx);
        chain = X509_STORE_CTX_get0_chain(ctx);
        if (fault == CERTIFICATE_FINE)
                fault = judge_chain(r, chain);
        /* A chain of one is an authority's own certificate. */
        if (fault == CERTIFICATE_FINE && sk_X509_num(chain) < 2)
                fault = CERTIFICATE_UNKNOWN_CA;
        if (fault == CERTIFICATE_FINE && sk_X509_CRL_num(r->lists) > 0)
                fault = ask_lists(r, certificate, sk_X509_value(chain, 1), grace);
        return fault;
}

enum certificate_fault roots_verify(const struct roots *r, X509 *certificate, uint32_t crl_grace_s, int64_t now_s) {
        struct crl_grace grace = { crl_grace_s, now_s };
        enum certificate_fault fault;

        if (digest_is_weak(certificate))
                return CERTIFICATE_WEAK;
        if (!roots_name_authorities(r))
                return is_listed(r, certificate, NULL) ? CERTIFICATE_REVOKED : CERTIFICATE_FINE;
        fault = verify_chain(r, certificate, &grace);
        (void)crypto_reason();
        return fault;
}
