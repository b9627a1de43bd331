/* SPDX-License-Identifier: MIT */
/* The word in STATE/stage: what is read, what is not, and that what is not means everything. */
#include "store/stage.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int dir;

static void given_a_directory(void) {
        ceremony_begin();
        dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

static void drop(void) {
        (void)close(dir);
        ceremony_end();
}

TestSuite(stage_read, .init = given_a_directory, .fini = drop, .timeout = 5);

Test(stage_read, what_was_written_comes_back) {
        for (enum stage s = 0; s < STAGES; s++) {
                enum stage back = STAGES;
                struct stat st;

                cr_assert_eq(stage_write(dir, s, NULL), 0);
                cr_expect_eq(stage_read(dir, &back), 0);
                cr_expect_eq(back, s, "%s", stage_name(s));
                cr_assert_eq(fstatat(dir, "stage", &st, AT_SYMLINK_NOFOLLOW), 0);
                cr_expect_eq(st.st_mode & 07777, 0644, "shell scripts of the boot read it");
        }
}

Test(stage_read, nothing_written_enforces_everything) {
        enum stage s = STAGE_OBSERVE;

        cr_expect_eq(stage_read(dir, &s), -ENOENT);
        cr_expect_eq(s, STAGE_LOGIN);
}

Test(stage_read, whatever_is_not_exactly_a_stage_enforces_everything) {
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
                { "", 0, "a disk that lost it" },
                { "observe", 7, "cut" },
                { "observe\n\n", 9, "two lines" },
                { "observe\0\n", 9, "a NUL" },
                { "observe\0devices\n", 16, "a NUL within" },
                { " observe\n", 9, "a space" },
                { "Observe\n", 8, "a capital letter" },
                { "observ\n", 7, "a letter less" },
                { "observed\n", 9, "a letter more" },
                { "\n", 1, "an empty line" },
                { "observe\r\n", 9, "from another system" },
                { "observe\nobserve\nobserve\n", 24, "more than a word" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                enum stage s = STAGE_OBSERVE;

                cr_assert_eq(file_replace(dir, "stage", bytes_of(hostile[i].bytes, hostile[i].n), 0644, NULL), 0);
                cr_expect_lt(stage_read(dir, &s), 0, "%s", hostile[i].why);
                cr_expect_eq(s, STAGE_LOGIN, "%s", hostile[i].why);
        }
}

Test(stage_read, what_is_no_file_is_not_followed) {
        enum stage s = STAGE_OBSERVE;

        cr_assert_eq(file_replace(dir, "elsewhere", bytes_text("observe\n"), 0644, NULL), 0);
        cr_assert_eq(symlinkat("elsewhere", dir, "stage"), 0);
        cr_expect_lt(stage_read(dir, &s), 0);
        cr_expect_eq(s, STAGE_LOGIN);
        cr_assert_eq(unlinkat(dir, "stage", 0), 0);
        cr_assert_eq(mkfifoat(dir, "stage", 0644), 0);
        s = STAGE_OBSERVE;
        cr_expect_lt(stage_read(dir, &s), 0, "nor waited for");
        cr_expect_eq(s, STAGE_LOGIN);
}
