/* SPDX-License-Identifier: MIT */
/* How long one waits after failures: table-driven over time. */
#include "auth/throttle.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOON 1800000000
#define HERE 1
#define THERE 2

static struct tally t;
static const struct login_terms terms = { .throttle = { .attempts = 5, .within_s = 900, .pause_s = 1800 } };

static void given_nobody_failed(void) {
        t = (struct tally){ 0 };
}

static void fail(uint64_t place, int64_t at) {
        throttle_failed(&t, &terms, place, at);
}

static int64_t wait(uint64_t place, int64_t at) {
        return throttle_wait(&t, &terms, place, at);
}

TestSuite(throttle_wait, .init = given_nobody_failed, .timeout = 10);

Test(throttle_wait, rises_up_to_eight_hours) {
        static const int64_t pauses[] = { 0,    0,    0,     0,     0,     450,   900,   1800,
                                          3600, 7200, 14400, 28800, 28800, 28800, 28800, 28800 };
        int64_t now = NOON;

        for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
                fail(HERE, now);
                cr_expect_eq(wait(HERE, now), pauses[i], "after %zu failures", i + 1);
                if (pauses[i])
                        cr_expect_eq(wait(HERE, now + pauses[i] - 1), 1);
                cr_expect_eq(wait(HERE, now + pauses[i]), 0, "time alone ends it");
                now += pauses[i];
        }
}

Test(throttle_wait, costs_nothing_for_failures_spread_over_time) {
        for (int i = 0; i < 90; i++) {
                fail(HERE, NOON + 200 * i);
                cr_expect_eq(wait(HERE, NOON + 200 * i), 0, "%d: five in each quarter of an hour", i);
        }
}

Test(throttle_wait, counts_within_the_window) {
        for (int i = 0; i < 6; i++)
                fail(HERE, NOON + 180 * i);
        cr_expect_eq(wait(HERE, NOON + 900), 450, "the sixth at the very end of it");
        given_nobody_failed();
        for (int i = 0; i < 5; i++)
                fail(HERE, NOON);
        fail(HERE, NOON + 901);
        cr_expect_eq(wait(HERE, NOON + 901), 0);
        cr_expect_eq(t.places[0].failures, 1);
        cr_expect_eq(t.failures, 6, "overall they are in a row");
}

Test(throttle_wait, forgets_a_place_after_a_day) {
        for (int i = 0; i < 12; i++)
                fail(HERE, NOON);
        fail(HERE, NOON + 86400);
        cr_expect_eq(wait(HERE, NOON + 86400), 28800, "not before");
        fail(HERE, NOON + 2 * 86400 + 1);
        cr_expect_eq(wait(HERE, NOON + 2 * 86400 + 1), 0);
}

Test(throttle_wait, holds_for_that_place_only) {
        for (int i = 0; i < 20; i++)
                fail(HERE, NOON);
        cr_expect_eq(wait(HERE, NOON), 28800);
        cr_expect_eq(wait(THERE, NOON), 0);
}

Test(throttle_wait, after_a_hundred_in_a_row_every_place_waits) {
        int64_t now = NOON;

        for (int i = 0; i < 101; i++)
                fail(100 + (uint64_t)i, now); /* never twice at one place */
        cr_expect_eq(t.failures, 101);
        cr_expect_eq(wait(100 + 100, now), 1800);
        cr_expect_eq(wait(THERE, now), 1800, "changing places does not help");
        cr_expect_eq(wait(THERE, now + 1800), 0, "and it ends");
        fail(THERE, now + 1800);
        cr_expect_eq(wait(HERE, now + 1801), 1799);
}

Test(throttle_wait, a_hundred_cost_nothing_overall) {
        for (int i = 0; i < 100; i++)
                fail(100 + (uint64_t)i, NOON);
        cr_expect_eq(wait(THERE, NOON), 0);
}

/* The administrator's own seat: where he has logged in, strangers elsewhere cannot keep him out, however many. */
Test(throttle_wait, strangers_do_not_use_up_the_turn_of_a_known_place) {
        throttle_succeeded(&t, HERE);
        for (int i = 0; i < 500; i++)
                fail(100 + (uint64_t)i, NOON + i);
        cr_expect_eq(wait(HERE, NOON + 500), 0);
        fail(HERE, NOON + 500);
        cr_expect_eq(wait(HERE, NOON + 500), 1800, "one mistake of his own costs him a pause then");
        for (int i = 0; i < 500; i++)
                fail(1000 + (uint64_t)i, NOON + 500 + i);
        cr_expect_eq(wait(HERE, NOON + 2300), 0, "and no stranger makes it longer");
        cr_expect_gt(wait(THERE, NOON + 2300), 0);
}

