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
        X509_STORE *store;        /* empty: each chain brings its own authority */
        X509_VERIFY_PARAM *param; /* what every path must keep to */
        struct authorities authorities;
};

void roots_free(struct roots *r) {
        if (!r)
                return;
        X509_STORE_free(r->store);
        X509_VERIFY_PARAM_free(r->param);
        authorities_deinit(&r->authorities);
        free(r);
}

bool roots_name_authorities(const struct roots *r) {
        return r->authorities.n > 0;
}

#define LINKS_MAX (CHAIN_MAX + 2)
#define TRIES_MAX 64 /* signatures that one judgement verifies to find paths: a card may bring whatever it likes */

/* From the card's certificate upwards; the last is an authority of the policy. */
struct path {
        const struct roots *roots;
        const struct card_chain *chain;
        uint32_t crl_grace_s;
        int64_t now_s;
        unsigned tries;
        size_t n;
        X509 *of[LINKS_MAX];
};

/* The path was found by signatures (authority_issued): by its hints OpenSSL would leave out the right issuer. */
static int roots_follow(X509_STORE_CTX *ctx, X509 *certificate, X509 *issuer) {
        const struct path *p = X509_STORE_CTX_get_app_data(ctx);

        for (size_t i = 0; i + 1 < p->n; i++)
                if (p->of[i] == certificate && p->of[i + 1] == issuer)
                        return 1;
        return 0;
}

/* One of the policies that are demanded. Without a set OpenSSL would take none where an authority demands one. */
static bool demand_policies(X509_VERIFY_PARAM *param, const struct login_terms *terms) {
        for (size_t i = 0; i < terms->card.n_policies; i++) {
                ASN1_OBJECT *policy = OBJ_txt2obj(terms->card.policies[i], 1);

                if (!policy || !X509_VERIFY_PARAM_add0_policy(param, policy))
                        return false;
        }
        return terms->card.n_policies ? X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_EXPLICIT_POLICY)
                                      : X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy));
}

/* A common name is a person's: no constraint on host names is about it. */
static X509_VERIFY_PARAM *make_param(const struct login_terms *terms) {
        X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();

        if (param && X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY)
            && X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK)
            && demand_policies(param, terms)) {
                X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
                return param;
        }
        X509_VERIFY_PARAM_free(param);
        return NULL;
}

int roots_new(const struct login_terms *terms, struct roots **ret, struct err *err) {
        auto_roots r = calloc(1, sizeof *r);
        int done;

        crypto_start();
        if (r) {
                r->store = X509_STORE_new();
                r->param = make_param(terms);
        }
        if (!r || !r->store || !r->param)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for authorities");
        X509_STORE_set_check_issued(r->store, roots_follow);
        done = authorities_read(&r->authorities, terms, err);
        if (done < 0)
                return done;
        *ret = TAKE(r);
        return 0;
}

static enum certificate_fault fault_of(const X509_STORE_CTX *ctx) {
        static const struct {
                int error;
                enum certificate_fault of_card, of_authority;
        } faults[] = {
                { X509_V_ERR_CERT_HAS_EXPIRED, CERTIFICATE_EXPIRED, CERTIFICATE_CA_EXPIRED },
                { X509_V_ERR_CERT_NOT_YET_VALID, CERTIFICATE_NOT_YET, CERTIFICATE_CA_NOT_YET },
                { X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, CERTIFICATE_MALFORMED, CERTIFICATE_UNKNOWN_CA },
                { X509_V_ERR_INVALID_EXTENSION, CERTIFICATE_MALFORMED, CERTIFICATE_UNKNOWN_CA },
                { X509_V_ERR_INVALID_POLICY_EXTENSION, CERTIFICATE_MALFORMED, CERTIFICATE_UNKNOWN_CA },
                { X509_V_ERR_NO_EXPLICIT_POLICY, CERTIFICATE_POLICY, CERTIFICATE_POLICY },
        };

        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
                if (faults[i].error == X509_STORE_CTX_get_error(ctx))
                        return X509_STORE_CTX_get_error_depth(ctx) > 0 ? faults[i].of_authority : faults[i].of_card;
        return CERTIFICATE_UNKNOWN_CA;
}

