/* SPDX-License-Identifier: MIT */
/* helper_pool.c — helpers that are ready before anybody comes: there is one, it is used once, and it is never waited
 * for. */
#include "auth/helper_pool.h"

#include "host/child.h"
#include "wire/person.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SERVICE "sekimori-password"
#define TIMEOUT_MS 20000

static struct loop *loop;
static struct helper_pool *pool;
static struct timer deadline;

static void given_nobody_yet(void) {
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(helper_pool_new(loop, 600000, &pool), 0);
}

static void drop(void) {
        helper_pool_free(pool);
        loop_free(loop);
}

TestSuite(helper_pool_take, .init = given_nobody_yet, .fini = drop, .timeout = 60);
TestSuite(helper_pool_prepare, .init = given_nobody_yet, .fini = drop, .timeout = 60);

/* Our children, as the kernel lists them; the last one. */
static size_t children(pid_t *ret) {
        char path[64], list[256] = "";
        size_t n = 0;
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
        f = fopen(path, "re");
        cr_assert_not_null(f);
        (void)!fgets(list, sizeof list, f);
        (void)fclose(f);
        for (char *at = list, *end; (*ret = (pid_t)strtol(at, &end, 10)), end != at; at = end)
                n++;
        for (char *at = list, *end; n && at < list + strlen(list); at = end) {
                pid_t pid = (pid_t)strtol(at, &end, 10);

                if (end == at)
                        break;
                *ret = pid;
        }
        return n;
}

static bool take(struct child *c) {
        bool was_ready;

        cr_assert_eq(helper_pool_take(pool, HELPER_PERSON, SERVICE, c, &was_ready), 0);
        return was_ready;
}

/* It says so within TIMEOUT_MS, or there never was one: nobody but the pool hears it, so it is asked for again. */
static bool take_patiently(struct child *c) {
        for (int i = 0; i < TIMEOUT_MS / 5; i++) {
                if (take(c))
                        return true;
                child_stop(c);
                (void)poll(NULL, 0, 5);
        }
        return false;
}

/* It has said what it had to say once it waits for a name. */
static void await_poll(pid_t pid) {
        char path[64], where[64] = "";

        (void)snprintf(path, sizeof path, "/proc/%d/wchan", pid);
        for (int i = 0; i < TIMEOUT_MS / 5; i++) {
                FILE *f = fopen(path, "re");

                cr_assert(f);
                (void)!fgets(where, sizeof where, f);
                (void)fclose(f);
                if (strstr(where, "poll"))
                        return;
                (void)poll(NULL, 0, 5);
        }
        cr_assert_fail("it waits in '%s'", where);
}

static int ask_for_root(const struct child *c) {
        static uint8_t message[PERSON_MAX];
        struct pollfd p = { .fd = c->fd, .events = POLLIN };
        ssize_t n;

        cr_assert_eq(socket_send(c->fd, message, person_look_encode("root", message), -1), 0);
        cr_assert_eq(poll(&p, 1, TIMEOUT_MS), 1);
        n = socket_receive(c->fd, message, sizeof message, NULL);
        return n > 0 ? person_type(bytes_of(message, (size_t)n)) : -EIO;
}

Test(helper_pool_take, where_nobody_came_before_one_is_started) {
        struct child c;
        pid_t pid;

        cr_expect_eq(children(&pid), 0, "and none was before");
        cr_expect_not(take(&c));
        cr_expect_eq(ask_for_root(&c), PERSON_FOUND);
        child_stop(&c);
}

Test(helper_pool_take, one_that_was_made_ready_answers_once_and_is_nobody_elses) {
        struct child first, second;

        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert(take_patiently(&first));
        cr_expect_eq(ask_for_root(&first), PERSON_FOUND);
        cr_expect_not(take(&second), "there was only one");
        cr_expect_neq(first.pid, second.pid);
        cr_expect_eq(ask_for_root(&second), PERSON_FOUND);
        child_stop(&first);
        child_stop(&second);
}

/* Kills the spare, and takes another. */
static void is_no_ones_trouble(pid_t spare) {
        int fd = (int)syscall(SYS_pidfd_open, spare, 0);
        struct child c;

        cr_assert_eq(kill(spare, SIGKILL), 0);
        cr_assert_eq(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, TIMEOUT_MS), 1);
        (void)close(fd);
        cr_expect_not(take(&c));
        cr_expect_eq(ask_for_root(&c), PERSON_FOUND);
        child_stop(&c);
}

Test(helper_pool_take, one_that_died_meanwhile_is_no_ones_trouble) {
        pid_t pid;

        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert_eq(children(&pid), 1);
        is_no_ones_trouble(pid);
}

Test(helper_pool_take, one_that_was_ready_and_died_is_no_ones_trouble) {
        pid_t pid;

        if (geteuid() != 0)
                cr_skip_test("only root sees what it waits for");
        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert_eq(children(&pid), 1);
        await_poll(pid);
        is_no_ones_trouble(pid);
}

Test(helper_pool_take, one_that_hangs_is_not_waited_for) {
        struct child c;
        pid_t pid;

        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert_eq(children(&pid), 1);
        cr_assert_eq(kill(pid, SIGSTOP), 0); /* before it said that it is ready, or behind it */
        (void)take(&c);
        if (c.pid != pid)
                cr_expect_eq(ask_for_root(&c), PERSON_FOUND);
        child_stop(&c);
}

Test(helper_pool_take, one_for_something_else_is_not_taken) {
        struct child c;
        bool was_ready;

        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert_eq(helper_pool_take(pool, HELPER_PERSON, "another-service", &c, &was_ready), 0);
        cr_expect_not(was_ready);
        child_stop(&c);
        cr_assert(take_patiently(&c), "it is still there for its own");
        child_stop(&c);
}

Test(helper_pool_prepare, a_second_one_is_not_started) {
        pid_t first, second;

        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_assert_eq(children(&first), 1);
        helper_pool_prepare(pool, HELPER_PERSON, SERVICE);
        cr_expect_eq(children(&second), 1);
        cr_expect_eq(first, second);
}

Test(helper_pool_prepare, a_name_that_is_none_starts_nothing) {
        pid_t pid;

        helper_pool_prepare(pool, HELPER_PERSON, "../shadow");
        helper_pool_prepare(pool, HELPER_CARD, "module.so");
        cr_expect_eq(children(&pid), 0);
}

static void nothing(void *ctx) {
        (void)ctx;
}

static void too_late(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        loop_stop(t->loop);
}

Test(helper_pool_prepare, when_nobody_comes_it_ends) {
        struct helper_pool *short_lived;
        pid_t pid;
        int fd;

        cr_assert_eq(helper_pool_new(loop, 50, &short_lived), 0);
        helper_pool_prepare(short_lived, HELPER_PERSON, SERVICE);
        cr_assert_eq(children(&pid), 1);
        fd = (int)syscall(SYS_pidfd_open, pid, 0);
        cr_assert_eq(timer_init(&deadline, loop, CLOCK_MONOTONIC, too_late), 0);
        cr_assert_eq(timer_in_ms(&deadline, 60), 0);
        cr_assert_eq(loop_run(loop, nothing, NULL), 0);
        cr_expect_eq(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, TIMEOUT_MS), 1, "it ended");
        (void)close(fd);
        timer_deinit(&deadline);
        helper_pool_free(short_lived);
}