Test(throttle_wait, a_clock_set_back_makes_nobody_wait_longer_than_a_pause) {
        for (int i = 0; i < 12; i++)
                fail(HERE, NOON);
        for (int64_t back = 1; back < 1LL << 40; back *= 2)
                cr_expect_leq(wait(HERE, NOON - back), 28800, "%lld", (long long)back);
        fail(HERE, NOON - 86400 * 365);
        cr_expect_eq(wait(HERE, NOON - 86400 * 365), 28800);
        cr_expect_eq(wait(HERE, NOON - 86400 * 365 + 28800), 0, "counted from the clock there is");
        cr_expect_eq(t.places[0].failures, 13, "and nothing was forgiven");
}

Test(throttle_wait, a_clock_set_back_does_not_stretch_the_window) {
        fail(HERE, NOON);
        fail(HERE, NOON - 86400);
        cr_expect_eq(t.places[0].first_s, NOON - 86400);
        for (int i = 0; i < 3; i++)
                fail(HERE, NOON - 86400);
        fail(HERE, NOON - 86400 + 901);
        cr_expect_eq(wait(HERE, NOON - 86400 + 901), 0);
}

Test(throttle_wait, never_overflows) {
        t.failures = UINT32_MAX;
        t.places[0] = (struct tally_place){ .place = HERE, .failures = UINT32_MAX, .last_s = NOON };
        cr_expect_eq(wait(HERE, NOON), 28800);
        fail(HERE, NOON);
        cr_expect_eq(t.failures, UINT32_MAX);
        cr_expect_eq(t.places[0].failures, UINT32_MAX);
}

Test(throttle_wait, works_with_the_strictest_and_the_mildest_terms) {
        static const struct login_terms strict = { .throttle = { .attempts = 0, .within_s = 0, .pause_s = 1 } },
                                        mild = { .throttle = {
                                                         .attempts = 1000, .within_s = 86400, .pause_s = 86400 } };

        throttle_failed(&t, &strict, HERE, NOON);
        cr_expect_eq(throttle_wait(&t, &strict, HERE, NOON), 1);
        given_nobody_failed();
        for (int i = 0; i < 1000; i++)
                throttle_failed(&t, &mild, HERE, NOON);
        cr_expect_eq(throttle_wait(&t, &mild, HERE, NOON), 86400, "overall, each place waits a whole pause");
}

/* The visiting administrator at the counter, who has never logged in there. */
Test(throttle_wait, strangers_elsewhere_do_not_use_up_the_seats_turn) {
        const uint64_t seat = throttle_place("", "tty2", "");

        for (int i = 0; i < 500; i++)
                fail(100 + (uint64_t)i, NOON + i);
        cr_expect_eq(wait(seat, NOON + 500), 0);
        fail(seat, NOON + 500);
        cr_expect_eq(wait(seat, NOON + 501), 1799, "they have one turn in each pause, as others together have");
        for (int i = 0; i < 500; i++)
                fail(1000 + (uint64_t)i, NOON + 600);
        cr_expect_eq(wait(seat, NOON + 601), 1699, "which no crowd makes anybody forget");
        cr_expect_eq(wait(THERE, NOON + 2400), 0);
        fail(seat, NOON + 2400);
        cr_expect_eq(wait(THERE, NOON + 2401), 0, "nor do they use up others'");
}

static void log_in_at(uint64_t places) {
        for (uint64_t place = 1; place <= places; place++) {
                t.clock_s = NOON + (int64_t)place;
                throttle_succeeded(&t, place);
        }
}

/* Whoever the person is: otherwise the number of places that are remembered tells how many are theirs, and that they
 * exist. */
