/* SPDX-License-Identifier: MIT */
/* Which rotated log goes first, and that nothing goes unsaid. */
#include "audit/prune.h"

#include "audit/chain.h"
#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define DAY_S 86400

/* Two records each, and the last one's number and digest are known. */
static void rotated(const char *name, off_t size, time_t written) {
        static const char lines[] = "{\"seq\":1,\"prev\":\"" HASH_NONE "\"}\n{\"seq\":2,\"prev\":\"" HASH_NONE "\"}\n";
        int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0640);
        const struct timespec when[2] = { { .tv_sec = written }, { .tv_sec = written } };

        cr_assert_geq(fd, 0);
        cr_assert_eq(pwrite(fd, lines, sizeof lines - 1, size - (off_t)sizeof lines + 1), (ssize_t)sizeof lines - 1);
        cr_assert_eq(futimens(fd, when), 0);
        (void)close(fd);
}

static struct prune_rules rules = { .bytes = 3 << 20, .now = 1000 * DAY_S };
static struct pruned gone;

TestSuite(prune_choose, .init = given_a_log, .fini = drop_log, .timeout = 10);

Test(prune_choose, what_fits_and_is_young_stays) {
        rules.keep_s = 400 * DAY_S;
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0, "there is none");
        rotated("audit-000000000001.jsonl", 1 << 20, 601 * DAY_S);
        rotated("audit-000000000003.jsonl", 1 << 20, 900 * DAY_S);
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0);
}

Test(prune_choose, the_oldest_goes_where_all_are_too_much) {
        rotated("audit-000000000003.jsonl", 2 << 20, 1 * DAY_S);
        rotated("audit-000000000001.jsonl", 2 << 20, 900 * DAY_S);
        cr_assert_eq(prune_choose(dir, &rules, &gone), 1);
        cr_expect_str_eq(gone.file, "audit-000000000001.jsonl");
        cr_expect_str_eq(gone.reason, "bound");
        cr_expect(gone.first == 1 && gone.last == 2 && strlen(gone.digest) == HASH_TEXT - 1);
        cr_assert_eq(prune_remove(dir, &gone), 0);
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0);
}

Test(prune_choose, what_is_older_than_the_policy_keeps_it_goes) {
        rotated("audit-000000000001.jsonl", 1 << 20, 599 * DAY_S);
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0, "no policy says how long");
        rules.keep_s = 400 * DAY_S;
        cr_assert_eq(prune_choose(dir, &rules, &gone), 1);
        cr_expect_str_eq(gone.reason, "age");
}

Test(prune_choose, a_log_from_the_future_is_not_old) {
        rotated("audit-000000000001.jsonl", 1 << 20, 40000 * (time_t)DAY_S);
        rules.keep_s = 400 * DAY_S;
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0);
}

Test(prune_choose, what_cannot_be_read_is_bounded_all_the_same) {
        int fd = openat(dir, "audit-000000000001.jsonl", O_WRONLY | O_CREAT, 0640);

        cr_assert_eq(ftruncate(fd, 4 << 20), 0);
        (void)close(fd);
        cr_assert_eq(prune_choose(dir, &rules, &gone), 1);
        cr_expect(gone.last == 0 && gone.digest[0] == '\0');
}

Test(prune_choose, nothing_else_in_the_folder_is_touched) {
        rotated("audit-1.jsonl", 4 << 20, 0);
        rotated("audit.torn.1", 4 << 20, 0);
        rules.keep_s = 1;
        cr_expect_eq(prune_choose(dir, &rules, &gone), 0);
}
