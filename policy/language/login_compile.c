/* SPDX-License-Identifier: MIT */
/* login_compile.c — `login:` from draft to plane: every value checked where it stands. */
#include "base/quote.h"
#include "decision/factor.h"
#include "decision/list.h"
#include "language/compile.h"
#include "language/typing.h"
#include "language/value.h"
#include "signature/crypto.h"
#include "signature/pem.h"

#include <errno.h>
#include <string.h>

#define SERVICE_MAX 63 /* bytes: what the wire carries */
#define GRACE_MOST_S 600

static void note_two_codes(const struct compiler *c, uint32_t item, uint32_t factors) {
        const uint32_t codes = FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_RECOVERY);
        struct login_plane *l = &c->policy->login;

        if ((factors & codes) == codes && !l->two_codes.at.line) {
                l->two_codes.at = outline_place(c->outline, item);
                l->two_codes.factors = factors;
        }
}

static int alternative_check(const struct compiler *c, uint32_t item, const char *s, bool has_card, uint32_t *ret) {
        struct alternative a = alternative_parse(s);

        if (a.fault)
                return misfit_hint(
                        c->err, refuse(c, item, NULL, "「%s」: " IN_JA, "'%s' " IN_EN, shown(s).text, PHRASE(a.fault)),
                        s);
        if (!a.spans)
                return refuse(c, item, NULL, "「%s」は" IN_JA "だけです。知識と所持の両方が要ります",
                              "'%s' is " IN_EN " alone: knowledge and possession are both needed", shown(s).text,
                              PHRASE(a.only));
        if (a.factors & FACTOR_BIT(FACTOR_CARD) && !has_card)
                return refuse(c, item, NULL, "「%s」はカードを使いますが、login に card: がありません",
                              "'%s' asks for a card, but login says nothing in card:", shown(s).text);
        note_two_codes(c, item, a.factors);
        *ret = a.factors;
        return 0;
}

static void alternative_keep(struct login_rule *r, uint32_t factors) {
        for (size_t i = 0; i < r->n; i++)
                if (r->alternatives[i] == factors)
                        return;
        r->alternatives[r->n++] = factors;
}

static int require_compile(const struct compiler *c, const struct draft_entry *d, uint32_t node, bool has_card,
                           struct login_rule *r) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "require")), factors = 0;

        for (unsigned i = 0; i < d->n_require; i++, item = outline_next(c->outline, item)) {
                int error = alternative_check(c, item, d->require[i], has_card, &factors);

                if (error < 0)
                        return error;
                if (i == ALTERNATIVES_MAX)
                        return refuse(c, item, NULL, "組み合わせは %d 個までです", "more than %d alternatives",
                                      ALTERNATIVES_MAX);
                alternative_keep(r, factors);
        }
        return 0;
}

static int services_compile(const struct compiler *c, uint32_t node, const char *key, char *const *services, unsigned n,
                            uint32_t *ret) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, key));

        for (unsigned i = 0; i < n; i++, item = outline_next(c->outline, item))
                if (line_fault(services[i]) || strpbrk(services[i], "/ ") || strlen(services[i]) > SERVICE_MAX)
                        return refuse(c, item, NULL, "「%s」は PAM サービスの名前ではありません",
                                      "'%s' is not the name of a PAM service", shown(services[i]).text);
        *ret = list_put(&c->policy->pool, services, n);
        return 0;
}

static int entry_compile(const struct compiler *c, const struct draft_entry *d, uint32_t node, bool has_card,
                         struct login_rule *ret) {
        struct login_rule r = { .at = outline_place(c->outline, node) };
        int error = refuse_unless_line(c, node, "name", d->name);

        if (error == 0)
                error = refuse_unless_people(c, node, d->users, d->n_users);
        if (error == 0)
                error = require_compile(c, d, node, has_card, &r);
        if (error == 0)
                error = services_compile(c, node, "services", d->services, d->n_services, &r.services);
        if (error < 0)
                return error;
        r.name = pool_text(&c->policy->pool, d->name);
        r.users = list_put(&c->policy->pool, d->users, d->n_users);
        *ret = r;
        return 0;
}

