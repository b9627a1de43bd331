/* SPDX-License-Identifier: MIT */
/* What is added up from the kernel's sets; and, in a network namespace of the test's own (root), that the sets of a
 * ruleset are read as they are written. */
#include "network/evidence.h"

#include "network/nft.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (1000ULL * REFUSED_TIMEOUT_S)

static struct evidence e;
static struct network_refused told[REFUSED_KINDS_MAX];
static unsigned n_told;

static void tell(void *ctx, const struct network_refused *r) {
        (void)ctx;
        told[n_told++ % REFUSED_KINDS_MAX] = *r;
}

static void given_nothing_seen(void) {
        static struct loop *loop;

        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(peer_uses_init(&e.uses, loop, -1, -1), 0);
        e.requests = -1;
        e.told = tell;
        e.reading = 1;
        cr_assert_eq(evidence_follow(&e, NULL, NULL), 0);
}

TestSuite(evidence, .init = given_nothing_seen, .timeout = 20);

/* 10.9.N.N, tcp, port 443, of user 1000. */
static struct counted a_refusal(unsigned number, uint64_t packets) {
        return (struct counted){ .key = { 10, 9, (uint8_t)(number >> 8), (uint8_t)number, 6, 0, 0, 0, 1, 0xbb, 0, 0,
                                          0xe8, 3 },
                                 .key_size = 16,
                                 .packets = packets,
                                 .bytes = 60 * packets,
                                 .left_ms = DAY_MS };
}

static void refused(unsigned number, uint64_t packets) {
        struct counted c = a_refusal(number, packets);

        evidence_refused(&e, REFUSED_OUT, false, &c);
}

/* The sets are not there: what was given by hand is told of. */
static void looks(void) {
        (void)evidence_read(&e);
}

Test(evidence, a_kind_is_what_was_asked_for_and_who_asked) {
        refused(7, 3);
        cr_assert_eq(e.n_refusals, 1);
        cr_expect(e.refusals[0].what.way == REFUSED_OUT && e.refusals[0].what.protocol == 6);
        cr_expect(e.refusals[0].what.port == 443 && e.refusals[0].what.uid == 1000);
        cr_expect_arr_eq(e.refusals[0].what.address, "\12\11\0\7", 4);
        cr_expect(e.refusals[0].what.packets == 3 && e.refusals[0].what.bytes == 180);
}

Test(evidence, who_asked_is_unknown_where_there_is_no_socket) {
        struct counted c = a_refusal(7, 1);

        memset(c.key + 12, 0xff, 4);
        evidence_refused(&e, REFUSED_OUT, false, &c);
        cr_expect_eq(e.refusals[0].what.uid, -1);
}

Test(evidence, a_key_of_another_form_is_none) {
        struct counted c = a_refusal(7, 1);

        evidence_refused(&e, REFUSED_OUT, true, &c);
        c.key_size = 12;
        evidence_refused(&e, REFUSED_OUT, false, &c);
        cr_expect_eq(e.n_refusals, 0);
}

Test(evidence, counts_go_on_across_tables_and_after_they_were_forgotten) {
        refused(7, 3);
        refused(7, 5);
        cr_expect_eq(e.refusals[0].what.packets, 5);
        (void)evidence_replaced(&e, 1, false);
        refused(7, 5);
        cr_expect_eq(e.refusals[0].what.packets, 10, "another table's five");
        refused(7, 2);
        cr_expect_eq(e.refusals[0].what.packets, 12, "forgotten, and two more");
        cr_expect_eq(e.n_refusals, 1);
}

Test(evidence, observation_is_another_kind) {
        refused(7, 3);
        (void)evidence_replaced(&e, 1, true);
        refused(7, 3);
        cr_expect(e.n_refusals == 2 && !e.refusals[0].what.observed && e.refusals[1].what.observed);
}

Test(evidence, each_kind_is_told_once_and_then_by_the_hour) {
        refused(7, 3);
        looks();
        looks();
        cr_assert_eq(n_told, 1);
        refused(7, 9);
        looks();
        cr_expect_eq(n_told, 1, "within the hour");
        e.refusals[0].told_s -= EVIDENCE_TOLD_S;
        looks();
        cr_assert_eq(n_told, 2);
        cr_expect(told[1].packets == 6 && told[1].bytes == 360, "since it was told");
        e.refusals[0].told_s -= EVIDENCE_TOLD_S;
        looks();
        cr_expect_eq(n_told, 2, "nothing more came");
}

