/* SPDX-License-Identifier: MIT */
/* heard.c — one loop, in which the notifier and this end of its socket take turns. See heard.h. */
#include "unit/agent/daemon/notify/heard.h"

#include "wire/socket.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 30000

struct loop *loop;
struct notifier *notifier;
uid_t sitting;

uid_t at_the_seat(void) {
        return sitting;
}

static void stop(void *ctx) {
        loop_stop(ctx);
}

void turn(struct loop *l) {
        loop_resume(l);
        cr_assert_eq(loop_run(l, stop, l), 0);
}

int connect_as(uid_t uid) {
        int fd = -1;

        cr_assert(uid == geteuid() || seteuid(uid) == 0);
        cr_assert_eq(socket_connect(".", NOTICE_SOCKET, &fd), 0);
        cr_assert(geteuid() == uid ? uid == geteuid() : true);
        cr_assert(geteuid() == getuid() || seteuid(getuid()) == 0);
        turn(loop);
        return fd;
}

enum heard hear(int fd, struct notice *ret) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        uint8_t message[NOTICE_MAX];
        ssize_t n;

        if (poll(&p, 1, 0) == 0)
                return SILENCE;
        n = socket_receive(fd, message, sizeof message, NULL);
        if (n <= 0)
                return SHOWN_OUT;
        cr_assert_eq(notice_decode(bytes_of(message, (size_t)n), ret), 0);
        return HEARD;
}

struct ear {
        struct source source;
        struct timer limit;
};

static void arrived(struct source *s, uint32_t events) {
        (void)s, (void)events;
        loop_stop(loop);
}

static void too_late(struct timer *t, bool clock_was_set) {
        (void)t, (void)clock_was_set;
        loop_stop(loop);
}

static void goes_on(void *ctx) {
        (void)ctx;
}

void await(int fd) {
        struct ear e = { .source = { .fd = fd, .ready = arrived } };

        cr_assert_eq(timer_init(&e.limit, loop, CLOCK_MONOTONIC, too_late), 0);
        cr_assert_eq(timer_in_ms(&e.limit, TIMEOUT_MS), 0);
        cr_assert_eq(loop_add(loop, &e.source, EPOLLIN), 0);
        loop_resume(loop);
        cr_assert_eq(loop_run(loop, goes_on, NULL), 0);
        loop_remove(loop, &e.source);
        timer_deinit(&e.limit);
}
