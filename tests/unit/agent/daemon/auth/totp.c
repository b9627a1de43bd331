/* SPDX-License-Identifier: MIT */
/* Which codes count: once each, near the clock, whatever is done to the clock. */
#include "auth/totp.h"

#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NOON 1800000000 /* begins a step */

static struct token token;
static struct tally_token mark;

static void given_a_token(void) {
        token = a_token(TOTP_SHA1, 6);
        mark = (struct tally_token){ .id = token.id };
}

/* The code that a token shows whose clock is `offset` seconds ahead of ours. */
static const char *code_at(int64_t at, int offset) {
        static char code[9];

        cr_assert_eq(totp_code(&token, totp_step(&token, at + offset), code), 0);
        return code;
}

static enum totp_verdict try(int64_t at, int offset) {
        return totp_check(&token, code_at(at, offset), at, 1, &mark);
}

TestSuite(totp_check, .init = given_a_token, .timeout = 10);

Test(totp_check, accepts_a_code_and_its_neighbours_within_the_skew) {
        for (unsigned skew = 0; skew < 3; skew++)
                for (int d = -4; d <= 4; d++) {
                        bool inside = (unsigned)abs(d) <= skew;

                        mark = (struct tally_token){ .id = 1 };
                        cr_expect_eq(totp_check(&token, code_at(NOON, 30 * d), NOON, skew, &mark),
                                     inside ? TOTP_RIGHT : TOTP_OFF, "skew %u, %d steps off", skew, d);
                        cr_expect_eq(mark.step, inside ? totp_step(&token, NOON + 30 * d) : 0);
                }
}

Test(totp_check, what_is_no_code_is_wrong) {
        static const char *const hostile[] = {
                "",       "1",      "00000",  "0000000",   "000000000000000000000", " 123456", "12345\n",
                "-12345", "+12345", "0x1234", "12345\xff", "１２３４５６",          "abcdef"
        };
        char four_kilobytes[4096];

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(totp_check(&token, hostile[i], NOON, 1, &mark), TOTP_WRONG, "'%s'", hostile[i]);
        memset(four_kilobytes, '1', sizeof four_kilobytes);
        four_kilobytes[sizeof four_kilobytes - 1] = '\0';
        cr_expect_eq(totp_check(&token, four_kilobytes, NOON, 1, &mark), TOTP_WRONG);
        cr_expect_eq(mark.step, 0);
        cr_expect_eq(mark.off, 0);
}

Test(totp_check, what_only_begins_with_the_code_is_wrong) {
        char longer[16];

        (void)snprintf(longer, sizeof longer, "%s0", code_at(NOON, 0));
        cr_expect_eq(totp_check(&token, longer, NOON, 1, &mark), TOTP_WRONG);
        longer[5] = '\0';
        cr_expect_eq(totp_check(&token, longer, NOON, 1, &mark), TOTP_WRONG);
}

Test(totp_check, a_code_counts_once) {
        cr_assert_eq(try(NOON, 0), TOTP_RIGHT);
        for (int later = 0; later < 60; later += 7)
                cr_expect_eq(totp_check(&token, code_at(NOON, 0), NOON + later, 1, &mark), TOTP_USED, "%d s later",
                             later);
}

Test(totp_check, a_code_older_than_one_that_counted_is_used) {
        cr_assert_eq(try(NOON, 30), TOTP_RIGHT);
        cr_expect_eq(try(NOON, 0), TOTP_USED);
        cr_expect_eq(try(NOON, -30), TOTP_USED);
}

Test(totp_check, the_next_step_counts_again) {
        for (int i = 0; i < 100; i++)
                cr_expect_eq(try(NOON + 30 * i, 0), TOTP_RIGHT, "step %d", i);
}

