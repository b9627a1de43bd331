/* SPDX-License-Identifier: MIT */
/* network_staging.c — a stage of the network is written and recorded, or neither. */
#include "state/network_staging.h"

#include "host/file.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static struct terminal t;

static void given_a_terminal(void) {
        terminal_begin(&t);
}

static void drop(void) {
        terminal_end(&t);
}

TestSuite(network_staging, .init = given_a_terminal, .fini = drop, .timeout = 20);

static enum network_stage on_disk(void) {
        auto_fd dir = directory_open(store_fd(t.store), NETWORK_DIR);

        return network_stage_of(dir);
}

static int change(enum network_stage to, enum network_stage *before, struct err *err) {
        return network_staging_change(store_fd(t.store), t.audit, to, 1000, before, err);
}

Test(network_staging, is_written_and_recorded_once) {
        enum network_stage before = NETWORK_STAGES;
        struct err err = { 0 };

        cr_assert_eq(change(NETWORK_OBSERVE, &before, &err), 0, "%s", err.text);
        cr_expect_eq(before, NETWORK_OFF);
        cr_assert_eq(change(NETWORK_OBSERVE, &before, &err), 0, "%s", err.text);
        cr_expect_eq(before, NETWORK_OBSERVE);
        cr_expect_eq(on_disk(), NETWORK_OBSERVE);
        cr_expect_eq(terminal_records("network-stage-changed"), 1);
}

Test(network_staging, that_cannot_be_written_or_recorded_changes_nothing) {
        struct rlimit none = { 0, RLIM_INFINITY }, saved;
        enum network_stage before;
        struct err err = { 0 };

        cr_assert_eq(change(NETWORK_OBSERVE, &before, &err), 0, "%s", err.text);
        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &saved), 0);
        for (rlim_t most = 4; most <= 16; most += 12) { /* too little for the word, and then for the record */
                none.rlim_cur = most;
                cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
                cr_expect_lt(change(NETWORK_ENFORCE, &before, &err), 0);
                cr_assert_eq(setrlimit(RLIMIT_FSIZE, &saved), 0);
                cr_expect_neq(err.text[0], '\0');
                cr_expect_eq(on_disk(), NETWORK_OBSERVE);
        }
        cr_expect_eq(terminal_records("network-stage-changed"), 1);
}
