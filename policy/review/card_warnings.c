/* SPDX-License-Identifier: MIT */
/* card_warnings.c — see card_warnings.h. Asks the same questions as a login does (signature/authorities.h), without a
 * card. */
#include "review/card_warnings.h"

#include "base/quote.h"
#include "decision/rule.h"
#include "signature/authorities.h"
#include "signature/signer.h"

#include <stdio.h>

static const struct phrase list_words[LIST_FAULTS] = {
        [LIST_NONE] = { "この名前の認証局が authorities にありません。だれのカードにも効きません",
                        "no authority of this name is among the authorities: it covers nobody's card" },
        [LIST_KEY] = { "authorities にあるこの名前の認証局の、失効リストに使える鍵で署名されていません。"
                       "カードがすべて拒否されます",
                       "signed with no key of an authority of this name that may sign lists: every card is refused" },
        [LIST_UNKNOWN] = { "解釈できない重要な(critical)拡張があります。カードがすべて拒否されます",
                           "carries a critical extension that is not understood: every card is refused" },
        [LIST_INDIRECT] = { "間接の失効リスト(indirectCRL)です。この発行元自身のカードのほかには効きません",
                            "an indirect list (indirectCRL): it covers cards of this issuer itself, and of no other" },
        [LIST_PART] = { "分割された失効リストです(issuingDistributionPoint)。配布点(cRLDistributionPoints)が同じカードのほかは、"
                        "拒否されます",
                        "one part of a list (issuingDistributionPoint): cards that do not name it among their "
                        "cRLDistributionPoints are refused" },
        [LIST_AUTHORITIES] = { "認証局か属性証明書だけの失効リストです。カードがすべて拒否されます",
                               "a list of authorities or attributes only: every card is refused" },
        [LIST_REASONS] = { "一部の失効理由だけの失効リストです(onlySomeReasons)。カードがすべて拒否されます",
                           "a list of some reasons only (onlySomeReasons): every card is refused" },
        [LIST_OLD] = { "ポリシーの発行日に、期限が crl_grace を含めて切れています。カードがすべて拒否されます",
                       "has run out, crl_grace included, when the policy is issued: every card is refused" },
};

static const struct phrase
        endless = { "次回更新日(nextUpdate)がなく、crl_grace もないため、いつまでも有効です。crl_grace を書くと、発行日から数えます",
                    "has no next update, and the policy no crl_grace: it never runs out. With crl_grace it is as old as its own "
                    "date" },
        expired = { "ポリシーの発行日に、有効期限が切れています。カードがすべて拒否されます",
                    "has expired when the policy is issued: every card of it is refused" },
        not_yet = { "ポリシーの発行日に、まだ有効期間に入っていません。カードがすべて拒否されます",
                    "is not valid yet when the policy is issued: every card of it is refused" },
        revoked = { "失効しているか、その上の認証局が失効しています。カードがすべて拒否されます",
                    "is revoked, or an authority above it is: every card of it is refused" },
        no_list = { "revocation に、この認証局の失効リストがありません。カードがすべて拒否されます",
                    "has no list in revocation, though there are others: every card of it is refused" },
        unknown = { "解釈できない重要な(critical)拡張があります。カードがすべて拒否されます",
                    "carries a critical extension that is not understood: every card of it is refused" },
        forged = { "自己署名が正しくありません。写し間違いがないか確かめてください",
                   "its own signature is wrong: see whether it was copied as a whole" },
        too_deep = {
                "上の認証局の pathLenConstraint より深い位置にあります。authorities に書いた認証局なので、それでも信頼します",
                "is further below another authority than that one's pathLenConstraint allows; being named, it "
                "counts all the same"
        };

struct card_speaker {
        const struct policy *p;
        const struct authorities *a;
        bool english;
        login_warn *warn;
        void *ctx;
};

/* "revocation 2, 'CN=…': words", and what else is said of it. */
static void card_warnings_say(const struct card_speaker *s, const char *key, size_t i, const X509_NAME *name,
                              const struct phrase *w, const struct phrase *more) {
        auto_free char *text = crypto_name(name);
        char line[1024];

        (void)snprintf(line, sizeof line, s->english ? "%s %zu, '%s': %s%s%s" : "%s %zu「%s」: %s%s%s", key, i + 1,
                       text ? shown(text).text : "?", s->english ? w->en : w->ja,
                       more ? (s->english ? ": " : "。") : "", more ? (s->english ? more->en : more->ja) : "");
        s->warn(s->ctx, s->p->login.at_card, line);
}

/* As of a card of its issuer that names no distribution point. */
static enum list_fault list_fault_of(const struct card_speaker *s, const struct revocation_list *l) {
        if (!l->named)
                return LIST_NONE;
        if (!l->may_cover)
                return LIST_KEY;
        if (l->unknown)
                return LIST_UNKNOWN;
        if (l->point && (l->point->onlyCA > 0 || l->point->onlyattr > 0))
                return LIST_AUTHORITIES;
        if (l->point && l->point->onlysomereasons)
                return LIST_REASONS;
        if (!revocation_in_time(l, s->p->login.terms.card.crl_grace_s, s->p->issued))
                return LIST_OLD;
        if (l->point && l->point->indirectCRL > 0)
                return LIST_INDIRECT;
        return l->point && l->point->distpoint ? LIST_PART : LIST_COVERS;
}