/* The pool keeps a text once: the same name is the same offset. */
static int refuse_known_name(const struct compiler *c, const struct login_plane *l, uint32_t node) {
        const struct login_rule *last = &l->rules[l->n_rules - 1];

        for (const struct login_rule *r = l->rules; r < last; r++)
                if (r->name == last->name)
                        return refuse(c, node, "name", "「%s」という名前の規則が、前にもあります",
                                      "a rule before this one is called '%s' already",
                                      shown(rule_text(c->policy, r->name)).text);
        return 0;
}

static int rules_compile(const struct compiler *c, const struct draft_login *d, uint32_t node) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "rules"));
        struct login_plane *l = &c->policy->login;
        int r = 0;

        l->rules = calloc(d->n_rules, sizeof *l->rules);
        if (!l->rules)
                return refuse_memory(c->err);
        for (unsigned i = 0; r == 0 && i < d->n_rules; i++, item = outline_next(c->outline, item)) {
                r = entry_compile(c, &d->rules[i], item, d->card != NULL, &l->rules[i]);
                if (r == 0 && c->policy->pool.broken)
                        return refuse_memory(c->err);
                l->n_rules++;
                if (r == 0)
                        r = refuse_known_name(c, l, item);
        }
        return r;
}

/* SP 800-63B: no more than 100 failures in a row. */
static int throttle_compile(const struct compiler *c, const struct draft_throttle *d, uint32_t node,
                            struct login_terms *to) {
        uint64_t attempts = to->throttle.attempts;
        int r = refuse_unless_number(c, node, "attempts", d->attempts, 1, 100, &attempts);

        to->throttle.attempts = (unsigned)attempts;
        if (r == 0)
                r = refuse_unless_duration(c, node, "within", d->within, &to->throttle.within_s);
        return r < 0 ? r : refuse_unless_duration(c, node, "for", d->pause, &to->throttle.pause_s);
}

/* RFC 6238 and RFC 4226 §5.3; more than two steps of skew would accept a code for minutes. */
static int totp_compile(const struct compiler *c, const struct draft_totp *d, uint32_t node, struct login_terms *to) {
        uint64_t digits = to->totp.digits, period = to->totp.period_s, skew = to->totp.skew;
        int r = refuse_unless_number(c, node, "digits", d->digits, 6, 8, &digits);

        if (r == 0)
                r = refuse_unless_number(c, node, "period", d->period, TOKEN_PERIOD_LEAST, TOKEN_PERIOD_MAX, &period);
        if (r == 0)
                r = refuse_unless_number(c, node, "skew", d->skew, 0, 2, &skew);
        to->totp.digits = (unsigned)digits;
        to->totp.period_s = (unsigned)period;
        to->totp.skew = (unsigned)skew;
        to->totp.algorithm = (enum totp_algorithm)d->algorithm;
        return r;
}

static const struct phrase
        unreadable = { "読めません", "cannot be read" },
        no_authority = { "認証局の証明書ではありません（basicConstraints が CA ではないか、keyUsage に "
                         "keyCertSign がありません）",
                         "not an authority's: its basicConstraints do not say CA, or its keyUsage not "
                         "keyCertSign" },
        delta = { "ほかの一覧との差分だけの失効リスト（delta CRL）は使えません",
                  "it tells changes to another list only (delta CRL)" };

static const struct phrase *authority_unfit(const uint8_t *der, size_t size) {
        const unsigned char *at = der;
        auto_x509 certificate = d2i_X509(NULL, &at, (long)size);

        if (!certificate || at != der + size)
                return &unreadable;
        return X509_check_ca(certificate) == 1 ? NULL : &no_authority;
}

static const struct phrase *list_unfit(const uint8_t *der, size_t size) {
        const unsigned char *at = der;
        auto_x509_crl list = d2i_X509_CRL(NULL, &at, (long)size);

        if (!list || at != der + size)
                return &unreadable;
        return X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) < 0 ? NULL : &delta;
}

