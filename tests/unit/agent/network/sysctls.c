/* SPDX-License-Identifier: MIT */
/* Forwarding and its like, on a made-up /proc/sys/net: held off, put right, and put back. */
#include "network/sysctls.h"

#include "network/netlink/rtnl.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netconf.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sysctls sysctls;
static unsigned told;
static char last[SYSCTL_PATH];

static void tell(void *ctx, const char *path, long found, int error, unsigned long untold) {
        (void)ctx;
        (void)error;
        (void)untold;
        (void)snprintf(last, sizeof last, "%s %ld", path, found);
        told++;
}

static int folder(const char *name) {
        cr_assert(mkdir(name, 0755) == 0 || errno == EEXIST, "%s", name);
        return open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void put(const char *path, const char *value) {
        char file[160];

        (void)snprintf(file, sizeof file, "net/%s", path);
        spill(file, bytes_text(value));
}

static const char *now(const char *path) {
        static char text[16];

        text[0] = '\0';
        (void)file_read_line(sysctls.net, path, text, sizeof text);
        return text;
}

static void given_an_interface(const char *name, const char *on) {
        static const char *const keys[] = { "forwarding", "proxy_arp", "accept_source_route", "accept_redirects",
                                            "send_redirects" };
        char path[128];

        (void)snprintf(path, sizeof path, "net/ipv4/conf/%s", name);
        (void)folder(path);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
                (void)snprintf(path, sizeof path, "ipv4/conf/%s/%s", name, keys[i]);
                put(path, on);
        }
}

static void given_a_router(void) {
        ceremony_begin();
        sysctls = (struct sysctls){ .net = folder("net"), .kept = folder("kept"), .told = -1, .tell = tell };
        (void)folder("net/ipv4"), (void)folder("net/ipv4/conf");
        given_an_interface("all", "1");
        given_an_interface("default", "1");
        given_an_interface("eth0", "1");
        told = 0;
}

TestSuite(sysctls, .init = given_a_router, .fini = ceremony_end, .timeout = 10);

Test(sysctls, all_default_and_each_interface_are_held_off) {
        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0);
        cr_expect_str_eq(now("ipv4/conf/all/forwarding"), "0");
        cr_expect_str_eq(now("ipv4/conf/default/send_redirects"), "0");
        cr_expect_str_eq(now("ipv4/conf/eth0/accept_source_route"), "0");
        cr_expect_eq(told, 0, "that they stood on is no news");
        cr_expect_eq(sysctls_check(&sysctls), 0);
}

Test(sysctls, what_somebody_switches_on_is_put_right_and_told) {
        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0);
        put("ipv4/conf/eth0/proxy_arp", "1");
        cr_expect_eq(sysctls_check(&sysctls), 1);
        cr_expect_str_eq(now("ipv4/conf/eth0/proxy_arp"), "0");
        cr_expect_str_eq(last, "ipv4/conf/eth0/proxy_arp 1");
        cr_expect(told == 1 && sysctls.put_right == 1);
}

Test(sysctls, an_undo_puts_back_what_stood) {
        put("ipv4/conf/eth0/proxy_arp", "0");
        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0);
        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0); /* another agent: what it finds is ours */
        given_an_interface("later", "0");
        cr_assert_eq(sysctls_undo(&sysctls, NULL), 0);
        cr_expect_str_eq(now("ipv4/conf/all/forwarding"), "1");
        cr_expect_str_eq(now("ipv4/conf/eth0/proxy_arp"), "0");
        cr_expect_str_eq(now("ipv4/conf/eth0/send_redirects"), "1");
        cr_expect_str_eq(now("ipv4/conf/later/forwarding"), "1", "as one had begun before");
        cr_expect_eq(faccessat(sysctls.kept, SYSCTLS_KEPT, F_OK, 0), -1);
        cr_expect_eq(sysctls_undo(&sysctls, NULL), 0, "nothing is kept, nothing is done");
}

Test(sysctls, what_was_kept_and_is_damaged_switches_nothing_on) {
        static const char *const texts[] = {
                "ipv4/conf/all/forwarding 1",
                "ipv4/conf/all/forwarding\n",
                "ipv4/conf/all/forwarding 1 \n",
                "ipv4/conf/all/forwarding x\n",
                "ipv4/conf/all/rp_filter 0\n",
                "ipv4/conf/../all/forwarding 1\n",
                "ipv4/conf//forwarding 1\n",
                "/ipv4/conf/all/forwarding 1\n",
                "ipv6/conf/all/proxy_arp 1\n",
                "ipv4/conf/all/forwarding 99999999999\n",
                "\n",
                "kernel/conf/all/forwarding 1\n",
        };

        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                cr_assert_eq(file_replace(sysctls.kept, SYSCTLS_KEPT, bytes_text(texts[i]), 0600, NULL), 0);
                cr_expect_eq(sysctls_undo(&sysctls, NULL), -EBADMSG, "%s", texts[i]);
                cr_expect_str_eq(now("ipv4/conf/all/forwarding"), "0");
        }
}

Test(sysctls, what_cannot_be_written_down_is_off_all_the_same) {
        (void)close(sysctls.kept);
        sysctls.kept = -1;
        cr_expect_lt(sysctls_hold(&sysctls, NULL), 0);
        cr_expect_str_eq(now("ipv4/conf/all/forwarding"), "0");
}

Test(sysctls, a_value_that_is_no_number_is_put_right) {
        cr_assert_eq(sysctls_hold(&sysctls, NULL), 0);
        put("ipv4/conf/eth0/proxy_arp", "y");
        cr_expect_eq(sysctls_check(&sysctls), 1);
        cr_expect_str_eq(now("ipv4/conf/eth0/proxy_arp"), "0");
}

static bool told_on(uint16_t type, const void *value, size_t size) {
        _Alignas(struct nlmsghdr) uint8_t raw[128];
        struct nlmsghdr *h = mnl_nlmsg_put_header(raw);

        h->nlmsg_type = RTM_NEWNETCONF;
        (void)mnl_nlmsg_put_extra_header(h, sizeof(struct netconfmsg));
        mnl_attr_put(h, NETCONFA_IFINDEX, 4, "\1\0\0\0");
        mnl_attr_put(h, type, size, value);
        return netconf_is_on(h);
}

Test(netconf_is_on, forwarding_and_proxies_count) {
        cr_expect(told_on(NETCONFA_FORWARDING, "\1\0\0\0", 4));
        cr_expect(told_on(NETCONFA_PROXY_NEIGH, "\1\0\0\0", 4));
        cr_expect_not(told_on(NETCONFA_FORWARDING, "\0\0\0\0", 4));
        cr_expect_not(told_on(NETCONFA_RP_FILTER, "\1\0\0\0", 4));
        cr_expect(told_on(NETCONFA_FORWARDING, "\0\0", 2), "what cannot be read may be on");
}
