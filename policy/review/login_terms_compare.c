/* SPDX-License-Identifier: MIT */
/* login_terms_compare.c — what changes in the terms of a login: the pauses, the codes, the card. */
#include "base/quote.h"
#include "review/compare.h"
#include "signature/crypto.h"
#include "signature/pem.h"

#include <string.h>

#define TERM_TEXT 128

/* As a policy writes it: 15m. */
static void login_terms_compare_span(uint32_t s, char *to, size_t size) {
        static const struct {
                uint32_t s;
                char unit;
        } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
                if (s && s % units[i].s == 0) {
                        (void)snprintf(to, size, "%u%c", s / units[i].s, units[i].unit);
                        return;
                }
        (void)snprintf(to, size, "%us", s);
}

static void throttle_text(const struct login_terms *t, char *to) {
        char within[16], pause[16];

        login_terms_compare_span(t->throttle.within_s, within, sizeof within);
        login_terms_compare_span(t->throttle.pause_s, pause, sizeof pause);
        (void)snprintf(to, TERM_TEXT, "%u / %s / %s", t->throttle.attempts, within, pause);
}

static void totp_text(const struct login_terms *t, char *to) {
        static const char *const algorithms[] = {
                [TOTP_SHA1] = "sha1", [TOTP_SHA256] = "sha256", [TOTP_SHA512] = "sha512"
        };

        (void)snprintf(to, TERM_TEXT, "%u / %us / %s / ±%u", t->totp.digits, t->totp.period_s,
                       algorithms[t->totp.algorithm], t->totp.skew);
}

static void crl_grace_text(const struct login_terms *t, char *to) {
        login_terms_compare_span(t->card.crl_grace_s, to, TERM_TEXT);
}

static void grace_text(const struct login_terms *t, char *to) {
        login_terms_compare_span(t->card.grace_s, to, TERM_TEXT);
}

static void module_text(const struct login_terms *t, char *to) {
        (void)snprintf(to, TERM_TEXT, "%s", t->card.module ? quote(t->card.module).text : "");
}

static void last_try_text(const struct login_terms *t, char *to) {
        (void)snprintf(to, TERM_TEXT, "%s", t->card.spend_last_try ? "allow" : "refuse");
}

static void removal_text(const struct login_terms *t, char *to) {
        static const char *const words[] = {
                [CARD_REMOVAL_LOCK] = "lock", [CARD_REMOVAL_LOGOUT] = "logout", [CARD_REMOVAL_IGNORE] = "ignore"
        };

        (void)snprintf(to, TERM_TEXT, "%s", words[t->card.removal]);
}

static void map_text(const struct login_terms *t, char *to) {
        static const char *const words[] = {
                [CARD_MAP_NONE] = "none", [CARD_MAP_CN] = "cn", [CARD_MAP_UPN] = "upn", [CARD_MAP_EMAIL] = "email"
        };

        (void)snprintf(to, TERM_TEXT, "%s", words[t->card.map]);
}

static void domain_text(const struct login_terms *t, char *to) {
        (void)snprintf(to, TERM_TEXT, "%s", t->card.domain ? quote(t->card.domain).text : "");
}

static void policies_text(const struct login_terms *t, char *to) {
        size_t used = 0;

        to[0] = '\0';
        for (size_t i = 0; i < t->card.n_policies && used < TERM_TEXT; i++)
                used += (size_t)snprintf(to + used, TERM_TEXT - used, "%s%s", i ? " " : "", t->card.policies[i]);
}

static const struct {
        const char *name[2];
        void (*text)(const struct login_terms *t, char *to);
} terms[] = {
        { { "失敗の制限 (回数 / 期間 / 停止)", "throttle (attempts / within / for)" }, throttle_text },
        { { "ワンタイムパスワード (桁 / 周期 / 方式 / 許容)", "totp (digits / period / algorithm / skew)" },
          totp_text },
        { { "カードの module", "card module" }, module_text },
        { { "カードの crl_grace", "card crl_grace" }, crl_grace_text },
        { { "カードの last_try", "card last_try" }, last_try_text },
        { { "カードの removal", "card removal" }, removal_text },
        { { "カードの grace", "card grace" }, grace_text },
        { { "カードの map", "card map" }, map_text },
        { { "カードの domain", "card domain" }, domain_text },
        { { "カードの policy", "card policy" }, policies_text },
};

static bool is_among(const char *pem, const char *const *others, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(pem, others[i]) == 0)
                        return true;
        return false;
}

/* An authority's name as people read it; the caller frees. NULL: no memory (every authority could be read before). */
static char *authority_name(const char *pem) {
        struct bytes in = bytes_text(pem);
        auto_free uint8_t *der = NULL;
        auto_x509 certificate = NULL;
        const unsigned char *at;
        size_t size;

        if (pem_read(&in, "CERTIFICATE", &der, &size, NULL) < 0)
                return NULL;
        at = der;
        certificate = d2i_X509(NULL, &at, (long)size);
        return certificate ? crypto_name(X509_get_subject_name(certificate)) : NULL;
}

static void authorities_missing(struct comparison *c, const struct login_terms *some, const struct login_terms *others,
                                const char *what, enum diff_kind kind) {
        for (size_t i = 0; i < some->card.n_authorities; i++) {
                const char *pem = some->card.authorities[i];
                auto_free char *name = NULL;
                FILE *f;

                if (is_among(pem, others->card.authorities, others->card.n_authorities))
                        continue;
                name = authority_name(pem);
                f = name ? line_begin(c) : NULL;
                if (f)
                        (void)fprintf(f, "%s: %s", what, comparison_quote(c, name).text);
                line_end(c, f, kind);
        }
}

static bool lists_same(const struct login_terms *a, const struct login_terms *b) {
        bool same = a->card.n_revocation == b->card.n_revocation;

        for (size_t i = 0; same && i < a->card.n_revocation; i++)
                same = is_among(a->card.revocation[i], b->card.revocation, b->card.n_revocation)
                       && is_among(b->card.revocation[i], a->card.revocation, a->card.n_revocation);
        return same;
}

void login_terms_compare(struct comparison *c) {
        const struct login_terms *was = policy_login_terms(c->old), *is = policy_login_terms(c->new);

        for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
                char from[TERM_TEXT], to[TERM_TEXT];

                terms[i].text(was, from);
                terms[i].text(is, to);
                comparison_change(c, DIFF_OTHER, terms[i].name[c->english], from, to);
        }
        authorities_missing(c, was, is,
                            comparison_word(c, "信頼しなくなるカードの発行元", "card issuer no longer trusted"),
                            DIFF_LESS);
        authorities_missing(c, is, was, comparison_word(c, "信頼するカードの発行元", "card issuer trusted from now on"),
                            DIFF_MORE);
        if (!lists_same(was, is))
                comparison_say(
                        c, DIFF_OTHER,
                        comparison_word(c, "カードの失効情報が新しくなります", "card revocation lists are replaced"));
}
