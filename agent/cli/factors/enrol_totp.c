/* SPDX-License-Identifier: MIT */
/* enrol_totp.c — a new secret for an app: shown once, as a QR code and as text, and stored after a correct code was
 * typed. */
#include "cli/factors/enrol.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "cli/factors/qr.h"
#include "cli/verbs.h"
#include "control/token.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>

#define TRIES 3
#define GROUP 4 /* letters between two spaces */

/* Ask the agent whether it would store the token with a correct code, before anybody takes out a telephone. */
static int check_first(const struct factor_enrolment *e, const struct token *t) {
        json_t *asked = enrol_token_request(e->user, t, e->label, NULL);
        auto_json answer = NULL;

        (void)json_object_set_new(asked, "only_check", json_true());
        return people_ask(&e->terminal, CONTROL_ENROL, asked, &answer, NULL);
}

static int columns_of_terminal(void) {
        struct winsize w = { 0 };

        return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

/* The name of this terminal, so that a person with several terminals in one app can tell them apart. */
static void issuer_of(char *to, size_t size) {
        if (gethostname(to, size) < 0)
                (void)snprintf(to, size, "sekimori");
        to[size - 1] = '\0';
        to[strcspn(to, ".")] = '\0';
}

static void show_qr(const struct factor_enrolment *e, const struct token *t) {
        char uri[1024], issuer[65];

        issuer_of(issuer, sizeof issuer);
        if (totp_uri(t, issuer, e->user, uri, sizeof uri) < 0
            || qr_print(uri, columns_of_terminal(), isatty(STDOUT_FILENO), stdout) < 0)
                (void)puts(SAY(e->terminal.l, "（画面が狭いため、QRコードは表示できません）",
                               "(the QR code does not fit on this screen)"));
        secret_wipe(uri, sizeof uri);
}

static void show_text(const struct factor_enrolment *e, const struct token *t) {
        char secret[2 * TOKEN_SECRET + 4];

        totp_base32(t->secret, t->n_secret, secret);
        (void)fputs(SAY(e->terminal.l, "手で入力する場合:", "To type it by hand:"), stdout);
        for (size_t i = 0; secret[i]; i++)
                (void)printf("%s%c", i % GROUP ? "" : " ", secret[i]);
        (void)puts("");
        secret_wipe(secret, sizeof secret);
        if (t->algorithm != TOTP_SHA1 || t->digits != 6 || t->period_s != 30)
                (void)printf(SAY(e->terminal.l, "方式: %s、%u桁、%u秒\n", "%s, %u digits, %u seconds\n"),
                             algorithm_name(t->algorithm), t->digits, t->period_s);
        (void)fflush(stdout);
}

static void enrol_totp_show(const struct factor_enrolment *e, const struct token *t) {
        (void)printf(SAY(e->terminal.l, "%s の認証アプリで、次のQRコードを読み取ってください。\n",
                         "Scan this with the authenticator app of %s.\n"),
                     e->user);
        if (!e->no_qr)
                show_qr(e, t);
        show_text(e, t);
}

static int enrol_totp_done(const struct factor_enrolment *e, const json_t *answer) {
        (void)printf(SAY(e->terminal.l,
                         "登録しました: %s（%s）。秘密の値はもう表示できません。画面を消してください（clear）\n",
                         "enrolled: %s (%s). The secret cannot be shown again; clear the screen\n"),
                     e->user, json_string_value(json_object_get(answer, "label")));
        return EXIT_OK;
}

/* The secret stays the same: after a mistyped code the person does not have to scan again. */
static int ask_codes(const struct factor_enrolment *e, const struct token *t) {
        int code = EXIT_REFUSED;

        for (int i = 0; i < TRIES && code == EXIT_REFUSED; i++) {
                auto_json answer = NULL;
                char line[64];

                if (!ask_line(SAY(e->terminal.l,
                                  "アプリに出ているワンタイムパスワード: ", "The code that the app shows: "),
                              line, sizeof line))
                        return complain(EXIT_REFUSED, "登録していません", "nothing was enrolled");
                code = people_ask(&e->terminal, CONTROL_ENROL, enrol_token_request(e->user, t, e->label, line), &answer,
                                  NULL);
                if (code == EXIT_OK)
                        return enrol_totp_done(e, answer);
        }
        return code;
}

int enrol_totp(struct factor_enrolment *e) {
        struct token t = e->defaults;
        int code;

        if (e->code)
                return complain(
                        EXIT_USAGE,
                        "--code は --import と一緒に使います（新しい秘密の値のワンタイムパスワードは、まだ誰にも分かりません）",
                        "--code goes with --import: of a new secret nobody can know a code yet");
        if (!e->asks)
                return complain(
                        EXIT_COULD_NOT,
                        "ワンタイムパスワードを聞き返すため、端末の画面から実行してください（ハードウェアトークンは --import）",
                        "a code is asked for: run this at a terminal (hardware tokens: --import)");
        t.n_secret = (uint8_t)algorithm_secret_size(t.algorithm);
        if (getrandom(t.secret, t.n_secret, 0) != t.n_secret)
                return complain(EXIT_COULD_NOT, "乱数を得られません", "no random bytes");
        code = check_first(e, &t);
        if (code == EXIT_OK) {
                enrol_totp_show(e, &t);
                code = ask_codes(e, &t);
        }
        secret_wipe(&t, sizeof t);
        return code;
}
