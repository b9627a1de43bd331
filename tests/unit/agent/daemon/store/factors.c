/* SPDX-License-Identifier: MIT */
/* factors.c — what people have to log in with: sealed, bound to their name, and never lost without being said to be. */
#include "store/key.h"
#include "unit/agent/daemon/login_given.h"
#include "unit/agent/daemon/store/factors_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(factors_read, .init = given_factors, .fini = drop_factors, .timeout = 30);

Test(factors_read, of_nobody_is_empty_and_needs_no_key) {
        struct factors f;
        struct err err;

        cr_assert_eq(read_factors("tanaka", &f, &err), 0);
        cr_expect_eq(f.n_tokens + f.n_cards + f.n_codes, 0);
        cr_expect_not(f.sealed_lost);
        cr_expect_neq(f.next_id, 0);
        cr_expect_not(state_has("login/key"));
        cr_expect_eq(factors_key_source(factors), KEY_NONE);
}

Test(factors_read, begins_with_another_number_each_time) {
        struct factors a, b;
        struct err err;

        cr_assert_eq(read_factors("tanaka", &a, &err), 0);
        cr_assert_eq(read_factors("tanaka", &b, &err), 0);
        cr_expect_neq(a.next_id, b.next_id, "an id of a person removed does not come back");
}

Test(factors_read, gives_back_what_was_written_also_to_another_agent) {
        write_factors("tanaka", &full);
        expect_full("tanaka");
        open_factors();
        expect_full("tanaka");
        cr_expect_eq(factors_key_source(factors), KEY_FROM_FILE);
}

Test(factors_read, says_the_source_before_anybody_is_read) {
        write_factors("tanaka", &full);
        open_factors();
        cr_expect_eq(factors_key_source(factors), KEY_FROM_FILE);
        cr_expect_str_eq(key_source_name(KEY_FROM_FILE), "file");
        cr_expect_str_eq(key_source_name(KEY_FROM_CREDENTIAL), "credential");
        cr_expect_str_eq(key_source_name((enum key_source)7), "none");
}

Test(factors_read, refuses_somebody_else_s_file) {
        uint8_t sealed[4096], codes[4096];
        struct factors f;
        struct err err;
        size_t n, n_codes;

        write_factors("tanaka", &full);
        n = state_read(TANAKA, sealed, sizeof sealed);
        n_codes = state_read(TANAKA ".recovery", codes, sizeof codes);
        state_write("login/people/suzuki", sealed, n);
        cr_expect_eq(read_factors("suzuki", &f, &err), -EBADMSG);
        cr_expect(f.sealed_lost);
        cr_expect_eq(f.n_tokens, 0);
        state_write("login/people/sato.recovery", codes, n_codes);
        cr_expect_eq(read_factors("sato", &f, &err), -EBADMSG);
        cr_expect_eq(f.n_codes, 0);
        cr_expect_not(f.sealed_lost);
        expect_full("tanaka");
}

Test(factors_read, refuses_every_changed_byte_and_keeps_the_recovery_codes) {
        uint8_t sealed[4096];
        size_t n;

        write_factors("tanaka", &full);
        n = state_read(TANAKA, sealed, sizeof sealed);
        for (size_t i = 0; i < n; i++) {
                bool names_the_key = i >= 9 && i < 9 + KEY_ID_SIZE;

                sealed[i] ^= 0x04;
                state_write(TANAKA, sealed, n);
                expect_lost("tanaka", names_the_key ? -ENOKEY : -EBADMSG, "enrol");
                sealed[i] ^= 0x04;
        }
        state_write(TANAKA, sealed, n);
        expect_full("tanaka");
}

Test(factors_read, refuses_every_truncation_and_what_is_too_long) {
        uint8_t sealed[8192] = { 0 };
        size_t n;

        write_factors("tanaka", &full);
        n = state_read(TANAKA, sealed, sizeof sealed);
        for (size_t size = 0; size < n; size++) {
                state_write(TANAKA, sealed, size);
                expect_lost("tanaka", -EBADMSG, "tanaka");
        }
        state_write(TANAKA, sealed, n + 1);
        expect_lost("tanaka", -EBADMSG, "tanaka");
        state_write(TANAKA, sealed, sizeof sealed);
        expect_lost("tanaka", -EBADMSG, "tanaka");
}