Test(totp_check, a_refusal_leaves_the_mark_alone) {
        struct tally_token before;

        cr_assert_eq(try(NOON, 0), TOTP_RIGHT);
        before = mark;
        cr_expect_eq(try(NOON, 0), TOTP_USED);
        cr_expect_eq(totp_check(&token, "000000", NOON, 1, &mark), TOTP_WRONG);
        cr_expect_eq(try(NOON - 600, 0), TOTP_CLOCK_BACK);
        cr_expect_arr_eq(&mark, &before, sizeof mark);
}

Test(totp_check, works_at_the_ends_of_time) {
        static const int64_t ends[] = { INT64_MIN, -1, 0, 1, 29, 30, 299, INT64_MAX - 1, INT64_MAX };

        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
                mark = (struct tally_token){ .id = 1, .drift = INT16_MIN };
                (void)totp_check(&token, "000000", ends[i], UINT32_MAX, &mark);
                mark.drift = INT16_MAX;
                (void)totp_check(&token, "000000", ends[i], UINT32_MAX, &mark);
        }
        token.period_s = 1;
        (void)totp_check(&token, "000000", INT64_MAX, 1, &mark);
}

/* ---- Drift ---------------------------------------------------------------------------------------------------------
 */

Test(totp_check, learns_how_a_token_s_clock_goes) {
        for (int d = 0; d <= TOTP_DRIFT_MAX; d++) /* a step more each month */
                cr_expect_eq(try(NOON + 86400 * 30 * d, 30 * d), TOTP_RIGHT, "%d", d);
        cr_expect_eq(mark.drift, TOTP_DRIFT_MAX);
}

Test(totp_check, learns_no_more_drift_than_is_allowed) {
        int d = 0;

        while (d < 30 && try(NOON + 86400 * d, 30 * d) == TOTP_RIGHT)
                d++;
        cr_expect_eq(d, TOTP_DRIFT_MAX + 2, "one more step is within the skew, and no further");
        cr_expect_eq(mark.drift, TOTP_DRIFT_MAX);
        for (d = 0; d > -30 && try(NOON + 86400 * (50 - d), 30 * (TOTP_DRIFT_MAX + d)) == TOTP_RIGHT;)
                d--;
        cr_expect_eq(mark.drift, -TOTP_DRIFT_MAX);
}

Test(totp_check, a_clock_further_off_than_the_skew_is_told) {
        for (int d = -20; d <= 20; d++) {
                bool near = abs(d) <= 1, told = abs(d) <= TOTP_DRIFT_MAX;

                mark = (struct tally_token){ .id = 1 };
                cr_expect_eq(try(NOON, 30 * d), near ? TOTP_RIGHT : told ? TOTP_OFF : TOTP_WRONG, "%d", d);
        }
}

Test(totp_check, two_codes_in_a_row_bring_a_token_back) {
        cr_assert_eq(try(NOON, 30 * 7), TOTP_OFF);
        cr_expect_eq(try(NOON, 30 * 7), TOTP_OFF, "the same one again is not the next");
        cr_expect_eq(try(NOON + 35, 30 * 7), TOTP_RIGHT);
        cr_expect_eq(mark.drift, 7);
        cr_expect_eq(try(NOON + 35, 30 * 7), TOTP_USED);
        cr_expect_eq(try(NOON + 5, 30 * 7), TOTP_USED, "nor does the first one count now");
        cr_expect_eq(try(NOON + 65, 30 * 7), TOTP_RIGHT);
}

Test(totp_check, two_codes_that_do_not_follow_each_other_do_not) {
        cr_assert_eq(try(NOON, 30 * 7), TOTP_OFF);
        cr_expect_eq(try(NOON + 60, 30 * 7), TOTP_OFF);
        cr_expect_eq(try(NOON + 60, 30 * 6), TOTP_OFF);
        cr_expect_eq(try(NOON + 60, 30 * 4), TOTP_OFF);
}

Test(totp_check, no_two_codes_bring_back_a_token_further_off_than_is_allowed) {
        mark.drift = 8;
        cr_assert_eq(try(NOON, 30 * 12), TOTP_OFF);
        cr_expect_eq(try(NOON + 30, 30 * 12), TOTP_OFF);
}

