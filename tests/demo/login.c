/* SPDX-License-Identifier: MIT */
/* login.c — see login.h. The module, the agent and the password check are the real ones; pamtester is the login
 * program. */
#include "demo/login.h"

#include "demo/people.h"
#include "demo/stage.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer than the helper for the next login takes to start: pam_wrapper takes the folder of a process that is just
 * starting for one that was left behind, and removes it. People are not faster either. */
#define BETWEEN_LOGINS_US 300000

/* Somebody types these lines at the login program. */
static bool logs_in(const char *first, const char *second) {
        char typed[256];

        (void)snprintf(typed, sizeof typed, "%s\n%s%s", first, second, *second ? "\n" : "");
        (void)usleep(BETWEEN_LOGINS_US);
        return type(typed, "pamtester", "login", PERSON, "authenticate", "acct_mgmt", NULL) == 0;
}

/* What the token shows now, by somebody else's arithmetic. */
static const char *token(void) {
        static char code[16];

        claim(type("", "oathtool", "--totp", "-b", TOKEN, NULL) == 0,
              "トークン（番号の出る機械）がワンタイムパスワードを示します", "the token shows a code");
        (void)snprintf(code, sizeof code, "%.6s", printed());
        return code;
}

static void last_login(void) {
        (void)sekimori("audit", "show", "--state-dir", "state", "--lang", "both", "-n", "1", NULL);
        quote(printed());
}

void with_password_and_code(void) {
        const char *code;

        scene("ログイン: パスワードとワンタイムパスワード", "Logging in: a password and a one-time code");
        rewrite("token.csv", "user,serial,secret\n" PERSON ",T-0001," TOKEN "\n");
        claim(sekimori("enrol", PERSON, "totp", "--import", "token.csv", "--runtime-dir", "run", NULL) == 0,
              "職員にトークンを登録しました", "a hardware token is enrolled");
        claim(!logs_in(PASSWORD, "000000"), "パスワードだけ合っていても、入れません",
              "the right password with a wrong code is not enough");
        quote(printed());
        code = token();
        claim(logs_in(PASSWORD, code), "両方そろうと、入れます", "both together let the person in");
        last_login();
        claim(!logs_in(PASSWORD, code), "使ったワンタイムパスワードは、もう二度と使えません",
              "the code, replayed, is refused");
        quote(printed());
}

void with_card_and_pin(void) {
        scene("ログイン: 職員証（ICカード）と暗証番号", "Logging in: a staff card and its PIN");
        claim(sekimori("enrol", PERSON, "card", "--certificate", "card.pem", "--runtime-dir", "run", NULL) == 0,
              "職員に職員証を登録しました", "the card is enrolled");
        claim(!logs_in("0000", ""), "暗証番号が違うと、入れません", "a wrong PIN is refused");
        quote(printed());
        claim(logs_in(PIN, ""), "カードの鍵が署名し、暗証番号も合えば、入れます",
              "the card's key signs and the PIN is right: let in");
        last_login();
}
