/* SPDX-License-Identifier: MIT */
/* enrol.c — sekimori enrol: give a person something to log in with. The agent checks and stores. */
#include "cli/enrol.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "cli/ask.h"
#include "cli/verbs.h"
#include "control/token.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOTP 1U
#define CARD 2U
#define RECOVERY 4U
#define ANY (TOTP | CARD | RECOVERY)

static const struct {
        const char *name;
        unsigned factor;
        enrol_way *way;
} ways[] = { { "totp", TOTP, enrol_totp }, { "card", CARD, enrol_card }, { "recovery", RECOVERY, enrol_recovery } };
#define WAYS (sizeof ways / sizeof *ways)

static const struct option longs[] = {
        { "label", required_argument, NULL, 'L' },
        { "algorithm", required_argument, NULL, 'a' },
        { "digits", required_argument, NULL, 'd' },
        { "period", required_argument, NULL, 'p' },
        { "import", required_argument, NULL, 'i' },
        { "code", required_argument, NULL, 'c' },
        { "no-qr", no_argument, NULL, 'q' },
        { "slot", required_argument, NULL, 's' },
        { "id", required_argument, NULL, 'I' },
        { "serial", required_argument, NULL, 'S' },
        { "certificate", required_argument, NULL, 'C' },
        { "module", required_argument, NULL, 'm' },
        { "replace", no_argument, NULL, 'R' },
        { "force", no_argument, NULL, 'f' },
        { "lang", required_argument, NULL, 'l' },
        { "runtime-dir", required_argument, NULL, 'r' },
        { 0 },
};

/* Which factors an option is for. */
static unsigned meant_for(int option) {
        if (strchr("Ladpicq", option))
                return TOTP;
        if (strchr("sISCm", option))
                return CARD;
        return option == 'R' ? RECOVERY : ANY;
}

static void take_option(struct enrolment *e, int option, const char *value) {
        const struct {
                int option;
                const char **to;
        } texts[] = {
                { 'L', &e->label },
                { 'a', &e->algorithm },
                { 'd', &e->digits },
                { 'p', &e->period },
                { 'i', &e->import },
                { 'c', &e->code },
                { 's', &e->slot },
                { 'I', &e->id },
                { 'S', &e->serial },
                { 'C', &e->certificate },
                { 'm', &e->module },
                { 'l', &e->terminal.language },
                { 'r', &e->terminal.runtime_dir },
        };

        e->no_qr |= option == 'q';
        e->replace |= option == 'R';
        e->force |= option == 'f';
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                if (texts[i].option == option)
                        *texts[i].to = value;
}

/* "USER FACTOR", or "totp" alone for a table that names its users. */
static int take_operands(struct enrolment *e, int argc, char **argv, unsigned options, size_t *ret_way) {
        const char *name = argc > 0 ? argv[argc - 1] : "";
        size_t way = 0;

        while (way < WAYS && strcmp(ways[way].name, name) != 0)
                way++;
        if (way == WAYS || argc > 2 || (argc == 1 && !e->import))
                return wrong_usage();
        if (options & ~ways[way].factor & ANY)
                return complain(EXIT_USAGE, "%s では使えないオプションがあります（sekimori enrol --help）",
                                "an option does not go with %s; see sekimori enrol --help", name);
        if (argc == 2 && strlen(argv[0]) >= sizeof e->user)
                return complain(EXIT_USAGE, "利用者名として使えない名前です", "that is no name of a user");
        if (argc == 2)
                (void)person_is_known(argv[0], e->user, sizeof e->user);
        *ret_way = way;
        return EXIT_OK;
}

static int number(const char *text, int least, int most) {
        char *end;
        long value = strtol(text, &end, 10);

        return *text && !*end && value >= least && value <= most ? (int)value : -1;
}

static json_int_t policy_number(const struct enrolment *e, const char *key) {
        json_t *totp = json_object_get(json_object_get(e->terminal.status, "login"), "totp");

        return json_integer_value(json_object_get(totp, key));
}

static int take_defaults(struct enrolment *e) {
        json_t *totp = json_object_get(json_object_get(e->terminal.status, "login"), "totp");
        const char *algorithm = json_string_value(json_object_get(totp, "algorithm"));
        int digits = e->digits ? number(e->digits, 6, 8) : (int)policy_number(e, "digits");
        int period =
                e->period ? number(e->period, TOKEN_PERIOD_LEAST, TOKEN_PERIOD_MOST) : (int)policy_number(e, "period");

        if (algorithm)
                (void)algorithm_from_name(algorithm, &e->defaults.algorithm);
        if (e->algorithm && !algorithm_from_name(e->algorithm, &e->defaults.algorithm))
                return complain(EXIT_USAGE, "--algorithm は sha1、sha256、sha512 のどれかです",
                                "--algorithm is sha1, sha256 or sha512");
        if (digits < 0)
                return complain(EXIT_USAGE, "--digits は 6、7、8 のどれかです", "--digits is 6, 7 or 8");
        if (period < 0)
                return complain(EXIT_USAGE, "--period は %d から %d 秒までです", "--period is %d to %d seconds",
                                TOKEN_PERIOD_LEAST, TOKEN_PERIOD_MOST);
        if (e->label && !label_is_fit(e->label))
                return complain(EXIT_USAGE, "--label が長すぎるか、使えない文字があります",
                                "--label is too long, or has characters that cannot be used");
        e->defaults.digits = (uint8_t)digits;
        e->defaults.period_s = (uint16_t)period;
        return EXIT_OK;
}

/* Codes made now would be right for another time. */
static void warn_of_clock(const struct enrolment *e) {
        if (json_is_true(json_object_get(json_object_get(e->terminal.status, "policy"), "issued_in_future")))
                (void)complain(0,
                               "注意: 端末の時計が、ポリシーの発行日時より前です。date で確かめてから登録してください",
                               "note: this terminal's clock is before the day the policy was issued: check it (date)");
}

bool enrol_is_for_somebody(const struct enrolment *e, const char *user) {
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

int enrol(int argc, char **argv) {
        struct enrolment e = { .terminal.runtime_dir = RUNTIME_DIR, .asks = isatty(STDIN_FILENO) };
        unsigned options = 0;
        size_t way = 0;
        int c, code;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                options |= meant_for(c) == ANY ? 0 : meant_for(c);
                take_option(&e, c, optarg);
        }
        people_keep_secrets();
        code = take_operands(&e, argc - optind, argv + optind, options, &way);
        if (code == EXIT_OK)
                code = terminal_ask(&e.terminal);
        if (code == EXIT_OK)
                code = take_defaults(&e);
        if (code == EXIT_OK && e.user[0] && !enrol_is_for_somebody(&e, e.user))
                code = complain(EXIT_REFUSED, "%s: この端末にいない利用者です（それでも登録するには --force）",
                                "%s: this terminal knows no such user (--force to enrol all the same)", e.user);
        if (code == EXIT_OK) {
                warn_of_clock(&e);
                code = e.import ? enrol_import(&e) : ways[way].way(&e);
        }
        terminal_deinit(&e.terminal);
        return code;
}
