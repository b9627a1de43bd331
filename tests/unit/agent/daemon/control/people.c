/* SPDX-License-Identifier: MIT */
/* What an administrator asks about people, answered on a terminal of ours. Codes come from RFC 6238's own key and an
 * implementation held against its vectors in tests/login; whole programs with oathtool are in tests/flow/enrol.py. */
#include "control/people.h"

#include "auth/recovery.h"
#include "auth/totp.h"
#include "control/parcel.h"
#include "host/file.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"
#include "wire/control.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define OTHER "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

static struct terminal t;
static struct subject subject;
static char reason[ERR_TEXT], reason_ja[ERR_TEXT_JA];

static void given_a_terminal(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        terminal_start(&t);
        subject =
                (struct subject){ .state = t.state, .gate = t.gate, .audit = t.audit, .usb = t.usb, .store = t.store };
        cr_assert_eq(factors_open(store_fd(t.store), "/nonexistent", &subject.factors, &err), 0, "%s", err.text);
        cr_assert_eq(tallies_open(store_fd(t.store), &subject.tallies, &err), 0, "%s", err.text);
}

static void drop(void) {
        tallies_close(subject.tallies);
        factors_close(subject.factors);
        terminal_end(&t);
}

static bool is_ascii(const char *text) {
        while (*text > 0)
                text++;
        return !*text;
}

/* *ret may be NULL. `asked` is JSON in single quotes. */
static enum control_code ask(people_request *how, const char *asked, json_t **ret) {
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

static json_t *person(const char *user) {
        char asked[128];
        json_t *answer, *one;

        (void)snprintf(asked, sizeof asked, "{'user': '%s'}", user);
        cr_assert_eq(ask(people_factors, asked, &answer), CONTROL_OK, "%s", reason);
        one = json_incref(json_array_get(json_object_get(answer, "people"), 0));
        json_decref(answer);
        return one;
}

static size_t count(const char *user, const char *what) {
        auto_json p = person(user);

        return json_is_array(json_object_get(p, what)) ? json_array_size(json_object_get(p, what))
                                                       : (size_t)json_integer_value(json_object_get(p, what));
}

static bool is_true(const char *user, const char *what) {
        auto_json p = person(user);

        return json_is_true(json_object_get(p, what));
}

static bool record_is(const char *user, const char *what) {
        auto_json p = person(user);

        return strcmp(json_string_value(json_object_get(p, "record")), what) == 0;
}

static void code_now(char ret[9]) {
        struct token token = { .digits = 6, .period_s = 30, .n_secret = 20 };

        memcpy(token.secret, "12345678901234567890", 20);
        cr_assert_eq(totp_code(&token, totp_step(&token, time(NULL)), ret), 0);
}

static enum control_code enrol_with_code(const char *code) {
        char asked[256];

