/* SPDX-License-Identifier: MIT */
/* resolv.conf: who is asked for names, and what the policy says of him. */
#include "network/resolvers.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

TestSuite(resolvers_parse, .timeout = 10);

Test(resolvers_parse, addresses_are_read_and_the_rest_is_left) {
        struct resolvers r =
                resolvers_parse(bytes_text("# nameserver 10.9.9.9\nsearch example.jp\n"
                                           "nameserver 10.1.2.53\nnameserver\t2001:db8::35 # ours\n"
                                           "nameserver fe80::1%eth0\noptions edns0\n nameserver 10.8.8.8"));

        cr_assert_eq(r.n, 3);
        cr_expect_eq(r.unreadable, 0);
        cr_expect_arr_eq(r.address[0].first, "\12\1\2\65", 4);
        cr_expect(!r.address[0].v6 && r.address[1].v6 && r.address[2].v6);
        cr_expect_eq(r.address[2].first[15], 1);
}

Test(resolvers_parse, what_cannot_be_read_is_counted) {
        static const char *const texts[] = {
                "nameserver \n",         "nameserver 10.1\n",       "nameserver dns.example.jp\n",
                "nameserver 10.1.2.3.4", "nameserver 10.1.2.3%x\n", "nameserver %eth0\n",
                "nameserver ::::\n"
        };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                struct resolvers r = resolvers_parse(bytes_text(texts[i]));

                cr_expect(r.n == 0 && r.unreadable == 1, "%s", texts[i]);
        }
        cr_expect_eq(resolvers_parse(bytes_of("nameserver 10.1.2.3\0x", 21)).unreadable, 1, "a NUL inside");
}

Test(resolvers_parse, one_beyond_what_is_kept_is_counted) {
        char text[1024] = "";
        struct resolvers r;

        for (unsigned i = 0; i < RESOLVERS_MAX + 2; i++)
                (void)snprintf(text + strlen(text), 32, "nameserver 10.1.2.%u\n", i);
        r = resolvers_parse(bytes_text(text));
        cr_expect(r.n == RESOLVERS_MAX && r.unreadable == 2);
}

Test(resolvers_load, devices_and_endless_files_are_refused) {
        struct resolvers r;

        cr_expect_eq(resolvers_load(AT_FDCWD, "/dev/zero", &r), -EINVAL);
        cr_expect_eq(resolvers_load(AT_FDCWD, "/nowhere", &r), -ENOENT);
}

Test(resolver_is_named, only_by_the_policy_or_the_terminal_itself) {
        const struct address_range named = { .first = { 10, 1, 2, 53 } };
        const struct network_terms terms = { .names = &named, .n_names = 1 };
        struct resolvers r =
                resolvers_parse(bytes_text("nameserver 10.1.2.53\nnameserver 10.1.2.54\nnameserver 127.0.0.53\n"
                                           "nameserver ::1\nnameserver a01:235::\n"));

        cr_assert_eq(r.n, 5);
        cr_expect(resolver_is_named(&terms, &r.address[0]));
        cr_expect_not(resolver_is_named(&terms, &r.address[1]));
        cr_expect(resolver_is_named(&terms, &r.address[2]) && resolver_is_named(NULL, &r.address[3]));
        cr_expect_not(resolver_is_named(&terms, &r.address[4]), "the same four bytes, of IPv6");
        cr_expect_not(resolver_is_named(NULL, &r.address[0]));
}