Test(totp_check, used_codes_bring_nothing_back) {
        mark.step = totp_step(&token, NOON + 3000);
        cr_expect_eq(try(NOON, 30 * 7), TOTP_USED);
        cr_expect_eq(try(NOON + 30, 30 * 7), TOTP_USED);
        cr_expect_eq(mark.off, 0);
}

/* ---- A clock that is set -------------------------------------------------------------------------------------------
 */

TestSuite(clock_rollback, .init = given_a_token, .timeout = 10);

Test(clock_rollback, a_used_code_stays_used_after_ten_minutes_forth_and_back) {
        static char code[9];

        strcpy(code, code_at(NOON, 0));
        cr_assert_eq(totp_check(&token, code, NOON, 1, &mark), TOTP_RIGHT);
        cr_expect_eq(totp_check(&token, code, NOON + 600, 1, &mark), TOTP_WRONG);
        cr_expect_eq(totp_check(&token, code, NOON, 1, &mark), TOTP_USED);
}

Test(clock_rollback, nothing_counts_while_the_mark_is_ahead) {
        cr_assert_eq(try(NOON + 600, 0), TOTP_RIGHT);
        for (int i = 0; i < 18; i++)
                cr_expect_eq(try(NOON + 30 * i, 0), TOTP_CLOCK_BACK, "%d", i);
        cr_expect_eq(try(NOON + 600, 0), TOTP_USED);
        cr_expect_eq(try(NOON + 630, 0), TOTP_RIGHT);
}

static struct tally tally;
static struct factors factors;

static void given_an_enrolled_token(void) {
        given_a_token();
        tally = (struct tally){ .generation = 1 };
        factors = (struct factors){ .n_tokens = 1, .codes_id = 77, .tokens = { token } };
}

static enum totp_verdict log_in(int64_t at, int offset) {
        return totp_check(&token, code_at(at, offset), at, 1, totp_mark(&tally, token.id));
}

TestSuite(totp_unlock, .init = given_an_enrolled_token, .timeout = 10);

Test(totp_unlock, lets_later_codes_in_again) {
        cr_assert_eq(log_in(NOON + 86400, 0), TOTP_RIGHT);
        cr_assert_eq(log_in(NOON, 0), TOTP_CLOCK_BACK);
        cr_assert(totp_unlock(&tally, &factors, NOON, 1));
        for (int d = -1; d <= 1; d++)
                cr_expect_eq(log_in(NOON, 30 * d), TOTP_USED, "nobody knows whether this one was used: %d", d);
        cr_expect_eq(log_in(NOON + 60, 0), TOTP_RIGHT);
}

Test(totp_unlock, never_lets_a_used_code_in_again) {
        enum { CODES = TALLY_RECENT - 1 };

        for (int i = 0; i < CODES; i++)
                cr_assert_eq(log_in(NOON + 600 + 90 * i, 0), TOTP_RIGHT);
        cr_assert(totp_unlock(&tally, &factors, NOON, 1));
        cr_assert_eq(log_in(NOON + 300, 0), TOTP_RIGHT, "between them there is room");
        for (int i = 0; i < CODES; i++)
                cr_expect_neq(log_in(NOON + 600 + 90 * i, 0), TOTP_RIGHT, "%d", i);
}

