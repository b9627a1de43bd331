/* SPDX-License-Identifier: MIT */
/* enrol.c — sekimori enrol: give a person something to log in with. The agent checks and stores. */
#include "cli/factors/enrol.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/verbs.h"
#include "control/token.h"
#include "decision/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
        const char *name;
        enrol_way *way;
} ways[] = { { "totp", enrol_totp }, { "card", enrol_card }, { "recovery", enrol_recovery } };
#define WAYS (sizeof ways / sizeof *ways)

/* "USER FACTOR", or "totp" alone for a table that names its users. */
static int take_words(struct factor_enrolment *e, const struct typed *t, enrol_way **ret_way) {
        const char *factor = t->words[t->n_words - 1], *user = t->n_words == 2 ? t->words[0] : NULL;
        int code = typed_word(t, t->n_words - 1, FACTORS_ENROLLED);

        if (code != EXIT_OK)
                return code;
        if (!user && !e->import)
                return wrong_usage(t->verb);
        if (!e->import && (e->check || e->assign || e->transport_key))
                return complain(EXIT_USAGE, "--check、--assign、--transport-key は --import と一緒に使います",
                                "--check, --assign and --transport-key go with --import");
        if (user && strlen(user) >= sizeof e->user)
                return complain(EXIT_USAGE, "利用者名として使えない名前です", "that is no name of a user");
        if (user)
                (void)person_is_known(user, e->user, sizeof e->user);
        for (size_t i = 0; i < WAYS; i++)
                if (strcmp(ways[i].name, factor) == 0)
                        *ret_way = ways[i].way;
        return EXIT_OK;
}

static json_int_t policy_number(const struct factor_enrolment *e, const char *key) {
        json_t *totp = json_object_get(json_object_get(e->terminal.status, "login"), "totp");

        return json_integer_value(json_object_get(totp, key));
}

static int take_defaults(struct factor_enrolment *e, const struct typed *t) {
        json_t *totp = json_object_get(json_object_get(e->terminal.status, "login"), "totp");
        const char *algorithm = json_string_value(json_object_get(totp, "algorithm")),
                   *typed = t->value[OPTION_ALGORITHM];
        uint64_t digits = (uint64_t)policy_number(e, "digits"), period = (uint64_t)policy_number(e, "period");
        int code = typed_number(t, OPTION_DIGITS, 6, 8, &digits);

        if (code == EXIT_OK)
                code = typed_number(t, OPTION_PERIOD, TOKEN_PERIOD_LEAST, TOKEN_PERIOD_MAX, &period);
        if (code != EXIT_OK)
                return code;
        if (typed || algorithm)
                (void)algorithm_from_name(typed ? typed : algorithm, &e->defaults.algorithm);
        if (e->label && !label_is_fit(e->label))
                return complain(EXIT_USAGE, "--label が長すぎるか、使えない文字があります",
                                "--label is too long, or has characters that cannot be used");
        e->says_algorithm = typed != NULL;
        e->defaults.digits = (uint8_t)digits;
        e->defaults.period_s = (uint16_t)period;
        return EXIT_OK;
}

/* The terminal's clock is wrong: a code would be checked for another time. */
static void warn_of_clock(const struct factor_enrolment *e) {
        if (json_is_true(json_object_get(json_object_get(e->terminal.status, "policy"), "issued_in_future")))
                (void)complain(0,
                               "注意: 端末の時計が、ポリシーの発行日時より前です。date で確かめてから登録してください",
                               "note: this terminal's clock is before the day the policy was issued: check it (date)");
}

bool enrol_is_for_somebody(const struct factor_enrolment *e, const char *user) {
        char spelt[256];

        return e->force || person_is_known(user, spelt, sizeof spelt);
}

json_t *enrol_token_request(const char *user, const struct token *t, const char *label, const char *code) {
        char secret[2 * TOKEN_SECRET + 4];
        json_t *o;

        totp_base32(t->secret, t->n_secret, secret);
        o = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i}", "user", user, "factor", "totp", "secret", secret, "algorithm",
                      algorithm_name(t->algorithm), "digits", (int)t->digits, "period", (int)t->period_s);
        secret_wipe(secret, sizeof secret);
        if (label && *label)
                (void)json_object_set_new(o, "label", json_string(label));
        if (code)
                (void)json_object_set_new(o, "code", json_string(code));
        return o;
}

int enrol(const struct typed *t) {
        struct factor_enrolment e = { .terminal.runtime_dir = t->value[OPTION_RUNTIME_DIR],
                                      .label = t->value[OPTION_LABEL],
                                      .import = t->value[OPTION_IMPORT],
                                      .assign = t->value[OPTION_ASSIGN],
                                      .transport_key = t->value[OPTION_TRANSPORT_KEY],
                                      .code = t->value[OPTION_CODE],
                                      .slot = t->value[OPTION_SLOT],
                                      .id = t->value[OPTION_ID],
                                      .serial = t->value[OPTION_SERIAL_CARD],
                                      .certificate = t->value[OPTION_CERTIFICATE],
                                      .module = t->value[OPTION_MODULE],
                                      .no_qr = typed_has(t, OPTION_NO_QR),
                                      .replace = typed_has(t, OPTION_REPLACE),
                                      .force = typed_has(t, OPTION_FORCE_USER),
                                      .check = typed_has(t, OPTION_CHECK),
                                      .asks = isatty(STDIN_FILENO) };
        enrol_way *way = NULL;
        int code;

        people_keep_secrets();
        code = take_words(&e, t, &way);
        e.terminal.l = language_now();
        if (code == EXIT_OK && !e.check)
                code = terminal_ask(&e.terminal);
        if (code == EXIT_OK)
                code = take_defaults(&e, t);
        if (code == EXIT_OK && !e.check && e.user[0] && !enrol_is_for_somebody(&e, e.user))
                code = complain(EXIT_REFUSED, "%s: この端末にいない利用者です（それでも登録するには --force）",
                                "%s: this terminal knows no such user (--force to enrol all the same)", e.user);
        if (code == EXIT_OK) {
                warn_of_clock(&e);
                code = e.import ? enrol_import(&e) : way(&e);
        }
        terminal_deinit(&e.terminal);
        return code;
}