        (void)snprintf(asked, sizeof asked, "{'user': 'hanako', 'factor': 'totp', 'secret': '%s', 'code': '%s'}", RFC,
                       code);
        return ask(people_enrol, asked, NULL);
}

#define ENROL(user, secret) "{'user': '" user "', 'factor': 'totp', 'secret': '" secret "'}"

TestSuite(people_enrol, .init = given_a_terminal, .fini = drop, .timeout = 30);

Test(people_enrol, a_right_code_counts_and_is_used_up) {
        struct factors f;
        struct tally tally;
        char code[9];

        code_now(code);
        cr_assert_eq(enrol_with_code(code), CONTROL_OK, "%s", reason);
        cr_assert_eq(factors_read(subject.factors, "hanako", &f, NULL), 0);
        cr_assert_eq(f.n_tokens, 1);
        cr_expect_arr_eq(f.tokens[0].secret, "12345678901234567890", 20);
        cr_assert_eq(tally_read(subject.tallies, "hanako", &tally, NULL), 0);
        cr_expect_eq(totp_check(&f.tokens[0], code, time(NULL), 1, totp_mark(&tally, f.tokens[0].id)), TOTP_USED);
}

Test(people_enrol, a_wrong_code_leaves_nothing_behind) {
        char **names;
        char code[9];
        size_t n;

        code_now(code);
        code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
        cr_expect_eq(enrol_with_code(code), CONTROL_REFUSED);
        cr_expect_neq(reason[0], '\0');
        cr_assert_eq(factors_people(subject.factors, &names, &n), 0);
        cr_expect_eq(n, 0);
        free(names);
        cr_expect(record_is("hanako", "fine"));
        cr_expect_eq(terminal_records("factors-changed"), 0);
}

Test(people_enrol, what_is_asked_for_wrongly_is_refused) {
        static const struct {
                const char *asked, *why;
        } hostile[] = {
                { "{}", "nothing" },
                { "{'user': 'hanako'}", "no factor" },
                { "{'user': 'hanako', 'factor': 'iris'}", "no such factor" },
                { "{'user': 'hanako', 'factor': 'recovery', 'lang': 7}", "a number for a language" },
                { "{'user': 7, 'factor': 'totp', 'secret': '" RFC "'}", "a number for a name" },
                { "{'user': ['hanako'], 'factor': 'totp', 'secret': '" RFC "'}", "a list for a name" },
                { "{'user': 'hanako', 'factor': 'totp'}", "no secret" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': null}", "null for a secret" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'admin': true}", "an unknown member" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'replace': true}", "another factor's" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'code': 123456}", "a number for a code" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': 'GEZDGNBV'}", "forty bits" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '!'}", "no secret at all" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'digits': 262}", "six, and 2^8" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'digits': -6}", "negative" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'digits': 9}", "nine" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'period': 65566}", "30, and 2^16" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'period': 1}", "a second" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'beside': -1}", "fewer than none" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'algorithm': 'md5'}", "md5" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'label': ''}", "an empty label" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'label': 'a\\u001b[2J'}", "an escape" },
                { "{'user': 'hanako', 'factor': 'totp', 'secret': '" RFC "', 'label': '" RFC RFC "'}", "a long label" },
                { ENROL("../root", RFC), "a path" },
                { ENROL("", RFC), "nobody" },
                { ENROL(".hidden", RFC), "a hidden file" },
                { ENROL("a.recovery", RFC), "a file of ours" },
                { "{'user': 'hanako', 'factor': 'card'}", "no certificate" },
                { "{'user': 'hanako', 'factor': 'card', 'certificate': ''}", "an empty one" },
                { "{'user': 'hanako', 'factor': 'card', 'certificate': '308'}", "half a byte" },
                { "{'user': 'hanako', 'factor': 'card', 'certificate': 'zz'}", "no digits" },
                { "{'user': 'hanako', 'factor': 'card', 'certificate': '3082'}", "no certificate in it" },
                { "{'user': 'hanako', 'factor': 'recovery', 'replace': 'yes'}", "a word for a truth" },
                { "{'user': 'hanako', 'factor': 'recovery', 'codes': ['1']}", "codes of one's own" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(ask(people_enrol, hostile[i].asked, NULL), CONTROL_REFUSED, "%s", hostile[i].why);
                cr_expect_neq(reason[0], '\0', "%s", hostile[i].why);
        }
        cr_expect_eq(count("hanako", "tokens") + count("hanako", "cards") + count("hanako", "recovery"), 0);
        cr_expect_eq(terminal_records("factors-changed"), 0);
}

Test(people_enrol, the_reason_is_in_both_languages_whichever_is_asked_for) {
        static const char *const asked[] = { "{'user': '../x', 'factor': 'recovery', 'lang': 'en'}",
                                             "{'user': '../x', 'factor': 'recovery', 'lang': 'ja'}",
                                             "{'user': '../x', 'factor': 'recovery'}" };

        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
                cr_expect_eq(ask(people_enrol, asked[i], NULL), CONTROL_REFUSED);
                cr_expect_str_eq(reason, "not fit for the name of a user");
                cr_expect_str_eq(reason_ja, "利用者名として使えない名前です");
        }
}

Test(people_enrol, where_nothing_can_be_opened_the_stores_own_words_stand_behind_in_both) {
        struct factors_store *there = subject.factors;

        (void)err_say(&subject.people_note, 0, "鍵がない", "no key");
        subject.factors = NULL;
        cr_expect_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_COULD_NOT);
        cr_expect_str_eq(reason, "what people log in with cannot be opened: no key");
        cr_expect_str_eq(reason_ja, "ログインの登録を開けません: 鍵がない");
        subject.factors = there;
}

Test(people_enrol, a_person_has_four_tokens_at_most) {
        static const char *const secrets[] = { RFC, OTHER, "hex:00000000000000000000000000000001",
                                               "hex:00000000000000000000000000000002" };
        char asked[256];

        for (size_t i = 0; i < FACTORS_TOKENS; i++) {
                (void)snprintf(asked, sizeof asked, "{'user': 'hanako', 'factor': 'totp', 'secret': '%s'}", secrets[i]);
                cr_assert_eq(ask(people_enrol, asked, NULL), CONTROL_OK, "%s", reason);
        }
        cr_expect_eq(ask(people_enrol, ENROL("hanako", "hex:00000000000000000000000000000003"), NULL), CONTROL_REFUSED);
        cr_expect_eq(count("hanako", "tokens"), 4);
}

Test(people_enrol, room_is_kept_for_those_that_follow) {
        cr_expect_eq(ask(people_enrol,
                         "{'user':'hanako','factor':'totp','secret':'" RFC "','only_check':true,'beside':3}", NULL),
                     CONTROL_OK);
        cr_expect_eq(ask(people_enrol,
                         "{'user':'hanako','factor':'totp','secret':'" RFC "','only_check':true,'beside':4}", NULL),
                     CONTROL_REFUSED);
        cr_expect_eq(count("hanako", "tokens"), 0);
}

Test(people_enrol, the_same_secret_again_is_told_and_left) {
        auto_json answer = NULL;

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), &answer), CONTROL_OK);
        cr_expect_str_eq(json_string_value(json_object_get(answer, "outcome")), "already");
        cr_expect_eq(count("hanako", "tokens"), 1);
        cr_expect_eq(terminal_records("factors-changed"), 1);
}

