/* SPDX-License-Identifier: MIT */
/* people_given.c — petitions about people, answered in one process with a whole terminal. See people_given.h. */
#include "unit/agent/daemon/control/people_given.h"

#include "auth/totp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct terminal terminal;
struct subject subject;
char reason[ERR_TEXT], reason_ja[ERR_TEXT_JA];

void given_a_terminal(void) {
        struct err err = { 0 };

        terminal_begin(&terminal);
        terminal_start(&terminal);
        subject = (struct subject){ .state = terminal.state,
                                    .gate = terminal.gate,
                                    .audit = terminal.audit,
                                    .usb = terminal.usb,
                                    .store = terminal.store };
        cr_assert_eq(factors_open(store_fd(terminal.store), "/nonexistent", &subject.factors, &err), 0, "%s", err.text);
        cr_assert_eq(tallies_open(store_fd(terminal.store), &subject.tallies, &err), 0, "%s", err.text);
}

void drop_terminal(void) {
        tallies_close(subject.tallies);
        factors_close(subject.factors);
        terminal_end(&terminal);
}

static bool is_ascii(const char *text) {
        while (*text > 0)
                text++;
        return !*text;
}

enum control_code ask(people_request *how, const char *asked, json_t **ret) {
        char text[1024];
        struct petition p = { .subject = &subject, .who = 0 };
        enum control_code code;

        (void)snprintf(text, sizeof text, "%s", asked);
        for (char *c = text; *c; c++)
                *c = *c == '\'' ? '"' : *c;
        p.asked = json_loads(text, 0, NULL);
        cr_assert(p.asked, "%s", text);
        code = petition_answer(&p, how);
        json_decref(p.asked);
        (void)snprintf(reason, sizeof reason, "%s", p.err.text);
        (void)snprintf(reason_ja, sizeof reason_ja, "%s", p.err.ja);
        cr_expect_eq(!*reason, !*reason_ja, "%s: in both languages, or in none", asked);
        cr_expect(!*reason || (is_ascii(reason) && !is_ascii(reason_ja)), "%s: %s, %s", asked, reason, reason_ja);
        if (ret)
                *ret = p.answer;
        else
                json_decref(p.answer);
        return code;
}

json_t *person(const char *user) {
        char asked[128];
        json_t *answer, *one;

        (void)snprintf(asked, sizeof asked, "{'user': '%s'}", user);
        cr_assert_eq(ask(people_factors, asked, &answer), CONTROL_OK, "%s", reason);
        one = json_incref(json_array_get(json_object_get(answer, "people"), 0));
        json_decref(answer);
        return one;
}

size_t count(const char *user, const char *what) {
        auto_json p = person(user);

        return json_is_array(json_object_get(p, what)) ? json_array_size(json_object_get(p, what))
                                                       : (size_t)json_integer_value(json_object_get(p, what));
}

bool is_true(const char *user, const char *what) {
        auto_json p = person(user);

        return json_is_true(json_object_get(p, what));
}

bool record_is(const char *user, const char *what) {
        auto_json p = person(user);

        return strcmp(json_string_value(json_object_get(p, "record")), what) == 0;
}

void code_now(char ret[9]) {
        struct token token = { .digits = 6, .period_s = 30, .n_secret = 20 };

        memcpy(token.secret, "12345678901234567890", 20);
        cr_assert_eq(totp_code(&token, totp_step(&token, time(NULL)), ret), 0);
}

enum control_code enrol_with_code(const char *code) {
        char asked[256];

        (void)snprintf(asked, sizeof asked, "{'user': 'hanako', 'factor': 'totp', 'secret': '%s', 'code': '%s'}", RFC,
                       code);
        return ask(people_enrol, asked, NULL);
}
