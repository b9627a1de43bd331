/* SPDX-License-Identifier: MIT */
/* check_new.c — what is refused in a new policy only: it compiles, so that where an earlier version accepted it, it
 * stays in force. */
#include "decision/rule.h"

#include <errno.h>

#define WORDS 64

/* A sheet of recovery codes lasts for ten logins: nobody means to spend one beside each of the token's. */
static int two_codes_refuse(const struct login_plane *l, struct err *err) {
        char both[WORDS], token[WORDS], paper[WORDS];

        if (!l->two_codes.at.line)
                return 0;
        factors_words(l->two_codes.factors, both, sizeof both);
        factors_words(l->two_codes.factors & ~FACTOR_BIT(FACTOR_RECOVERY), token, sizeof token);
        factors_words(l->two_codes.factors & ~FACTOR_BIT(FACTOR_TOTP), paper, sizeof paper);
        return refuse_at(
                err, l->two_codes.at,
                "「%1$s」は、ログインのたびにワンタイムパスワードと回復コードの両方を求めます。"
                "回復コードは10個で終わります。どちらか一方で入れるように、「%2$s」と「%3$s」の二つに分けてください",
                "'%1$s' asks for a one-time code and a recovery code at each login, and a sheet has ten: "
                "write two alternatives, '%2$s' and '%3$s'",
                both, token, paper);
}

/* Any authority of the policy may sign an address of any other town. */
int policy_check_new(const struct policy *p, struct err *err) {
        const struct login_plane *l = &p->login;
        bool of_addresses = l->terms.card.map == CARD_MAP_UPN || l->terms.card.map == CARD_MAP_EMAIL;

        if (of_addresses && !l->terms.card.domain)
                return refuse_at(err, l->at_card,
                                 "map: upn と map: email には、どのドメインの利用者かを示す domain: が要ります"
                                 "（例: domain: city.example.lg.jp）",
                                 "map: upn and map: email need domain:, whose users they are (as in domain: "
                                 "city.example.lg.jp)");
        return two_codes_refuse(l, err);
}