/* What a key of `card:` holds: one PEM block in each text. */
static const struct pem_key {
        const char *key, *label;
        struct phrase thing;
        const struct phrase *(*unfit)(const uint8_t *der, size_t size); /* why; NULL */
} authorities_key = { "authorities", "CERTIFICATE", { "証明書", "certificate" }, authority_unfit },
  revocation_key = { "revocation", "X509 CRL", { "失効リスト", "revocation list" }, list_unfit };

/* "not a certificate: " before what is said of it already. */
static int refuse_thing(const struct compiler *c, const struct pem_key *k, uint32_t item) {
        struct place at = outline_place(c->outline, item);

        (void)err_say_wrap(c->err, -EBADMSG, IN_JA "ではありません", "not a " IN_EN, PHRASE(&k->thing));
        return err_wrap(c->err, -EBADMSG, "%u:%u", at.line, at.column);
}

static int pem_check(const struct compiler *c, const struct pem_key *k, uint32_t item, const char *pem) {
        struct bytes in = bytes_text(pem);
        auto_free uint8_t *der = NULL;
        const struct phrase *unfit;
        size_t size = 0;
        int r = pem_read(&in, k->label, &der, &size, c->err);

        if (r == -ENOMEM)
                return refuse_memory(c->err);
        if (r < 0)
                return refuse_thing(c, k, item);
        if (in.left)
                return refuse(c, item, NULL, "一つの値には" IN_JA "を一つだけ書きます。後ろに何かがあります",
                              "one " IN_EN " in one text: something follows it", PHRASE(&k->thing));
        unfit = k->unfit(der, size);
        if (unfit == &unreadable) {
                (void)err_set(c->err, -EBADMSG, "%s", crypto_reason());
                return refuse_thing(c, k, item);
        }
        return unfit ? refuse(c, item, NULL, IN_JA, IN_EN, PHRASE(unfit)) : 0;
}

static int pems_compile(const struct compiler *c, const struct pem_key *k, char *const *pems, unsigned n, uint32_t node,
                        uint32_t *to) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, k->key));
        int r = 0;

        for (unsigned i = 0; r == 0 && i < n; i++, item = outline_next(c->outline, item)) {
                r = pem_check(c, k, item, pems[i]);
                to[i] = pool_text(&c->policy->pool, pems[i]);
        }
        return r;
}

static int card_policies_compile(const struct compiler *c, const struct draft_card *d, uint32_t node, uint32_t *to) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "policy"));

        if (d->n_policies && !d->n_authorities)
                return refuse(c, node, "policy",
                              "policy には authorities が要ります（証明書ポリシーを保証するのは認証局です）",
                              "policy needs authorities: a certificate's policies are theirs to vouch for");
        for (unsigned i = 0; i < d->n_policies; i++, item = outline_next(c->outline, item)) {
                ASN1_OBJECT *oid = OBJ_txt2obj(d->policies[i], 1); /* in digits only */

                ASN1_OBJECT_free(oid);
                if (!oid) {
                        (void)crypto_reason();
                        return refuse(c, item, NULL, "「%s」は OID ではありません（例: \"1.2.392.200149.8.5.1.1.20\"）",
                                      "'%s' is not an OID (as in \"1.2.392.200149.8.5.1.1.20\")",
                                      shown(d->policies[i]).text);
                }
                to[i] = pool_text(&c->policy->pool, d->policies[i]);
        }
        c->policy->login.terms.card.n_policies = d->n_policies;
        return 0;
}

static int card_authorities_compile(const struct compiler *c, const struct draft_card *d, uint32_t node) {
        struct login_plane *l = &c->policy->login;
        int r;

        l->pem_offsets = calloc((size_t)d->n_authorities + d->n_revocation + d->n_policies + 1, sizeof *l->pem_offsets);
        if (!l->pem_offsets)
                return refuse_memory(c->err);
        r = pems_compile(c, &authorities_key, d->authorities, d->n_authorities, node, l->pem_offsets);
        if (r == 0)
                r = pems_compile(c, &revocation_key, d->revocation, d->n_revocation, node,
                                 l->pem_offsets + d->n_authorities);
        if (r == 0)
                r = card_policies_compile(c, d, node, l->pem_offsets + d->n_authorities + d->n_revocation);
        l->terms.card.n_authorities = d->n_authorities;
        l->terms.card.n_revocation = d->n_revocation;
        return r;
}

