/* SPDX-License-Identifier: MIT */
/* login.c — see login.h. The module, the agent and the password check are the real ones; pamtester is the login
 * program. */
#include "demo/login.h"

#include "demo/people.h"
#include "demo/quote.h"
#include "demo/stage.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Somebody types these lines at the login program. */
static bool logs_in(const char *first, const char *second) {
        char typed[256];

        (void)snprintf(typed, sizeof typed, "%s\n%s%s", first, second, *second ? "\n" : "");
        return type(typed, "pamtester", "login", PERSON, "authenticate", "acct_mgmt", NULL) == 0;
}

/* A question is a line of its own: nobody sees what is typed behind it. */
static void quote_conversation(size_t questions) {
        static char text[4096];
        const char *from = printed(), *end = strstr(from, "\npamtester: "), *colon;
        size_t n = 0;

        while (questions-- > 0 && (colon = strstr(from, ": ")) != NULL) {
                n += (size_t)snprintf(text + n, sizeof text - n, "%.*s\n", (int)(colon + 1 - from), from);
                from = colon + 2;
        }
        (void)snprintf(text + n, sizeof text - n, "%.*s", end ? (int)(end - from) : (int)strlen(from), from);
        quote(text);
}

/* What the token shows now, by somebody else's arithmetic. */
static const char *token(void) {
        static char code[7];
        int r = type("", "oathtool", "--totp", "-b", TOKEN, NULL);

        claim(r == 0 && strspn(printed(), "0123456789") == sizeof code - 1,
              "トークン（番号の出る機械）がワンタイムパスワードを示します", "the token shows a code");
        (void)snprintf(code, sizeof code, "%s", printed());
        quote(code);
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
        quote_conversation(2);
        code = token();
        claim(logs_in(PASSWORD, code), "両方そろうと、入れます", "both together let the person in");
        last_login();
        claim(!logs_in(PASSWORD, code), "使ったワンタイムパスワードは、もう二度と使えません",
              "the code, replayed, is refused");
        quote_conversation(2);
}

void with_card_and_pin(void) {
        scene("ログイン: 職員証（ICカード）と暗証番号", "Logging in: a staff card and its PIN");
        claim(sekimori("enrol", PERSON, "card", "--certificate", "card.pem", "--runtime-dir", "run", NULL) == 0,
              "職員に職員証を登録しました", "the card is enrolled");
        claim(!logs_in("0000", ""), "暗証番号が違うと、入れません", "a wrong PIN is refused");
        quote_conversation(1);
        claim(logs_in(PIN, ""), "カードの鍵が署名し、暗証番号も合えば、入れます",
              "the card's key signs and the PIN is right: let in");
        last_login();
}