/* Against a model that remembers everything: any order of logins, clocks and unlocking. */
Test(totp_unlock, no_code_ever_counts_twice_whatever_the_clock_does) {
        static bool used[4096];
        uint64_t base = totp_step(&token, NOON);
        unsigned seed = 1, accepted = 0, unlocked = 0;

        for (int round = 0; round < 40000; round++) {
                bool ahead = round % 1000 < 20;
                int64_t at = NOON + 2 * round + (ahead ? 3000 : rand_r(&seed) % 300);
                int offset = 30 * (rand_r(&seed) % 3 - 1);

                if (!ahead && rand_r(&seed) % 32 == 0) {
                        (void)totp_unlock(&tally, &factors, at, 1);
                        unlocked++;
                }
                if (log_in(at, offset) != TOTP_RIGHT)
                        continue;
                accepted++;
                cr_assert_not(used[totp_step(&token, at + offset) - base + 10], "round %d", round);
                used[totp_step(&token, at + offset) - base + 10] = true;
        }
        cr_expect_gt(accepted, 1000, "%u accepted", accepted);
        cr_expect_gt(unlocked, 100);
}

Test(totp_unlock, leaves_a_token_alone_that_is_not_ahead) {
        struct tally before;

        cr_assert_eq(log_in(NOON, 60 - 30), TOTP_RIGHT);
        before = tally;
        cr_expect(totp_unlock(&tally, &factors, NOON, 1));
        cr_expect_arr_eq(&tally, &before, sizeof tally);
        cr_expect_eq(log_in(NOON + 30, 30), TOTP_RIGHT);
}

Test(totp_unlock, says_so_where_too_many_codes_were_used_ahead) {
        for (int i = 0; i < 2 * TALLY_RECENT; i++)
                cr_assert_eq(log_in(NOON + 600 + 30 * i, 0), TOTP_RIGHT);
        cr_expect_not(totp_unlock(&tally, &factors, NOON, 1));
        cr_expect_eq(log_in(NOON + 60, 0), TOTP_CLOCK_BACK);
        cr_expect_eq(log_in(NOON + 600 + 60 * TALLY_RECENT, 0), TOTP_RIGHT, "after all of them, it goes on");
}

Test(totp_unlock, of_a_broken_tally_assumes_the_worst) {
        char last[9];

        cr_assert_eq(log_in(NOON, 30), TOTP_RIGHT);
        (void)strcpy(last, code_at(NOON, 30));
        tally = (struct tally){ .broken = true };
        cr_expect(totp_unlock(&tally, &factors, NOON, 1));
        cr_expect_neq(totp_check(&token, last, NOON, 1, totp_mark(&tally, 1)), TOTP_RIGHT);
        for (int i = 0; i <= TOTP_DRIFT_MAX; i++)
                cr_expect_neq(log_in(NOON + 30 * i, 0), TOTP_RIGHT);
        cr_expect_eq(log_in(NOON + 30 * (TOTP_DRIFT_MAX + 2), 0), TOTP_RIGHT);
        cr_expect_eq(tally.codes_id, 77);
        cr_expect_eq(tally.codes_used & 0x3ff, 0x3ff, "no recovery code counts");
}

TestSuite(totp_mark, .timeout = 10);

Test(totp_mark, finds_what_it_made) {
        struct tally t = { 0 };
        struct tally_token *first = totp_mark(&t, 7);

        first->step = 1;
        cr_expect_eq(totp_mark(&t, 8)->id, 8);
        cr_expect_eq(totp_mark(&t, 7), first);
        cr_expect_eq(first->step, 1);
}

Test(totp_mark, makes_room_where_the_oldest_was) {
        struct tally t = { 0 };

        for (uint32_t id = 1; id <= TALLY_TOKENS; id++)
                totp_mark(&t, id)->step = id == 3 ? 5 : 100 + id;
        cr_expect_eq(totp_mark(&t, 99)->step, 0);
        for (uint32_t id = 1; id <= TALLY_TOKENS; id++)
                if (id != 3)
                        cr_expect_eq(totp_mark(&t, id)->step, 100 + id);
}

Test(totp_mark, takes_a_free_place_before_one_never_used) {
        struct tally t = { 0 };

        (void)totp_mark(&t, 1);
        (void)totp_mark(&t, 2);
        cr_expect_eq(t.tokens[0].id, 1);
        cr_expect_eq(t.tokens[1].id, 2);
}