Test(people_enrol, recovery_codes_replace_only_when_asked_to) {
        auto_json first = NULL, second = NULL;
        struct factors f;
        struct tally tally = { 0 };

        cr_assert_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", &first), CONTROL_OK);
        cr_expect_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_REFUSED);
        cr_assert_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery', 'replace': true}", &second),
                     CONTROL_OK);
        cr_assert_eq(factors_read(subject.factors, "hanako", &f, NULL), 0);
        cr_expect_eq(recovery_check(&f, &tally, json_string_value(json_array_get(json_object_get(first, "codes"), 0))),
                     -ENOENT);
        cr_expect_eq(recovery_check(&f, &tally, json_string_value(json_array_get(json_object_get(second, "codes"), 9))),
                     9);
}

static void limit_files(rlim_t bytes) {
        struct rlimit l;

        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
        l.rlim_cur = bytes;
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* The log is longer than the files of one person, so it is the one that cannot grow. */
Test(people_enrol, what_cannot_be_recorded_is_taken_back) {
        struct stat st;

        for (int i = 0; i < 100; i++)
                (void)audit_observer_lost(t.audit, "a line to make the log longer than any other file here is");
        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        cr_assert_eq(stat("state/audit/audit.jsonl", &st), 0);
        limit_files((rlim_t)st.st_size);
        cr_expect_eq(ask(people_enrol, ENROL("hanako", OTHER), NULL), CONTROL_COULD_NOT);
        cr_expect_eq(ask(people_enrol, ENROL("taro", OTHER), NULL), CONTROL_COULD_NOT);
        cr_expect_eq(ask(people_forget, "{'user': 'hanako', 'what': 'all'}", NULL), CONTROL_COULD_NOT);
        limit_files(RLIM_INFINITY);
        cr_expect_eq(count("hanako", "tokens"), 1);
        cr_expect_eq(count("taro", "tokens"), 0);
}

Test(people_enrol, a_full_disk_enrols_nobody) {
        limit_files(0);
        cr_expect_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_COULD_NOT);
        cr_expect_neq(reason[0], '\0');
        cr_expect_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_COULD_NOT);
        limit_files(RLIM_INFINITY);
        cr_expect_eq(count("hanako", "tokens") + count("hanako", "recovery"), 0);
        cr_expect_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK, "%s", reason);
}

