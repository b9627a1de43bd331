/* SPDX-License-Identifier: MIT */
/* people.c — what an administrator is told about people, and how one gets another chance or loses what one has. */
#include "unit/agent/daemon/control/people_given.h"

#include "auth/totp.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

TestSuite(people_factors, .init = given_a_terminal, .fini = drop_terminal, .timeout = 30);

Test(people_factors, a_lost_key_is_told_and_only_recovery_codes_can_be_made) {
        struct err err = { 0 };

        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK);
        factors_close(subject.factors);
        spill("state/login/key", bytes_of("another key of thirty-two bytes.", 32));
        cr_assert_eq(factors_open(store_fd(terminal.store), "/nonexistent", &subject.factors, &err), 0);
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

TestSuite(people_unlock, .init = given_a_terminal, .fini = drop_terminal, .timeout = 30);

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

TestSuite(people_forget, .init = given_a_terminal, .fini = drop_terminal, .timeout = 30);

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
