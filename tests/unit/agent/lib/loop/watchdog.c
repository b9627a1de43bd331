/* SPDX-License-Identifier: MIT */
/* What systemd hears of a loop that turns, and that nobody is told where nobody watches. */
#include "loop/watchdog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct loop *loop;
static struct source systemd;
static int told;

static void hear(struct source *s, uint32_t events) {
        char said[64] = "";

        (void)events;
        cr_assert_gt(recv(s->fd, said, sizeof said - 1, 0), 0);
        cr_expect_str_eq(said, "WATCHDOG=1");
        if (++told == 3)
                loop_stop(loop);
}

static void given_systemd(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        socklen_t size = sizeof address;
        char pid[16];

        cr_assert_eq(loop_new(&loop), 0);
        /* In the abstract namespace: gone with us, and by a name that the kernel gives, as all who share the network
         * share it. */
        systemd = (struct source){ .fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), .ready = hear };
        cr_assert_eq(bind(systemd.fd, (struct sockaddr *)&address, sizeof address.sun_family), 0);
        cr_assert_eq(getsockname(systemd.fd, (struct sockaddr *)&address, &size), 0);
        cr_assert_eq(loop_add(loop, &systemd, EPOLLIN), 0);
        address.sun_path[0] = '@';
        (void)snprintf(pid, sizeof pid, "%d", getpid());
        cr_assert_eq(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
        cr_assert_eq(setenv("WATCHDOG_PID", pid, 1), 0);
        cr_assert_eq(setenv("WATCHDOG_USEC", "40000", 1), 0);
}

static void nothing(void *ctx) {
        (void)ctx;
}

static void drop(void) {
        loop_free(loop);
}

TestSuite(watchdog, .init = given_systemd, .fini = drop, .timeout = 5);

Test(watchdog, is_told_again_and_again_while_the_loop_turns) {
        auto_watchdog w = NULL;

        cr_assert_eq(watchdog_new(loop, &w), 0);
        cr_assert_not_null(w);
        cr_expect_null(getenv("WATCHDOG_USEC"), "children would believe that they are watched");
        cr_assert_eq(loop_run(loop, nothing, NULL), 0);
        cr_expect_eq(told, 3);
}

Test(watchdog, is_none_where_nobody_watches) {
        auto_watchdog w = NULL;

        cr_assert_eq(unsetenv("WATCHDOG_USEC"), 0);
        cr_assert_eq(watchdog_new(loop, &w), 0);
        cr_expect_null(w);
}

Test(watchdog, of_another_process_is_not_ours) {
        auto_watchdog w = NULL;

        cr_assert_eq(setenv("WATCHDOG_PID", "1", 1), 0);
        cr_assert_eq(watchdog_new(loop, &w), 0);
        cr_expect_null(w);
}
