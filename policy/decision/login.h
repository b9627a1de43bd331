/* SPDX-License-Identifier: MIT */
/* login.h — what a compiled policy says of a login. No I/O, no clock, no look-up of people. Strings live as long as the
 * policy. */
#pragma once

#include "decision/policy.h"

/* Each factor that a person can show: its enumerator, its name in a policy, in the log and on sockets, its class (知識
 * or 所持), and its name for people. */
#define FACTOR_ROWS(ROW)                                                                                               \
        ROW(FACTOR_PASSWORD, "password", KNOWLEDGE, "パスワード", "password")                                          \
        ROW(FACTOR_PIN, "pin", KNOWLEDGE, "暗証番号", "PIN")                                                           \
        ROW(FACTOR_TOTP, "totp", POSSESSION, "ワンタイムパスワード", "one-time code")                                  \
        ROW(FACTOR_CARD, "card", POSSESSION, "ICカード", "card")                                                       \
        ROW(FACTOR_RECOVERY, "recovery", POSSESSION, "回復コード", "recovery codes")

/* Those that are enrolled on the terminal, as a usage line shows them. */
#define FACTORS_ENROLLED "totp|card|recovery"

#define FACTOR_ENUMERATOR(factor, name, class, ja, en) factor,
enum factor { FACTOR_ROWS(FACTOR_ENUMERATOR) FACTORS };
#define FACTOR_BIT(f) (1U << (f))

#define ALTERNATIVES_MAX 8

/* What one person must show to one PAM service. Each alternative is a set of FACTOR_BITs that spans 知識 and 所持. */
struct login_plan {
        const char *rule; /* its name */
        size_t n;
        uint32_t alternatives[ALTERNATIVES_MAX]; /* in the policy's order */
        bool single_prompt;                      /* the service shows one prompt only: password+code in one line */
};

/* False: no rule is for this person at this service, or the rule's services do not name it: refuse. A NULL policy, and
 * one that says nothing in `login:`, ask everybody for password+recovery. */
bool policy_login_plan(const struct policy *p, const struct person *who, const char *service, struct login_plan *ret);

/* What somebody is asked for whom no rule is: what the first rule for this service asks that is not for administrators
 * alone, else the first one. n is 0 where no rule is for the service. */
void policy_login_decoy(const struct policy *p, const char *service, struct login_plan *ret);

bool login_plan_offers(const struct login_plan *plan, uint32_t factors); /* an alternative of these factors */

/* Is there any alternative at all, whoever it is for, that these factors make up? */
bool policy_login_offers(const struct policy *p, uint32_t factors);

/* Where `login:` stands in the text (from 1). False: the policy says nothing of it. */
bool policy_login_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column);

/* The account phase lets this service's sessions in without our authentication (`login: exempt:`). Never when sealed.
 */
bool policy_login_exempt(const struct policy *p, const char *service);

#define TOKEN_PERIOD_LEAST 15 /* seconds */
#define TOKEN_PERIOD_MAX 120
enum totp_algorithm { TOTP_SHA1, TOTP_SHA256, TOTP_SHA512 };
enum card_removal { CARD_REMOVAL_LOCK, CARD_REMOVAL_LOGOUT, CARD_REMOVAL_IGNORE };
enum card_map {
        CARD_MAP_NONE,
        CARD_MAP_CN,
        CARD_MAP_UPN,
        CARD_MAP_EMAIL
}; /* which name in the certificate is the user */

struct login_terms {
        struct {
                unsigned attempts;          /* failures before the first pause: 5 */
                uint32_t within_s, pause_s; /* 900, 1800 */
        } throttle;
        struct {
                unsigned digits, period_s, skew; /* of new enrolments: 6, 30; steps to either side: 1 */
                enum totp_algorithm algorithm;
        } totp;
        struct {
                const char *module;                                 /* absolute path; NULL: no card section */
                const char *const *authorities, *const *revocation; /* PEM */
                const char *const *policies;                        /* OIDs in digits, one of which is demanded */
                size_t n_authorities, n_revocation, n_policies;
                const char *domain; /* of mapped addresses; NULL: any, in policies of before 0.5 */
                uint32_t crl_grace_s;
                bool spend_last_try;
                enum card_removal removal;
                uint32_t grace_s; /* without anybody who can say whether the card is there: 30 */
                enum card_map map;
        } card;
};

/* Never NULL; a NULL policy has the defaults. */
const struct login_terms *policy_login_terms(const struct policy *p);

const char *factor_name(enum factor f); /* "password" … as in the policy */

/* "card+pin" of such a set, in the policy's words; `to` holds 64 characters. */
void factors_words(uint32_t factors, char *to, size_t size);