TestSuite(people_factors, .init = given_a_terminal, .fini = drop, .timeout = 30);

Test(people_factors, a_lost_key_is_told_and_only_recovery_codes_can_be_made) {
        struct err err = { 0 };

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        factors_close(subject.factors);
        spill("state/login/key", bytes_of("another key of thirty-two bytes.", 32));
        cr_assert_eq(factors_open(store_fd(t.store), "/nonexistent", &subject.factors, &err), 0);
        cr_expect(is_true("hanako", "key_lost"));
        cr_expect_eq(ask(people_enrol, ENROL("hanako", OTHER), NULL), CONTROL_REFUSED);
        cr_expect_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect_eq(ask(people_forget, "{'user': 'hanako', 'what': 'totp'}", NULL), CONTROL_REFUSED);
        cr_expect_eq(ask(people_forget, "{'user': 'hanako', 'what': 'all'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect_not(is_true("hanako", "key_lost"));
}

Test(people_factors, damaged_recovery_codes_are_told_and_can_be_made_anew) {
        cr_assert_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_OK);
        spill("state/login/people/hanako.recovery", bytes_text("not what was there"));
        cr_expect(is_true("hanako", "recovery_damaged"));
        cr_expect_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect_not(is_true("hanako", "recovery_damaged"));
        cr_expect_eq(count("hanako", "recovery_left"), 10);
}

Test(people_factors, everybody_comes_in_pages) {
        json_t *answer;
        char asked[128];

        for (int i = 0; i < 70; i++) {
                (void)snprintf(asked, sizeof asked, "{'user':'u%02d','factor':'totp','secret':'" RFC "'}", i);
                cr_assert_eq(ask(people_enrol, asked, NULL), CONTROL_OK);
        }
        cr_assert_eq(ask(people_factors, "{}", &answer), CONTROL_OK);
        cr_expect_eq(json_array_size(json_object_get(answer, "people")), 64);
        cr_expect_str_eq(json_string_value(json_object_get(answer, "next")), "u63");
        json_decref(answer);
        cr_assert_eq(ask(people_factors, "{'after': 'u63'}", &answer), CONTROL_OK);
        cr_expect_eq(json_array_size(json_object_get(answer, "people")), 6);
        cr_expect(json_is_null(json_object_get(answer, "next")));
        json_decref(answer);
}

TestSuite(people_unlock, .init = given_a_terminal, .fini = drop, .timeout = 30);

static struct tally tally_of(const char *user) {
        struct tally tally;

        cr_assert_eq(tally_read(subject.tallies, user, &tally, NULL), 0);
        return tally;
}

Test(people_unlock, forgives_failures_and_says_how_many) {
        auto_json answer = NULL;
        struct tally tally;

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        tally = tally_of("hanako");
        tally.failures = 12;
        tally.places[0] =
                (struct tally_place){ .place = 7, .failures = 12, .first_s = time(NULL), .last_s = time(NULL) };
        cr_assert_eq(tally_write(subject.tallies, "hanako", &tally, NULL), 0);
        {
                auto_json p = person("hanako");

                cr_expect(json_is_string(json_object_get(p, "throttled_until")));
        }
        cr_assert_eq(ask(people_unlock, "{'user': 'hanako'}", &answer), CONTROL_OK, "%s", reason);
        cr_expect_eq(json_integer_value(json_object_get(answer, "failures")), 12);
        {
                auto_json p = person("hanako");

                cr_expect(json_is_null(json_object_get(p, "throttled_until")));
        }
        cr_expect_eq(terminal_records("factors-changed"), 2);
}

Test(people_unlock, nothing_lifted_is_nothing_recorded) {
        auto_json answer = NULL;

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        cr_assert_eq(ask(people_unlock, "{'user': 'hanako'}", &answer), CONTROL_OK, "%s", reason);
        cr_expect_eq(json_integer_value(json_object_get(answer, "failures")), 0);
        cr_expect_eq(terminal_records("factors-changed"), 1);
}

Test(people_unlock, forgives_what_one_place_counts_after_a_login_at_another) {
        auto_json answer = NULL;
        struct tally tally;

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        tally = tally_of("hanako");
        tally.places[0] =
                (struct tally_place){ .place = 7, .failures = 9, .first_s = time(NULL), .last_s = time(NULL) };
        cr_assert_eq(tally_write(subject.tallies, "hanako", &tally, NULL), 0);
        cr_assert_eq(ask(people_unlock, "{'user': 'hanako'}", &answer), CONTROL_OK, "%s", reason);
        cr_expect_eq(json_integer_value(json_object_get(answer, "failures")), 9);
        cr_expect_eq(tally_of("hanako").places[0].failures, 0);
        cr_expect_eq(terminal_records("factors-changed"), 2);
}

Test(people_unlock, what_a_lost_record_knew_is_taken_for_used) {
        struct factors f;
        struct tally tally;
        char code[9];

        code_now(code);
        cr_assert_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_OK);
        cr_assert_eq(enrol_with_code(code), CONTROL_OK, "%s", reason);
        cr_assert_eq(unlink("state/login/tally/hanako"), 0);
        cr_expect(record_is("hanako", "missing"));
        cr_assert_eq(ask(people_unlock, "{'user': 'hanako'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect(record_is("hanako", "fine"));
        cr_expect_eq(count("hanako", "recovery_left"), 0);
        cr_assert_eq(factors_read(subject.factors, "hanako", &f, NULL), 0);
        tally = tally_of("hanako");
        cr_expect_neq(totp_check(&f.tokens[0], code, time(NULL), 1, totp_mark(&tally, f.tokens[0].id)), TOTP_RIGHT);
}

TestSuite(people_forget, .init = given_a_terminal, .fini = drop, .timeout = 30);

Test(people_forget, which_one_must_be_plain) {
        static const struct {
                const char *asked;
                enum control_code code;
        } cases[] = {
                { "{'user': 'hanako', 'what': 'totp'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'totp', 'label': 'totp-3'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'card'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'everything'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'all', 'label': 'totp-1'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'totp', 'id': -1}", CONTROL_REFUSED },
                { "{'user': 'taro', 'what': 'all'}", CONTROL_REFUSED },
                { "{'user': 'hanako', 'what': 'totp', 'label': 'totp-1'}", CONTROL_OK },
                { "{'user': 'hanako', 'what': 'totp'}", CONTROL_OK }, /* only one is left */
        };

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        cr_assert_eq(ask(people_enrol, ENROL("hanako", OTHER), NULL), CONTROL_OK);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                cr_expect_eq(ask(people_forget, cases[i].asked, NULL), cases[i].code, "%s: %s", cases[i].asked, reason);
        cr_expect_eq(terminal_records("factors-changed"), 4); /* two came, two went */
}

Test(people_forget, an_id_never_comes_back) {
        auto_json first = NULL, second = NULL;

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), &first), CONTROL_OK);
        cr_assert_eq(ask(people_forget, "{'user': 'hanako', 'what': 'all'}", NULL), CONTROL_OK);
        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), &second), CONTROL_OK);
        cr_expect_neq(json_integer_value(json_object_get(first, "id")),
                      json_integer_value(json_object_get(second, "id")));
}
