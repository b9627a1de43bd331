/* SPDX-License-Identifier: MIT */
/* nft.c — the kernel takes every ruleset; in a network namespace of the test's own (root). */
#include "network/nft.h"

#include "network/ruleset.h"
#include "support/random_terms.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>

static void enter(void) {
        if (unshare(CLONE_NEWNET) < 0)
                cr_skip("only root can have a network namespace of its own");
        if (nft_apply(ruleset_removal, NULL) < 0)
                cr_skip("this kernel has no nf_tables");
}

TestSuite(nft_apply, .init = enter, .timeout = 120);

static const struct network_interface interfaces[] = { { .name = "a", .dhcp = true }, { .name = "b" } };

/* Loopback under another number: a link of that name is there, and none of that index is needed. */
static const struct network_grant grants[] = { { 7, 0, "lo" }, { 8, 1, "lo" } };

Test(nft_apply, boxes_of_any_policy_are_taken) {
        struct random_terms g;
        struct err err = { 0 };

        srand(4);
        for (unsigned round = 1; round <= 40; round++) {
                struct ruleset r = { .terms = &g.terms,
                                     .grants = grants,
                                     .n_grants = 1 + round % 2,
                                     .generation = round,
                                     .token = round,
                                     .observe = round % 3 == 0 };
                auto_free char *text = NULL;

                terms_random(&g);
                g.terms.interfaces = interfaces;
                g.terms.n_interfaces = 2;
                cr_assert_eq(ruleset_write(&r, &text, &err), 0, "%s", err.text);
                cr_assert_eq(nft_apply(text, &err), 0, "%s\n%s", err.text, text);
        }
}

Test(nft_apply, what_is_wrong_is_told_in_a_line_and_changes_nothing) {
        struct err err = { 0 };

        cr_assert_eq(nft_apply("table inet sekimori { chain a { accept; }; }", &err), 0, "%s", err.text);
        cr_expect_eq(nft_apply("delete table inet sekimori\nadd rule inet sekimori b accept\n", &err), -EIO);
        cr_expect(strstr(err.text, "nftables: ") && !strchr(err.text, '\n'), "%s", err.text);
        cr_expect_eq(nft_apply("delete chain inet sekimori a\n", &err), 0, "%s", err.text);
}

Test(nft_apply, tables_are_removed_whether_they_stand_or_not) {
        cr_expect_eq(nft_apply(ruleset_removal, NULL), 0);
        cr_expect_eq(nft_apply("add table arp sekimori\n", NULL), 0);
        cr_expect_eq(nft_apply(ruleset_removal, NULL), 0);
        cr_expect_neq(nft_apply("delete table arp sekimori\n", NULL), 0);
}