Test(factors_read, refuses_damaged_recovery_codes_and_keeps_the_rest) {
        uint8_t codes[4096];
        struct factors f;
        struct err err;
        size_t n;

        write_factors("tanaka", &full);
        n = state_read(TANAKA ".recovery", codes, sizeof codes);
        for (size_t i = 0; i < 2 * n; i++) {
                codes[i % n] ^= 0x20;
                state_write(TANAKA ".recovery", codes, i < n ? n : i - n);
                cr_assert_eq(read_factors("tanaka", &f, &err), -EBADMSG, "%zu", i);
                cr_expect_eq(f.n_codes, 0);
                cr_expect_eq(f.n_tokens, 2);
                cr_expect_not(f.sealed_lost);
                codes[i % n] ^= 0x20;
        }
}

Test(factors_read, follows_no_link_and_waits_for_no_pipe) {
        struct factors f;
        struct err err;

        cr_assert_eq(symlinkat("/etc/passwd", state_fd, TANAKA), 0);
        cr_expect_eq(read_factors("tanaka", &f, &err), -ELOOP);
        cr_expect(f.sealed_lost);
        cr_assert_eq(mkfifoat(state_fd, "login/people/suzuki", 0600), 0);
        cr_expect_eq(read_factors("suzuki", &f, &err), -EINVAL);
        cr_expect(f.sealed_lost);
}

/* ---- Writing -------------------------------------------------------------------------------------------------------
 */

TestSuite(factors_write, .init = given_factors, .fini = drop_factors, .timeout = 30);

Test(factors_write, shows_no_secret_and_nobody_else_the_file) {
        static const char *const files[] = { TANAKA, TANAKA ".recovery", "login/key", "login/key.id" };
        uint8_t content[4096];
        struct stat st;

        write_factors("tanaka", &full);
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
                size_t n = state_read(files[i], content, sizeof content);

                cr_expect_eq(memmem(content, n, "12345678", 8), NULL, "%s", files[i]);
                cr_assert_eq(fstatat(state_fd, files[i], &st, AT_SYMLINK_NOFOLLOW), 0);
                cr_expect_eq(st.st_mode & 07777, 0600, "%s", files[i]);
        }
        cr_assert_eq(fstatat(state_fd, "login/people", &st, AT_SYMLINK_NOFOLLOW), 0);
        cr_expect_eq(st.st_mode & 07777, 0700);
}

Test(factors_write, seals_the_same_thing_differently_each_time) {
        uint8_t a[4096], b[4096];
        size_t n;

        write_factors("tanaka", &full);
        n = state_read(TANAKA, a, sizeof a);
        write_factors("tanaka", &full);
        cr_assert_eq(state_read(TANAKA, b, sizeof b), n);
        cr_expect_arr_eq(a, b, 25, "what it is and which key");
        cr_expect_arr_neq(a + 25, b + 25, 12, "the nonce");
        cr_expect_arr_neq(a + 37, b + 37, 32);
}

Test(factors_write, does_not_replace_what_cannot_be_read) {
        uint8_t before[4096], after[4096];
        struct factors f;
        struct err err;
        size_t n;

        write_factors("tanaka", &full);
        n = state_read(TANAKA, before, sizeof before);
        cr_assert_eq(unlinkat(state_fd, "login/key", 0), 0);
        open_factors();
        cr_assert_eq(read_factors("tanaka", &f, &err), -ENOKEY);
        f.codes_id = 4711;
        write_factors("tanaka", &f);
        cr_expect_eq(state_read(TANAKA, after, sizeof after), n);
        cr_expect_arr_eq(before, after, n);
        cr_expect_eq(read_factors("tanaka", &f, &err), -ENOKEY);
        cr_expect_eq(f.codes_id, 4711, "new recovery codes can be had without the key");
        f.n_tokens = 1;
        f.tokens[0] = full.tokens[0];
        cr_expect_eq(factors_write(factors, "tanaka", &f, &err), -EEXIST, "and no token seems enrolled that is not");
}

Test(factors_write, gives_up_what_is_damaged_when_told_to) {
        struct factors f;
        struct err err;

        write_factors("tanaka", &full);
        state_write(TANAKA, "damage", 6);
        cr_assert_eq(read_factors("tanaka", &f, &err), -EBADMSG);
        f.n_tokens = 1;
        f.tokens[0] = full.tokens[0];
        cr_expect_eq(factors_write(factors, "tanaka", &f, &err), -EEXIST);
        f.sealed_lost = false;
        write_factors("tanaka", &f);
        cr_expect_eq(read_factors("tanaka", &f, &err), 0);
        cr_expect_eq(f.n_tokens, 1);
}