/* What is not named here is not accepted: there will be others. */
static bool digest_is_weak(X509 *certificate) {
        static const int strong[] = { NID_sha256, NID_sha384, NID_sha512, NID_sha3_256, NID_sha3_384, NID_sha3_512 };
        int digest;

        if (!X509_get_signature_info(certificate, &digest, NULL, NULL, NULL))
                return true;
        for (size_t i = 0; i < sizeof strong / sizeof *strong; i++)
                if (digest == strong[i])
                        return false;
        return true;
}

/* By a key of a kind that signs without a digest of its own: not the certificate is at fault, but whoever issued it. */
static bool is_signed_by_unfit_kind(X509 *certificate) {
        int kind = NID_undef;

        (void)X509_get_signature_info(certificate, NULL, &kind, NULL, NULL);
        return kind == NID_ED25519 || kind == NID_ED448;
}

static bool key_is_weak(X509 *certificate) {
        const EVP_PKEY *key = X509_get0_pubkey(certificate);

        return !key || signer_key_unfit(key);
}

static bool path_prepare(X509_STORE_CTX *ctx, struct path *p, STACK_OF(X509) * between, STACK_OF(X509) * trusted) {
        X509_VERIFY_PARAM *param;

        for (size_t i = 1; i < p->n; i++)
                if (!sk_X509_push(i + 1 < p->n ? between : trusted, p->of[i]))
                        return false;
        if (!X509_STORE_CTX_init(ctx, p->roots->store, p->of[0], between))
                return false;
        X509_STORE_CTX_set0_trusted_stack(ctx, trusted);
        param = X509_STORE_CTX_get0_param(ctx);
        if (!X509_VERIFY_PARAM_set1(param, p->roots->param) || !X509_STORE_CTX_set_app_data(ctx, p))
                return false;
        X509_VERIFY_PARAM_set_time(param, (time_t)p->now_s);
        return true;
}

/* Dates, extensions and the rest of RFC 5280. */
static enum certificate_fault path_verify(struct path *p) {
        auto_store_ctx ctx = X509_STORE_CTX_new();
        STACK_OF(X509) *between = sk_X509_new_null(), *trusted = sk_X509_new_null();
        enum certificate_fault fault = CERTIFICATE_UNKNOWN_CA;

        if (ctx && between && trusted && path_prepare(ctx, p, between, trusted))
                fault = X509_verify_cert(ctx) == 1 ? CERTIFICATE_FINE : fault_of(ctx);
        sk_X509_free(between);
        sk_X509_free(trusted);
        return fault;
}

static enum certificate_fault fault_of_lists(const struct path *p, X509 *one, const struct path_above *above) {
        static const enum certificate_fault by_list[LIST_FAULTS] = {
                [LIST_NONE] = CERTIFICATE_NO_LIST,         [LIST_KEY] = CERTIFICATE_LIST_KEY,
                [LIST_UNKNOWN] = CERTIFICATE_LIST_UNKNOWN, [LIST_INDIRECT] = CERTIFICATE_LIST_INDIRECT,
                [LIST_PART] = CERTIFICATE_LIST_PART,       [LIST_AUTHORITIES] = CERTIFICATE_LIST_AUTHORITIES,
                [LIST_REASONS] = CERTIFICATE_LIST_REASONS, [LIST_OLD] = CERTIFICATE_STALE_LIST,
                [LIST_COVERS] = CERTIFICATE_FINE,
        };

        return by_list[authorities_cover(&p->roots->authorities, one, above, p->crl_grace_s, p->now_s)];
}

/* One that is not the policy's own, and whoever signed it. */
static enum certificate_fault link_judge(const struct path *p, size_t i) {
        const struct authorities *a = &p->roots->authorities;
        const struct path_above above = { p->of + i + 1, p->n - i - 1 };
        X509 *one = p->of[i];

        if (digest_is_weak(one) || key_is_weak(one))
                return i ? CERTIFICATE_CA_WEAK : CERTIFICATE_WEAK;
        if (authorities_revoke(a, one, &above))
                return CERTIFICATE_REVOKED;
        return a->n_lists ? fault_of_lists(p, one, &above) : CERTIFICATE_FINE;
}

