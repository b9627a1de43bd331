/* SPDX-License-Identifier: MIT */
/* check_new.c — what is refused in a new policy only: it compiles, so that where an earlier version accepted it, it
 * stays in force. */
#include "decision/rule.h"

#include <errno.h>

#define WORDS 64

/* A sheet of recovery codes lasts for ten logins: nobody means to spend one beside each of the token's. */
int policy_check_new(const struct policy *p, struct err *err) {
        const struct login_plane *l = &p->login;
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