/* A grace without an end would be `removal: ignore` for whoever pulls the reader's plug. */
static int grace_compile(const struct compiler *c, const struct draft_card *d, uint32_t node, struct login_terms *to) {
        int r = refuse_unless_duration(c, node, "grace", d->grace, &to->card.grace_s);

        if (r == 0 && to->card.grace_s > GRACE_MOST_S)
                return refuse(c, node, "grace", "「%s」は長すぎます（10m まで）", "'%s' is too long: at most 10m",
                              shown(d->grace).text);
        return r;
}

static int domain_compile(const struct compiler *c, const struct draft_card *d, uint32_t node) {
        if (!d->domain)
                return 0;
        if (d->map != CARD_MAP_UPN && d->map != CARD_MAP_EMAIL)
                return refuse(c, node, "domain", "domain は map: upn か map: email のときに書きます",
                              "domain belongs to map: upn or map: email");
        if (line_fault(d->domain) || strpbrk(d->domain, "@ /*"))
                return refuse(c, node, "domain", "「%s」はドメイン名ではありません（例: city.example.lg.jp）",
                              "'%s' is not the name of a domain (as in city.example.lg.jp)", shown(d->domain).text);
        c->policy->login.domain = pool_text(&c->policy->pool, d->domain);
        return 0;
}

static int card_compile(const struct compiler *c, const struct draft_card *d, uint32_t node, struct login_terms *to) {
        int r;

        if (d->module[0] != '/' || line_fault(d->module) || strstr(d->module, "/../"))
                return refuse(c, node, "module", "「%s」は / で始まる絶対パスではありません",
                              "'%s' is not an absolute path", shown(d->module).text);
        if (d->map != CARD_MAP_NONE && d->n_authorities == 0)
                return refuse(c, node, "map", "map には authorities が要ります（証明書の名前を保証するのは認証局です）",
                              "map needs authorities: a name in a certificate is theirs to vouch for");
        r = refuse_unless_duration(c, node, "crl_grace", d->crl_grace, &to->card.crl_grace_s);
        if (r == 0)
                r = grace_compile(c, d, node, to);
        if (r == 0)
                r = card_authorities_compile(c, d, node);
        if (r == 0)
                r = domain_compile(c, d, node);
        c->policy->login.module = pool_text(&c->policy->pool, d->module);
        c->policy->login.at_card = outline_key_place(c->outline, node);
        to->card.spend_last_try = d->last_try == 1;
        to->card.removal = (enum card_removal)d->removal;
        to->card.map = (enum card_map)d->map;
        return r;
}

int login_compile(const struct compiler *c, const struct draft_login *d, uint32_t node) {
        struct login_plane *l = &c->policy->login;
        int r = 0;

        l->at = outline_key_place(c->outline, node);
        l->at_exempt = outline_key_place(c->outline, outline_key(c->outline, node, "exempt"));
        if (d->throttle)
                r = throttle_compile(c, d->throttle, outline_key(c->outline, node, "throttle"), &l->terms);
        if (r == 0 && d->totp)
                r = totp_compile(c, d->totp, outline_key(c->outline, node, "totp"), &l->terms);
        if (r == 0 && d->card)
                r = card_compile(c, d->card, outline_key(c->outline, node, "card"), &l->terms);
        if (r == 0)
                r = services_compile(c, node, "exempt", d->exempt, d->n_exempt, &l->exempt);
        if (r == 0)
                r = services_compile(c, node, "single_prompt", d->single_prompt, d->n_single_prompt, &l->single_prompt);
        return r < 0 ? r : rules_compile(c, d, node);
}
