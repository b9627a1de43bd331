/* SPDX-License-Identifier: MIT */
/* monitor.c — the one thing that simulated hardware cannot do: a real netlink socket that overflows, in a network of
 * our own so that nobody else's fills up with it. */
#include "observer/monitor.h"

#include "base/cleanup.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>

#define KERNELS_GROUP 1

static struct monitor m;

static void given_a_network_of_our_own(void) {
        if (unshare(CLONE_NEWNET) < 0)
                cr_skip_test("only root may make a network of its own: %s", strerrordesc_np(errno));
        cr_assert_eq(monitor_open(true, &m), 0);
}

static void drop(void) {
        monitor_close(&m);
}

static void flood(void) {
        const struct sockaddr_nl all = { .nl_family = AF_NETLINK, .nl_groups = KERNELS_GROUP };
        auto_fd fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
        const char text[512] = "add@/devices/none";

        for (int i = 0; i < 32; i++)
                (void)sendto(fd, text, sizeof text, 0, (const struct sockaddr *)&all, sizeof all);
}

Test(monitor_next, says_that_events_were_lost_and_goes_on, .init = given_a_network_of_our_own, .fini = drop,
     .timeout = 10) {
        const int least = 1;
        struct monitor_event n;

        cr_assert_eq(setsockopt(monitor_fd(&m, MONITOR_KERNEL), SOL_SOCKET, SO_RCVBUF, &least, sizeof least), 0);
        cr_expect_not(monitor_next(&m, MONITOR_KERNEL, &n), "nothing yet");
        flood();
        cr_assert(monitor_next(&m, MONITOR_KERNEL, &n));
        cr_expect_eq(n.what, NEWS_LOST);
        cr_expect_not(monitor_next(&m, MONITOR_KERNEL, &n), "what came uninvited is not believed");
}
