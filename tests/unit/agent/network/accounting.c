/* SPDX-License-Identifier: MIT */
/* One switch, in a folder that stands for /proc/sys/net. */
#include "network/accounting.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static char path[SCRATCH];
static int top = -1, net = -1, kept = -1;

static void given_a_switch(void) {
        cr_assert(scratch_make(path, "accounting"));
        cr_assert_geq(top = directory_open(AT_FDCWD, path), 0);
        cr_assert_eq(directory_make(top, "net", 0700, &net, NULL), 0);
        cr_assert_eq(directory_make(top, "kept", 0700, &kept, NULL), 0);
}

static void drop(void) {
        cr_expect_eq(file_remove(net, "netfilter"), 0);
        cr_expect_eq(file_remove(top, "net"), 0);
        cr_expect_eq(file_remove(top, "kept"), 0);
        cr_expect_eq(file_remove(AT_FDCWD, path), 0);
}

TestSuite(accounting, .init = given_a_switch, .fini = drop, .timeout = 10);

static void put_at(const char *name, const char *value) {
        auto_fd folder = -1;

        cr_assert_eq(directory_make(net, "netfilter", 0700, &folder, NULL), 0);
        cr_assert_eq(file_replace(folder, name, bytes_text(value), 0600, NULL), 0);
}

static void put(const char *value) {
        put_at("nf_conntrack_acct", value);
}

static void expect(const char *value) {
        char word[8];

        cr_assert_geq(file_read_line(net, "netfilter/nf_conntrack_acct", word, sizeof word), 0);
        cr_expect_str_eq(word, value);
}

Test(accounting, is_put_back) {
        put("0\n");
        cr_assert_eq(accounting_hold(net, kept), 0);
        expect("1");
        cr_assert_eq(accounting_hold(net, kept), 0);
        cr_assert_eq(accounting_undo(net, kept, NULL), 0);
        expect("0");
        put("1\n");
        cr_assert_eq(accounting_undo(net, kept, NULL), 0);
        expect("1");
}

Test(accounting, whoever_wanted_it_before_keeps_it) {
        put("1\n");
        cr_assert_eq(accounting_hold(net, kept), 0);
        cr_assert_eq(accounting_undo(net, kept, NULL), 0);
        expect("1");
}

Test(accounting, where_nobody_hears_of_the_end_that_is_said) {
        put("0\n");
        put_at("nf_conntrack_events", "0\n");
        cr_expect_eq(accounting_hold(net, kept), -ENODATA);
        expect("1");
        put_at("nf_conntrack_events", "2\n");
        cr_expect_eq(accounting_hold(net, kept), 0);
}

Test(accounting, of_a_kernel_without_it_is_said) {
        cr_expect_eq(accounting_hold(net, kept), -ENOENT);
        cr_expect_eq(accounting_undo(net, kept, NULL), 0);
}