/* The authority's own signature does not count: the policy's does. */
static enum certificate_fault path_judge(struct path *p, const struct authority *authority) {
        enum certificate_fault fault;

        p->of[p->n++] = authority->certificate;
        fault = path_verify(p);
        if (fault == CERTIFICATE_FINE && key_is_weak(authority->certificate))
                fault = CERTIFICATE_CA_WEAK;
        if (fault == CERTIFICATE_FINE && authority->revoked)
                fault = CERTIFICATE_REVOKED;
        for (size_t i = 0; i + 1 < p->n && fault == CERTIFICATE_FINE; i++)
                fault = link_judge(p, i);
        p->n--;
        return fault;
}

static bool path_has(const struct path *p, X509 *one) {
        for (size_t i = 0; i < p->n; i++)
                if (X509_cmp(p->of[i], one) == 0)
                        return true;
        return false;
}

static bool path_leads(struct path *p, X509 *issuer) {
        X509 *last = p->of[p->n - 1];

        if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(last)) != 0 || p->tries == TRIES_MAX)
                return false;
        p->tries++;
        return authority_issued(issuer, last);
}

/* Of the faults of all paths the first that says more than that there is none. */
static enum certificate_fault path_better(enum certificate_fault best, enum certificate_fault fault) {
        return fault == CERTIFICATE_FINE || best == CERTIFICATE_UNKNOWN_CA ? fault : best;
}

static enum certificate_fault path_walk(struct path *p) {
        const struct authorities *a = &p->roots->authorities;
        enum certificate_fault best = CERTIFICATE_UNKNOWN_CA;

        for (size_t i = 0; i < a->n && best != CERTIFICATE_FINE; i++)
                if (path_leads(p, a->of[i].certificate))
                        best = path_better(best, path_judge(p, &a->of[i]));
        for (size_t i = 0; p->chain && i < p->chain->n && p->n < LINKS_MAX - 1 && best != CERTIFICATE_FINE; i++)
                if (!path_has(p, p->chain->of[i]) && path_leads(p, p->chain->of[i])) {
                        p->of[p->n++] = p->chain->of[i];
                        best = path_better(best, path_walk(p));
                        p->n--;
                }
        return best;
}

enum certificate_fault roots_verify(const struct roots *r, X509 *certificate, const struct card_chain *chain,
                                    uint32_t crl_grace_s, int64_t now_s) {
        struct path p = { r, chain, crl_grace_s, now_s, 0, 1, { certificate } };
        enum certificate_fault fault;

        if (digest_is_weak(certificate))
                return is_signed_by_unfit_kind(certificate) ? CERTIFICATE_CA_WEAK : CERTIFICATE_WEAK;
        if (authorities_revoke(&r->authorities, certificate, NULL))
                return CERTIFICATE_REVOKED;
        if (!roots_name_authorities(r))
                return CERTIFICATE_FINE;
        fault = path_walk(&p);
        (void)crypto_reason();
        return fault;
}

static bool card_chain_has(const struct card_chain *c, X509 *one) {
        for (size_t i = 0; i < c->n; i++)
                if (X509_cmp(c->of[i], one) == 0)
                        return true;
        return false;
}

void card_chain_add(struct card_chain *c, struct bytes der) {
        const unsigned char *at = der.at;
        auto_x509 certificate = NULL;

        crypto_start();
        if (c->n < CHAIN_MAX && der.left <= LONG_MAX)
                certificate = d2i_X509(NULL, &at, (long)der.left);
        if (certificate && at == der.at + der.left && X509_get_version(certificate) == X509_VERSION_3
            && X509_check_ca(certificate) == 1 && !(X509_get_extension_flags(certificate) & EXFLAG_INVALID)
            && !card_chain_has(c, certificate))
                c->of[c->n++] = TAKE(certificate);
        (void)crypto_reason();
}

void card_chain_deinit(struct card_chain *c) {
        for (size_t i = 0; i < c->n; i++)
                X509_free(c->of[i]);
        *c = (struct card_chain){ 0 };
}
