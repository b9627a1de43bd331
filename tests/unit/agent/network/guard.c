/* SPDX-License-Identifier: MIT */
/* What a guard knows and tells. That links really go down is tried on a kernel's own:
 * tests/flow/test_network_interfaces. */
#include "network/guard.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct guard guard;
static struct guard_event last;
static unsigned told;

static void tell(void *ctx, const struct guard_event *e) {
        (void)ctx;
        last = *e;
        told++;
}

/* Neither a sysfs nor a kernel: every link but lo is unreadable, and none can be set down. */
static void given_a_guard(void) {
        guard = (struct guard){ .sys = -1, .lists = -1, .requests = -1, .kept = -1, .tell = tell };
        guard_follow(&guard, NULL, GUARD_HOLDS);
        told = 0;
}

TestSuite(guard_seen, .init = given_a_guard, .timeout = 30);

static void see(int index, bool up) {
        guard_seen(&guard, &(struct link_facts){ .index = index, .name = "x", .up = up });
}

Test(guard_seen, a_link_is_told_of_once) {
        see(7, false);
        see(7, false);
        cr_expect_eq(told, 1);
        cr_expect(last.deed == GUARD_MET && last.identity.sort == IDENTITY_UNREADABLE && last.times == 0);
}

Test(guard_seen, one_that_is_up_is_set_down_each_time) {
        see(7, true);
        cr_expect_eq(told, 2);
        see(7, true);
        see(7, false);
        cr_expect_eq(told, 3);
        cr_expect(last.deed == GUARD_FAILED && last.error == -EBADF && last.times == 2);
        cr_expect_eq(guard.set_down, 2);
}

Test(guard_seen, nothing_is_set_down_while_it_only_observes) {
        guard_follow(&guard, NULL, GUARD_LOOKS);
        see(7, true);
        cr_expect(told == 1 && last.deed == GUARD_MET && guard.set_down == 0);
}

Test(guard_seen, lo_is_left_alone_and_not_told_of) {
        guard_seen(&guard, &(struct link_facts){ .index = 1, .name = "lo", .up = true, .is_loopback = true });
        cr_expect(told == 0 && guard.set_down == 0);
}

Test(guard_seen, a_storm_is_counted_and_every_link_of_it_set_down) {
        for (unsigned i = 0; i < 1000; i++)
                see(7, true);
        cr_expect_eq(guard.set_down, 1000);
        cr_expect_leq(told, LIMIT_BURST + 2, "%u", told);
        cr_expect_geq(guard.told.untold, 1001 - LIMIT_BURST - 2);
}

Test(guard_seen, what_a_full_table_does_not_hold_is_set_down_all_the_same) {
        for (int i = 0; i < GUARD_LINKS; i++)
                see(i + 2, false);
        cr_assert_eq(guard.n_links, GUARD_LINKS);
        see(GUARD_LINKS + 9, true);
        cr_expect(guard.n_links == GUARD_LINKS && guard.set_down == 1);
        guard_gone(&guard, 2);
        see(GUARD_LINKS + 9, true);
        cr_expect(guard.n_links == GUARD_LINKS && guard.set_down == 2);
}

Test(guard_seen, where_nothing_can_be_listed_it_is_to_be_done_again) {
        cr_expect_lt(guard_settle(&guard), 0);
        cr_expect(guard.must_list);
}

/* ---- which of them are granted */
static const struct network_interface named[] = { { .driver = "veth", .path = "", .has_mac = true },
                                                  { .driver = "tun", .path = "" } };
static const struct network_terms terms = { .interfaces = named, .n_interfaces = 2 };

/* On this machine's own sysfs there is one link for sure. */
static void given_a_sysfs(void) {
        given_a_guard();
        guard.sys = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        guard_follow(&guard, &terms, GUARD_HOLDS);
        guard.must_list = false;
}

TestSuite(guard_grants, .init = given_a_sysfs, .timeout = 30);

/* lo, as a link of another kind would be. */
static void see_lo_as(const char *kind) {
        struct link_facts l = { .index = 1, .name = "lo", .has_mac = true };

        (void)strcpy(l.kind, kind);
        guard_seen(&guard, &l);
}

static size_t grants(struct link_grant *first) {
        static struct link_grant all[GUARD_LINKS];
        size_t n = guard_grants(&guard, all);

        *first = n ? all[0] : (struct link_grant){ 0 };
        return n;
}

Test(guard_grants, what_fits_is_granted_until_it_goes) {
        struct link_grant first;

        guard.granted_changed = false;
        see_lo_as("tun");
        cr_assert_eq(grants(&first), 1);
        cr_expect(first.index == 1 && first.interface == 1 && guard.granted_changed);
        guard.granted_changed = false;
        guard_gone(&guard, 1);
        cr_expect(grants(&first) == 0 && guard.granted_changed && guard.must_list);
}

Test(guard_grants, what_fits_no_longer_is_not_granted) {
        struct link_grant first;

        see_lo_as("tun");
        guard.granted_changed = false;
        see_lo_as("bridge");
        cr_expect(grants(&first) == 0 && guard.granted_changed && last.identity.sort == IDENTITY_UNNAMED);
}

Test(guard_grants, a_new_name_is_told_to_who_hooks_by_it) {
        struct link_grant first;

        see_lo_as("tun");
        guard.granted_changed = false;
        see_lo_as("tun");
        cr_expect_not(guard.granted_changed);
        (void)strcpy(guard.links[0].name, "other");
        see_lo_as("tun");
        cr_expect(grants(&first) == 1 && strcmp(first.name, "lo") == 0 && guard.granted_changed);
}

Test(guard_grants, other_terms_take_every_grant_back) {
        struct link_grant first;

        see_lo_as("tun");
        guard_follow(&guard, NULL, GUARD_HOLDS);
        cr_expect(grants(&first) == 0 && guard.granted_changed && guard.must_list);
}

static void given_another(int index) {
        guard.links[guard.n_links++] =
                (struct guard_link){ .index = index, .identity = { IDENTITY_NAMED, 0 }, .is_met = true };
}

Test(guard_grants, one_that_came_first_and_is_seen_second_has_the_others_looked_at_again) {
        given_another(5);
        see_lo_as("veth");
        cr_expect(last.identity.sort == IDENTITY_NAMED && guard.must_list);
}

Test(guard_grants, one_that_came_second_is_not_granted) {
        struct link_grant first;

        given_another(0);
        see_lo_as("veth");
        cr_expect(grants(&first) == 1 && first.index == 0 && last.identity.sort == IDENTITY_SECOND);
}
