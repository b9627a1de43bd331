/* SPDX-License-Identifier: MIT */
/* people_enrol.c — whom an administrator enrols with what. Codes come from RFC 6238's own key and an implementation
 * held against its vectors in tests/unit/agent/daemon/auth/totp_codes.c; whole programs with oathtool are in
 * tests/flow/enrol.py. */
#include "unit/agent/daemon/control/people_given.h"

#include "auth/recovery.h"
#include "auth/totp.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

TestSuite(people_enrol, .init = given_a_terminal, .fini = drop_terminal, .timeout = 30);

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
                (void)audit_observer_lost(terminal.audit, "a line to make the log longer than any other file here is");
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