Test(evidence, what_no_set_has_gives_way_and_stays_counted) {
        for (unsigned i = 0; i < REFUSED_KINDS_MAX; i++)
                refused(i, 1);
        e.refusals[9].last_s = 1;
        refused(5000, 1);
        cr_expect(e.n_refusals == REFUSED_KINDS_MAX && e.refusals[9].what.address[3] == 9, "all are in a set");
        (void)evidence_replaced(&e, 1, false);
        looks();
        refused(5000, 4);
        cr_expect(e.refusals[9].what.packets == 4 && e.refusals[9].what.address[2] == 5000 >> 8, "the oldest went");
        cr_expect_eq(evidence_more(&e), 1);
}

Test(evidence, what_is_in_no_set_is_counted) {
        refused(7, 3);
        e.counter[REFUSED_OUT] = 10;
        cr_expect_eq(evidence_more(&e), 7);
        (void)evidence_replaced(&e, 1, false);
        cr_expect_eq(evidence_more(&e), 7);
}

static void given_tables(void) {
        static const struct network_interface lan = { .name = "lan" };
        static const struct network_peer peers[] = { { .name = "a" }, { .name = "b" }, { .name = "b" } };
        static const struct network_terms terms = {
                .interfaces = &lan, .n_interfaces = 1, .peers = peers, .n_peers = 3
        };
        static const struct network_grant grant = { 7, 0, "lo" };
        const struct ruleset r = { .terms = &terms, .grants = &grant, .n_grants = 1, .generation = 5, .token = 1 };
        auto_free char *text = NULL;
        struct err err = { 0 };

        given_nothing_seen();
        if (unshare(CLONE_NEWNET) < 0 || nft_apply(ruleset_removal, NULL) < 0)
                cr_skip("only root can have a network namespace of its own, and not every kernel has nf_tables");
        e.requests = rtnl_open_of(NETLINK_NETFILTER, NULL);
        cr_assert_geq(e.requests, 0);
        cr_assert_eq(ruleset_write(&r, &text, &err), 0, "%s", err.text);
        cr_assert_eq(nft_apply(text, &err), 0, "%s", err.text);
        cr_assert_eq(evidence_follow(&e, NULL, &terms), 0);
        (void)evidence_replaced(&e, 5, false);
}

TestSuite(evidence_read, .init = given_tables, .timeout = 20);

static void element_add(const char *set, const char *element) {
        char text[256];
        struct err err = { 0 };

        (void)snprintf(text, sizeof text, "add element inet sekimori %s { %s }\n", set, element);
        cr_assert_eq(nft_apply(text, &err), 0, "%s", err.text);
}

Test(evidence_read, sets_are_read_as_they_were_written) {
        element_add("refused_out_4", "10.9.8.7 . 17 . 53 . 1000 counter packets 4 bytes 240");
        element_add("refused_in_6", "fd01::9 . 6 . 22 . 4294967295 counter packets 1 bytes 80");
        element_add("refused_forward_4", "10.9.8.7 . 1 . 0 . 4294967295 counter packets 2 bytes 80");
        element_add("used", "0x00500002 counter packets 6 bytes 1");
        cr_assert_eq(evidence_read(&e), 0);
        cr_assert(e.n_refusals == 3 && n_told == 3);
        cr_expect(told[0].way == REFUSED_OUT && told[0].port == 53 && told[0].protocol == 17 && told[0].uid == 1000);
        cr_expect(told[0].packets == 4 && told[0].bytes == 240);
        cr_expect_arr_eq(told[0].address, "\12\11\10\7", 4);
        cr_expect(told[1].way == REFUSED_IN && told[1].v6 && told[1].port == 22 && told[1].uid == -1);
        cr_expect(told[1].address[0] == 0xfd && told[1].address[15] == 9);
        cr_expect(told[2].way == REFUSED_FORWARD && told[2].protocol == 1 && told[2].port == 0);
        cr_expect(e.uses.all[2].connections == 6 && e.uses.all[2].last_s > 0);
        cr_assert_eq(evidence_read(&e), 0);
        cr_expect(e.uses.all[2].connections == 6 && n_told == 3, "once");
}

Test(evidence_read, a_full_set_is_read_and_has_no_room_for_more) {
        char element[64];

        for (unsigned i = 0; i < 256; i++) {
                (void)snprintf(element, sizeof element, "10.9.8.7 . 17 . %u . 1000", i + 1);
                element_add("refused_out_4", element);
        }
        cr_assert_eq(evidence_read(&e), 0);
        cr_expect_eq(e.n_refusals, 256);
        cr_expect_lt(nft_apply("add element inet sekimori refused_out_4 { 10.9.8.7 . 17 . 999 . 1000 }\n", NULL), 0);
}

Test(evidence_read, without_tables_there_is_nothing_to_read) {
        cr_assert_eq(nft_apply(ruleset_removal, NULL), 0);
        cr_expect_eq(evidence_read(&e), 0);
        cr_expect_eq(e.n_refusals, 0);
}