/* Another list of that issuer covers everybody, or the issuer is revoked, which is said: of the list nothing needs to
 * be. */
static bool issuer_is_settled(const struct card_speaker *s, const X509_NAME *issuer) {
        for (size_t i = 0; i < s->a->n; i++)
                if (s->a->of[i].revoked && X509_NAME_cmp(X509_get_subject_name(s->a->of[i].certificate), issuer) == 0)
                        return true;
        for (size_t i = 0; i < s->a->n_lists; i++)
                if (revocation_is_of(&s->a->lists[i], issuer) && list_fault_of(s, &s->a->lists[i]) == LIST_COVERS)
                        return true;
        return false;
}

static void list_warnings(const struct card_speaker *s) {
        for (size_t i = 0; i < s->a->n_lists; i++) {
                const X509_NAME *issuer = X509_CRL_get_issuer(s->a->lists[i].list);
                enum list_fault fault = list_fault_of(s, &s->a->lists[i]);

                if (revocation_is_endless(&s->a->lists[i], s->p->login.terms.card.crl_grace_s))
                        card_warnings_say(s, "revocation", i, issuer, &endless, NULL);
                if (fault != LIST_COVERS && !issuer_is_settled(s, issuer))
                        card_warnings_say(s, "revocation", i, issuer, &list_words[fault], NULL);
        }
}

static bool has_a_list(const struct card_speaker *s, X509 *authority) {
        for (size_t i = 0; i < s->a->n_lists; i++)
                if (revocation_is_of(&s->a->lists[i], X509_get_subject_name(authority)))
                        return true;
        return false;
}

/* How many authorities of the policy are below this one, one under the other: what its pathLenConstraint counts. */
static bool is_too_deep(const struct card_speaker *s, X509 *one) {
        X509 *at = one;

        for (size_t below = 0; below < s->a->n; below++) {
                X509 *above = NULL;

                for (size_t i = 0; i < s->a->n && !above; i++)
                        if (X509_cmp(s->a->of[i].certificate, at) != 0 && authority_issued(s->a->of[i].certificate, at))
                                above = s->a->of[i].certificate;
                if (!above)
                        return false;
                if (X509_get_pathlen(above) >= 0 && (size_t)X509_get_pathlen(above) <= below)
                        return true;
                at = above;
        }
        return false;
}

/* Whose cards there may be: one that signed no other authority of the policy. */
static bool signs_cards(const struct card_speaker *s, X509 *one) {
        for (size_t i = 0; i < s->a->n; i++)
                if (X509_cmp(s->a->of[i].certificate, one) != 0 && authority_issued(one, s->a->of[i].certificate))
                        return false;
        return true;
}

static bool is_forged(X509 *one) {
        return X509_NAME_cmp(X509_get_subject_name(one), X509_get_issuer_name(one)) == 0
               && X509_get_extension_flags(one) & EXFLAG_SS && !authority_issued(one, one);
}

static void authority_warnings(const struct card_speaker *s, size_t i) {
        static const struct phrase weak = { "この種類の鍵は使えません。カードがすべて拒否されます",
                                            "every card of it is refused" };
        const struct authority *a = &s->a->of[i];
        const EVP_PKEY *key = X509_get0_pubkey(a->certificate);
        const struct phrase *unfit = key ? signer_key_unfit(key) : &weak;
        const struct {
                bool so;
                const struct phrase *words, *more;
        } checks[] = {
                { unfit, &weak, unfit },
                { ASN1_TIME_cmp_time_t(X509_get0_notAfter(a->certificate), (time_t)s->p->issued) < 0, &expired, NULL },
                { ASN1_TIME_cmp_time_t(X509_get0_notBefore(a->certificate), (time_t)s->p->issued) > 0, &not_yet, NULL },
                { a->revoked, &revoked, NULL },
                { X509_get_extension_flags(a->certificate) & EXFLAG_CRITICAL, &unknown, NULL },
                { s->a->n_lists && !has_a_list(s, a->certificate) && signs_cards(s, a->certificate), &no_list, NULL },
                { is_forged(a->certificate), &forged, NULL },
                { is_too_deep(s, a->certificate), &too_deep, NULL },
        };

        for (size_t c = 0; c < sizeof checks / sizeof *checks; c++)
                if (checks[c].so)
                        card_warnings_say(s, "authorities", i, X509_get_subject_name(a->certificate), checks[c].words,
                                          checks[c].more);
}

void card_warnings(const struct policy *p, bool english, login_warn *warn, void *ctx) {
        struct authorities a;
        struct card_speaker s = { p, &a, english, warn, ctx };
        struct err err;

        if (authorities_read(&a, &p->login.terms, &err) < 0) {
                warn(ctx, p->login.at_card, err_text(&err, english ? LANGUAGE_EN : LANGUAGE_JA));
        } else {
                list_warnings(&s);
                for (size_t i = 0; i < a.n; i++)
                        authority_warnings(&s, i);
        }
        (void)crypto_reason();
        authorities_deinit(&a);
}