Test(throttle_wait, strangers_find_as_much_room_with_everybody) {
        for (uint64_t theirs = 0; theirs <= TALLY_PLACES / 2 + 3; theirs++)
                for (uint64_t strange = 1; strange <= TALLY_PLACES; strange++) {
                        given_nobody_failed();
                        log_in_at(theirs);
                        for (uint64_t i = 0; i < strange; i++)
                                for (int n = 0; n < 6; n++)
                                        fail(100 + i, NOON + 50 + (int64_t)i);
                        cr_expect_eq(wait(100, NOON + 99) > 0, strange <= TALLY_PLACES / 2, "%zu, %zu", (size_t)theirs,
                                     (size_t)strange);
                }
}

Test(throttle_wait, strangers_push_out_no_place_of_theirs) {
        log_in_at(TALLY_PLACES / 2);
        for (uint64_t i = 0; i < 500; i++)
                fail(100 + i, NOON + 50);
        for (uint64_t place = 1; place <= TALLY_PLACES / 2; place++)
                cr_expect_eq(wait(place, NOON + 60), 0, "%zu", (size_t)place);
}

TestSuite(throttle_succeeded, .init = given_nobody_failed, .timeout = 10);

Test(throttle_succeeded, forgets_that_place_and_the_row_and_no_other_place) {
        for (int i = 0; i < 60; i++) {
                fail(HERE, NOON);
                fail(THERE, NOON);
        }
        throttle_succeeded(&t, HERE);
        cr_expect_eq(wait(HERE, NOON), 0);
        cr_expect_eq(wait(THERE, NOON), 28800);
        cr_expect_eq(t.failures, 0);
}

Test(throttle_succeeded, remembers_as_many_places_as_there_is_room_for) {
        log_in_at(TALLY_PLACES / 2 + 1);
        for (int i = 0; i < 200; i++)
                fail(99, NOON + 100);
        cr_expect_gt(wait(1, NOON + 100), 0, "the first was forgotten for the ninth");
        cr_expect_eq(wait(TALLY_PLACES / 2 + 1, NOON + 100), 0);
}

Test(throttle_succeeded, a_place_of_failures_becomes_one_of_theirs) {
        log_in_at(TALLY_PLACES / 2);
        for (int i = 0; i < 101; i++)
                fail(99, NOON + 100);
        t.clock_s = NOON + 200;
        throttle_succeeded(&t, 99);
        for (uint64_t i = 0; i < 200; i++)
                fail(1000 + i, NOON + 300);
        cr_expect_eq(wait(99, NOON + 300), 0);
        cr_expect_gt(wait(1, NOON + 300), 0, "the quietest made room");
        cr_expect_eq(wait(2, NOON + 300), 0);
}

TestSuite(throttle_forgive, .init = given_nobody_failed, .timeout = 10);

Test(throttle_forgive, forgets_all_of_it) {
        for (uint64_t i = 0; i < 200; i++)
                fail(i % 5 + 1, NOON);
        throttle_forgive(&t);
        for (uint64_t i = 1; i < 6; i++)
                cr_expect_eq(wait(i, NOON), 0);
        cr_expect_eq(t.failures, 0);
}

TestSuite(throttle_place, .timeout = 10);

Test(throttle_place, tells_apart_what_is_apart_and_nothing_else) {
        static const struct {
                const char *seat, *tty, *rhost;
                int same;
        } places[] = {
                { "seat0", "", "", 1 },
                { "seat0", "tty7", "", 1 },
                { "", "tty2", "", 1 },
                { "", "/dev/tty12", "", 1 },
                { "seat1", "", "", 2 },
                { "", "pts/1", "", 3 },
                { "", "pts/4711", "", 3 },
                { "", "/dev/pts/2", "", 3 },
                { "", "ttyS0", "", 4 },
                { "", "/dev/ttyS0", "", 4 },
                { "", "ttyUSB0", "", 5 },
                { "", "ssh", "10.0.0.7", 6 },
                { "seat0", "pts/1", "10.0.0.7", 6 },
                { "", "", "10.0.0.8", 7 },
                { "", "", "seat0", 8 },
                { "", ":0", "", 9 },
                { "", "tty", "", 10 },
                { "", "", "", 11 },
        };

        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
                for (size_t j = 0; j < sizeof places / sizeof *places; j++) {
                        uint64_t a = throttle_place(places[i].seat, places[i].tty, places[i].rhost);
                        uint64_t b = throttle_place(places[j].seat, places[j].tty, places[j].rhost);

                        cr_expect_eq(a == b, places[i].same == places[j].same, "%zu and %zu", i, j);
                        cr_expect_neq(a, 0);
                }
}
