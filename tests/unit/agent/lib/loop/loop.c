/* SPDX-License-Identifier: MIT */
/* The loop: who is called, who is not called any more, and that idle means idle. */
#include "loop/loop.h"

#include "unit/clock_set.h"

#include <criterion/criterion.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct loop *loop;
static struct source a, b;
static int pipes[2][2], calls, idles;

static void given_two_pipes(void) {
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(pipe(pipes[0]), 0);
        cr_assert_eq(pipe(pipes[1]), 0);
}

static void drop(void) {
        loop_free(loop);
}

static void stop_when_idle(void *ctx) {
        (void)ctx;
        idles++;
        if (calls)
                loop_stop(loop);
}

static void remove_both(struct source *s, uint32_t events) {
        (void)s, (void)events;
        calls++;
        loop_remove(loop, &a);
        loop_remove(loop, &b);
}

TestSuite(loop_remove, .init = given_two_pipes, .fini = drop, .timeout = 5);

Test(loop_remove, a_source_removed_in_the_same_round_is_not_called) {
        a = (struct source){ .fd = pipes[0][0], .ready = remove_both };
        b = (struct source){ .fd = pipes[1][0], .ready = remove_both };
        cr_assert_eq(loop_add(loop, &a, EPOLLIN), 0);
        cr_assert_eq(loop_add(loop, &b, EPOLLIN), 0);
        cr_assert_eq(write(pipes[0][1], "x", 1), 1);
        cr_assert_eq(write(pipes[1][1], "x", 1), 1);
        cr_assert_eq(loop_run(loop, stop_when_idle, NULL), 0);
        cr_expect_eq(calls, 1);
}

static void count(struct timer *t, bool clock_was_set) {
        (void)t;
        cr_expect_not(clock_was_set);
        calls++;
}

TestSuite(timer, .init = given_two_pipes, .fini = drop, .timeout = 5);

Test(timer, zero_means_now_and_only_once) {
        struct timer t;

        cr_assert_eq(timer_init(&t, loop, CLOCK_MONOTONIC, count), 0);
        cr_assert_eq(timer_in_ms(&t, 0), 0);
        cr_assert_eq(loop_run(loop, stop_when_idle, NULL), 0);
        cr_expect_eq(calls, 1);
        cr_expect_leq(idles, 2);
        timer_deinit(&t);
}

Test(timer, a_moment_that_has_passed_fires_at_once) {
        struct timer t;

        cr_assert_eq(timer_init(&t, loop, CLOCK_REALTIME, count), 0);
        cr_assert_eq(timer_at(&t, -5), 0);
        cr_assert_eq(loop_run(loop, stop_when_idle, NULL), 0);
        cr_expect_eq(calls, 1);
        timer_deinit(&t);
}

static bool told_that_it_was_set;

static void note_whether_set(struct timer *t, bool clock_was_set) {
        (void)t;
        told_that_it_was_set = clock_was_set;
        calls++;
}

Test(timer, a_clock_that_is_set_fires_it_and_is_told) {
        const int64_t in_2100 = 4102444800;
        struct timer t;

        cr_assert_eq(timer_init(&t, loop, CLOCK_REALTIME, note_whether_set), 0);
        clock_will_be_set();
        cr_assert_eq(timer_at(&t, in_2100), 0);
        cr_assert_eq(loop_run(loop, stop_when_idle, NULL), 0);
        cr_expect_eq(calls, 1);
        cr_expect(told_that_it_was_set);
        timer_deinit(&t);
}
