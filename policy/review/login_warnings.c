/* SPDX-License-Identifier: MIT */
/* login_warnings.c — what a careful colleague would say of a `login:` that is well-formed: who is locked out, and who
 * gets in too easily. */
#include "base/quote.h"
#include "decision/administrators.h"
#include "decision/list.h"
#include "decision/login_plane.h"
#include "decision/pam_service.h"
#include "decision/rule.h"
#include "review/card_warnings.h"

#include <stdio.h>
#include <string.h>

enum login_warning { NO_ADMIN, NO_RECOVERY, UNREACHABLE, ONLY_CARD, EXEMPT, NO_LIST, WARNINGS };

static const char *const words[WARNINGS][2] = {
        [NO_ADMIN] = { "root も管理者のグループもログインできる規則がありません。端末を管理できる人がいなくなります",
                       "no rule is for root or a group of administrators: nobody could administrate the terminal" },
        [NO_RECOVERY] = { "回復コード(recovery)でログインできる規則がありません。カードやトークンを失うとログインできません",
                          "no rule offers recovery: who loses card or token is locked out" },
        [UNREACHABLE] = { "この規則は使われません。先にある規則がすべて一致します",
                          "this rule is never reached: an earlier one is for all whom it is for" },
        [ONLY_CARD] = { "入力欄がひとつの画面(single_prompt)なのに、パスワードを含む方法がありません。"
                        "カードを置く案内も暗証番号の残り回数も出せません",
                        "a service with a single prompt has no alternative with a password here: it can neither ask for "
                        "the card nor show the PIN tries left" },
        [EXEMPT] = { "人がログインする入口です。exempt に書くと、多要素認証なしで入れます",
                     "people log in here: with exempt they get in without multi-factor authentication" },
        [NO_LIST] = { "authorities があるのに revocation がありません。なくしたカードを失効させられません",
                      "authorities without revocation: a lost card cannot be revoked" },
};

struct login_speaker {
        const struct policy *p;
        bool english;
        login_warn *warn;
        void *ctx;
};

/* Give the warning, with `what` quoted behind it unless that is NULL. */
static void login_warnings_say(const struct login_speaker *s, struct place at, enum login_warning w, const char *what) {
        const char *text = words[w][s->english];
        char line[512];

        if (what)
                (void)snprintf(line, sizeof line, s->english ? "%s: '%s'" : "%s: 「%s」", text, shown(what).text);
        s->warn(s->ctx, at, what ? line : text);
}

static bool is_for_administrators(const struct policy *p, const struct login_rule *r) {
        for (const char *name = administrators; *name; name = list_next(name))
                if (list_has(rule_text(p, r->users), name))
                        return true;
        return !r->users;
}

static bool login_warnings_offers(const struct login_rule *r, enum factor f) {
        for (uint32_t i = 0; i < r->n; i++)
                if (r->alternatives[i] & FACTOR_BIT(f))
                        return true;
        return false;
}

static bool has_single_prompt(const struct policy *p, const struct login_rule *r) {
        const char *service = rule_text(p, p->login.single_prompt);

        for (; *service; service = list_next(service))
                if (!r->services || list_has(rule_text(p, r->services), service))
                        return true;
        for (service = rule_text(p, r->services); *service; service = list_next(service))
                if (pam_service_has(service, PAM_SERVICE_ONE_ANSWER))
                        return true;
        return false;
}

static bool login_warnings_covers(const struct policy *p, uint32_t wide, uint32_t narrow) {
        return !wide || (narrow && list_has_all(rule_text(p, wide), rule_text(p, narrow)));
}

static void rule_warnings(const struct login_speaker *s, const struct login_rule *r) {
        const struct login_plane *l = &s->p->login;

        if (has_single_prompt(s->p, r) && !login_warnings_offers(r, FACTOR_PASSWORD))
                login_warnings_say(s, r->at, ONLY_CARD, NULL);
        for (const struct login_rule *first = l->rules; first < r; first++)
                if (login_warnings_covers(s->p, first->users, r->users)
                    && login_warnings_covers(s->p, first->services, r->services)) {
                        login_warnings_say(s, r->at, UNREACHABLE, rule_text(s->p, first->name));
                        return;
                }
}

/* Anybody could be standing there; the shared files stand for all that include them. */
static bool is_for_people(const char *service) {
        static const char shared[] = "common-auth\0common-account\0other\0";
        const struct pam_service *known = pam_service_find(service);

        return known ? known->kind != PAM_SERVICE_GREETER && known->kind != PAM_SERVICE_MACHINERY
                     : list_has(shared, service);
}

/* Warn of an exempt service at which people log in: `exempt:` is for what runs beside a login (systemd-user, cron). */
static void exempt_warnings(const struct login_speaker *s) {
        const char *service = rule_text(s->p, s->p->login.exempt);

        for (; *service; service = list_next(service))
                if (is_for_people(service))
                        login_warnings_say(s, s->p->login.at_exempt, EXEMPT, service);
}

void login_warnings(const struct policy *p, bool english, login_warn *warn, void *ctx) {
        const struct login_speaker s = { p, english, warn, ctx };
        const struct login_plane *l = &p->login;
        bool for_administrators = false, recovery = false;

        if (!l->at.line)
                return;
        for (size_t i = 0; i < l->n_rules; i++) {
                for_administrators = for_administrators || is_for_administrators(p, &l->rules[i]);
                recovery = recovery || login_warnings_offers(&l->rules[i], FACTOR_RECOVERY);
                rule_warnings(&s, &l->rules[i]);
        }
        if (!for_administrators)
                login_warnings_say(&s, l->at, NO_ADMIN, NULL);
        if (!recovery)
                login_warnings_say(&s, l->at, NO_RECOVERY, NULL);
        if (l->terms.card.n_authorities && !l->terms.card.n_revocation)
                login_warnings_say(&s, l->at_card, NO_LIST, NULL);
        card_warnings(p, english, warn, ctx);
        exempt_warnings(&s);
}
