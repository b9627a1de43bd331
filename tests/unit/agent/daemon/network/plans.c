/* SPDX-License-Identifier: MIT */
/* plans.c — the plan of the network is that of the policy in force, whatever becomes of a push. */
#include "network/plans.h"

#include "host/file.h"
#include "host/network_stage.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"
#include "wire/network.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct terminal t;
static struct plans plans;

static void given_a_terminal(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        cr_assert_eq(state_new(t.store, t.audit, &t.state, &err), 0, "%s", err.text);
        cr_assert_eq(plans_keep(&plans, t.state, store_fd(t.store), &err), 0, "%s", err.text);
}

static void drop(void) {
        terminal_end(&t);
}

TestSuite(plans, .init = given_a_terminal, .fini = drop, .timeout = 20);

static struct network_plan written(void) {
        auto_free uint8_t *bytes = NULL;
        struct network_plan p;
        size_t size;

        cr_assert_eq(file_read(store_fd(t.store), NETWORK_DIR "/" NETWORK_PLAN, NETWORK_PLAN_MAX, &bytes, &size), 0);
        cr_assert_eq(network_plan_decode(bytes_of(bytes, size), &p), 0);
        return p;
}

#define NETWORK                                                                                                        \
        RULE_HID "network:\n  default: deny\n  interfaces: [{name: LAN, driver: e1000e}]\n"                            \
                 "  peers: [{name: a, protocol: tcp, ports: [443], addresses: [10.1.2.3]}]\n"

Test(plans, a_sealed_terminal_has_one_that_names_nobody) {
        struct network_plan p = written();

        cr_expect_eq(p.serial, 0);
        cr_expect_not(p.has_terms);
        network_plan_free(&p);
}

Test(plans, a_push_brings_the_new_one) {
        struct err err = { 0 };
        struct network_plan p;

        cr_assert_eq(terminal_push(&t, NETWORK, &err), 0, "%s", err.text);
        p = written();
        cr_expect_eq(p.serial, policy_serial(state_policy(t.state)));
        cr_assert_eq(p.terms.n_peers, 1);
        cr_expect_str_eq(p.terms.peers[0].name, "a");
        network_plan_free(&p);
        cr_assert_eq(terminal_push(&t, RULE_HID, &err), 0, "%s", err.text);
        p = written();
        cr_expect_not(p.has_terms, "the next policy says nothing of it");
        network_plan_free(&p);
}

Test(plans, a_push_that_is_refused_leaves_it) {
        struct err err = { 0 };
        struct network_plan p;

        cr_assert_eq(terminal_push(&t, NETWORK, &err), 0, "%s", err.text);
        cr_expect_lt(terminal_push(&t, RULE_HID "network: {default: allow}\n", &err), 0);
        p = written();
        cr_expect_eq(p.terms.n_peers, 1);
        network_plan_free(&p);
}

Test(plans, it_is_roots_alone_and_is_not_written_twice) {
        struct stat before, after, folder;
        struct plans again;

        cr_assert_eq(fstatat(store_fd(t.store), NETWORK_DIR, &folder, 0), 0);
        cr_expect_eq(folder.st_mode & 07777, 0700);
        cr_assert_eq(fstatat(store_fd(t.store), NETWORK_DIR "/" NETWORK_PLAN, &before, 0), 0);
        cr_expect_eq(before.st_mode & 07777, 0600);
        cr_assert_eq(plans_keep(&again, t.state, store_fd(t.store), NULL), 0);
        cr_assert_eq(fstatat(store_fd(t.store), NETWORK_DIR "/" NETWORK_PLAN, &after, 0), 0);
        cr_expect_eq(after.st_ino, before.st_ino);
}

Test(plans, what_is_damaged_is_written_anew) {
        struct err err = { 0 };
        struct plans again;
        struct network_plan p;
        int dir = directory_open(store_fd(t.store), NETWORK_DIR);

        cr_assert_eq(file_replace(dir, NETWORK_PLAN, bytes_text("nonsense"), 0600, &err), 0);
        (void)close(dir);
        cr_assert_eq(plans_keep(&again, t.state, store_fd(t.store), &err), 0, "%s", err.text);
        p = written();
        cr_expect_not(p.has_terms);
        network_plan_free(&p);
}
