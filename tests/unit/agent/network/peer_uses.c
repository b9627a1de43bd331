/* SPDX-License-Identifier: MIT */
/* Which peer a mark is, and what is added up for it. */
#include "network/peer_uses.h"

#include "network/ruleset.h"
#include "network/ruleset_refused.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW_S 1000000000

static struct loop *loop;
static struct peer_uses u;

static void given_nothing_used(void) {
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(peer_uses_init(&u, loop, -1, -1), 0);
        cr_assert_eq(peer_uses_follow(&u, NULL, NULL), 0);
}

static void drop(void) {
        peer_uses_deinit(&u);
        loop_free(loop);
}

TestSuite(peer_uses, .init = given_nothing_used, .fini = drop, .timeout = 20);

static const struct network_peer old_peers[] = { { .name = "a" }, { .name = "b" }, { .name = "b" } };
static const struct network_peer new_peers[] = { { .name = "b" }, { .name = "c" } };
static const struct network_terms old_terms = { .peers = old_peers, .n_peers = 3 };
static const struct network_terms new_terms = { .peers = new_peers, .n_peers = 2 };

static void used(uint32_t mark, uint64_t packets) {
        struct counted c = { .key_size = sizeof mark, .packets = packets, .left_ms = 1000ULL * USED_TIMEOUT_S };

        memcpy(c.key, &mark, sizeof mark);
        peer_uses_used(&u, &c, NOW_S);
}

static void flowed(uint32_t mark) {
        peer_uses_flowed(&u, &(struct flow){ mark, { 2, 200 }, { 1, 1000 } });
}

Test(peer_uses, only_marks_of_the_table_that_stands_are_peers) {
        cr_assert_eq(peer_uses_follow(&u, NULL, &old_terms), 0);
        used(CT_MARK(5, 1, 0), 3);
        flowed(CT_MARK(5, 1, 0));
        flowed(0);
        cr_expect(u.all[0].sum == 0 && u.all[0].sent.packets == 0, "no table of these terms stands yet");
        u.generation = 5;
        used(CT_MARK(5, 1, 0), 3);
        used(CT_MARK(4, 1, 0), 3);
        used(CT_MARK(5, 1, 5), 3);
        flowed(CT_MARK(4, 1, 0));
        flowed(CT_MARK(5, 1, 5));
        cr_expect_eq(u.all[0].sum, 3);
        cr_expect_eq(u.all[0].last_s, NOW_S);
        cr_expect_eq(u.all[0].sent.packets, 0);
}

Test(peer_uses, who_sent_it_is_known_by_who_began) {
        cr_assert_eq(peer_uses_follow(&u, NULL, &old_terms), 0);
        u.generation = 5;
        flowed(CT_MARK(5, 31, 1));
        cr_expect(u.all[1].sent.packets == 2 && u.all[1].sent.bytes == 200);
        cr_expect(u.all[1].received.packets == 1 && u.all[1].received.bytes == 1000);
        flowed(CT_MARK(5, 31, 1) | CT_CAME_IN);
        cr_expect(u.all[1].sent.packets == 3 && u.all[1].sent.bytes == 1200);
        cr_expect(u.all[1].received.packets == 3 && u.all[1].received.bytes == 1200);
}

Test(peer_uses, connections_of_both_directions_are_one_peers) {
        cr_assert_eq(peer_uses_follow(&u, NULL, &old_terms), 0);
        u.generation = 5;
        used(CT_MARK(5, 1, 2), 3);
        used(CT_MARK(5, 1, 2) | CT_CAME_IN, 4);
        used(CT_MARK(5, 2, 2), 5);
        cr_expect_eq(u.all[2].sum, 12);
}

Test(peer_uses, a_peer_keeps_its_counts_by_its_name) {
        cr_assert_eq(peer_uses_follow(&u, NULL, &old_terms), 0);
        for (unsigned i = 0; i < 5; i++) {
                u.all[i].connections = i + 1;
                u.all[i].sent.bytes = 10 * (i + 1);
        }
        cr_assert_eq(peer_uses_follow(&u, &old_terms, &new_terms), 0);
        cr_assert_eq(u.n, 4);
        cr_expect(u.all[0].connections == 2 && u.all[0].sent.bytes == 20, "the first of that name");
        cr_expect(u.all[1].connections == 0 && u.all[1].sent.bytes == 0);
        cr_expect(u.all[2].connections == 4 && u.all[3].connections == 5, "resolvers, clocks");
}