Test(factors_write, of_codes_alone_needs_no_key) {
        full.n_tokens = full.n_cards = 0;
        write_factors("tanaka", &full);
        cr_expect_not(state_has("login/key"));
        cr_expect_not(state_has(TANAKA));
        cr_expect(state_has(TANAKA ".recovery"));
}

Test(factors_write, takes_away_what_is_no_longer_had) {
        struct factors none = { .next_id = 3 };

        write_factors("tanaka", &full);
        write_factors("tanaka", &none);
        cr_expect_not(state_has(TANAKA));
        cr_expect_not(state_has(TANAKA ".recovery"));
}

Test(factors_write, refuses_what_could_not_be_read_again) {
        struct factors f = full;

        f.n_tokens = FACTORS_TOKENS + 1;
        cr_expect_eq(factors_write(factors, "tanaka", &f, NULL), -EINVAL);
        f = full;
        f.n_cards = FACTORS_CARDS + 1;
        cr_expect_eq(factors_write(factors, "tanaka", &f, NULL), -EINVAL);
        f = full;
        f.n_codes = FACTORS_CODES + 1;
        cr_expect_eq(factors_write(factors, "tanaka", &f, NULL), -EINVAL);
        f = full;
        f.tokens[1].digits = 9;
        cr_expect_eq(factors_write(factors, "tanaka", &f, NULL), -EINVAL);
        f = full;
        f.tokens[1].id = 0;
        cr_expect_eq(factors_write(factors, "tanaka", &f, NULL), -EINVAL);
        cr_expect_not(state_has(TANAKA));
}

Test(factors_write, holds_as_much_as_a_person_can_have) {
        full.n_tokens = FACTORS_TOKENS;
        full.n_cards = FACTORS_CARDS;
        for (size_t i = 0; i < FACTORS_TOKENS; i++) {
                full.tokens[i] = a_token(TOTP_SHA512, 8);
                full.tokens[i].id = UINT32_MAX - (uint32_t)i;
                memset(full.tokens[i].label, 'x', FACTOR_LABEL - 1);
                memset(full.cards[i].label, 'y', FACTOR_LABEL - 1);
        }
        write_factors("tanaka", &full);
        expect_full("tanaka");
}

TestSuite(factors_remove, .init = given_factors, .fini = drop_factors, .timeout = 30);

Test(factors_remove, leaves_nothing_and_nobody_else_is_touched) {
        write_factors("tanaka", &full);
        write_factors("suzuki", &full);
        cr_expect_eq(factors_remove(factors, "tanaka"), 0);
        cr_expect_not(state_has(TANAKA));
        cr_expect_not(state_has(TANAKA ".recovery"));
        cr_expect_eq(factors_remove(factors, "tanaka"), 0, "removing nobody is fine");
        cr_expect_eq(factors_remove(factors, "../key"), -EINVAL);
        expect_full("suzuki");
}

TestSuite(factors_people, .init = given_factors, .fini = drop_factors, .timeout = 30);

Test(factors_people, are_each_told_once_and_sorted) {
        struct factors only_codes = { .n_codes = 1 };
        char **people, *said;
        size_t n, size;
        FILE *f = open_memstream(&said, &size);

        write_factors("tanaka", &full);
        write_factors("Sato", &full);
        write_factors("kimura.t", &only_codes);
        state_write("login/people/.tanaka.new", "left by a crash", 15);
        state_write("login/people/a b", "not ours", 8);
        cr_assert_eq(factors_people(factors, &people, &n), 0);
        for (size_t i = 0; i < n; i++) {
                (void)fprintf(f, "%s ", people[i]);
                free(people[i]);
        }
        free(people);
        (void)fclose(f);
        cr_expect_str_eq(said, "Sato kimura.t tanaka ");
        free(said);
}

Test(factors_people, can_be_nobody) {
        char **people;
        size_t n = 9;

        cr_assert_eq(factors_people(factors, &people, &n), 0);
        cr_expect_eq(n, 0);
        free(people);
}
