/* SPDX-License-Identifier: MIT */
/* Files beneath a directory: symlinks, sizes, replacement. */
#include "host/file.h"

#include "base/cleanup.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/stat.h>

static char path[SCRATCH];
static int dir = -1;

static void given_a_directory(void) {
        cr_assert(scratch_make(path, "file"));
        dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

static void drop(void) {
        (void)unlinkat(dir, "directory", AT_REMOVEDIR);
        (void)close(dir);
        cr_expect_eq(file_remove(AT_FDCWD, path), 0);
}

static void put(const char *name, const char *text) {
        cr_assert_eq(file_replace(dir, name, bytes_text(text), 0600, NULL), 0);
}

static void expect_content(const char *name, const char *text) {
        auto_free uint8_t *content = NULL;
        size_t size;

        cr_assert_eq(file_read(dir, name, 1 << 20, &content, &size), 0);
        cr_expect_str_eq((char *)content, text);
        cr_expect_eq(size, strlen(text));
}

TestSuite(file_replace, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(file_replace, leaves_exactly_the_new_bytes_and_mode) {
        struct stat st;

        put("a", "a long first text");
        put("a", "short");
        expect_content("a", "short");
        cr_assert_eq(fstatat(dir, "a", &st, 0), 0);
        cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(file_replace, overwrites_what_a_crash_left_behind) {
        int left = openat(dir, ".a.new", O_WRONLY | O_CREAT, 0644);

        cr_assert_eq(write(left, "half", 4), 4);
        (void)close(left);
        put("a", "whole");
        expect_content("a", "whole");
        cr_expect_eq(faccessat(dir, ".a.new", F_OK, 0), -1);
}

Test(file_replace, replaces_a_symlink_instead_of_following_it) {
        struct stat st;

        put("target", "untouched");
        cr_assert_eq(symlinkat("target", dir, "a"), 0);
        put("a", "mine");
        expect_content("target", "untouched");
        cr_assert_eq(fstatat(dir, "a", &st, AT_SYMLINK_NOFOLLOW), 0);
        cr_expect(S_ISREG(st.st_mode));
}

TestSuite(file_read, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(file_read, refuses_symlinks_directories_and_fifos) {
        auto_free uint8_t *content = NULL;
        size_t size;

        cr_assert_eq(symlinkat("/etc/passwd", dir, "link"), 0);
        cr_assert_eq(mkdirat(dir, "directory", 0700), 0);
        cr_assert_eq(mkfifoat(dir, "fifo", 0600), 0);
        cr_expect_eq(file_read(dir, "link", 4096, &content, &size), -ELOOP);
        cr_expect_eq(file_read(dir, "directory", 4096, &content, &size), -EINVAL);
        cr_expect_eq(file_read(dir, "fifo", 4096, &content, &size), -EINVAL);
        cr_expect_null(content);
}

Test(file_read, stops_at_the_limit_and_not_before) {
        auto_free uint8_t *content = NULL;
        size_t size;

        put("a", "12345678");
        cr_expect_eq(file_read(dir, "a", 7, &content, &size), -EFBIG);
        cr_expect_eq(file_read(dir, "a", 8, &content, &size), 0);
}

TestSuite(directory_open, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(directory_open, never_leaves_its_root) {
        cr_assert_eq(symlinkat("/etc", dir, "out"), 0);
        cr_expect_lt(directory_open(dir, "out"), 0);
        cr_expect_lt(directory_open(dir, "../"), 0);
        cr_expect_lt(directory_open(dir, "/etc"), 0);
}

/* As systemd's RestrictSUIDSGID= does it. */
static void forbid_openat2(void) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

        cr_assert_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0), 0);
        cr_assert_eq(seccomp_load(filter), 0);
        seccomp_release(filter);
}

Test(directory_open, does_the_same_where_openat2_is_forbidden) {
        auto_fd inner = -1, outer = -1;

        forbid_openat2();
        cr_assert_eq(mkdirat(dir, "a", 0700), 0);
        cr_assert_eq(mkdirat(dir, "a/b", 0700), 0);
        cr_assert_eq(symlinkat("a", dir, "link"), 0);
        cr_expect_geq(inner = directory_open(dir, "a/b"), 0);
        cr_expect_geq(outer = directory_open(AT_FDCWD, path), 0);
        cr_expect_eq(directory_open(dir, "link"), -ENOTDIR);
        cr_expect_eq(directory_open(dir, "link/b"), -ENOTDIR);
        cr_expect_eq(directory_open(dir, "a/../../etc"), -EXDEV);
        cr_expect_eq(directory_open(dir, ".."), -EXDEV);
        cr_expect_eq(directory_open(dir, "/etc"), -EXDEV);
        cr_expect_eq(directory_open(dir, "a/c"), -ENOENT);
        cr_expect_eq(unlinkat(dir, "a/b", AT_REMOVEDIR), 0);
        cr_expect_eq(unlinkat(dir, "a", AT_REMOVEDIR), 0);
        cr_expect_eq(unlinkat(dir, "link", 0), 0);
}

TestSuite(file_remove, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(file_remove, takes_a_directory_with_its_files_and_does_not_mind_absence) {
        cr_assert_eq(mkdirat(dir, "slot", 0700), 0);
        put("a", "kept");
        cr_expect_eq(file_remove(dir, "slot"), 0);
        cr_expect_eq(file_remove(dir, "slot"), 0);
        expect_content("a", "kept");
}

TestSuite(file_sysfs_link, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(file_sysfs_link, leads_beneath_sys_or_leaves_what_was_there) {
        char to[16] = "before";

        cr_assert_eq(symlinkat("../../devices/a", dir, "l"), 0);
        cr_expect_eq(file_sysfs_link(dir, "l", to, strlen("devices/a")), -ENAMETOOLONG);
        cr_expect_eq(file_sysfs_link(dir, "none", to, sizeof to), -ENOENT);
        cr_expect_eq(file_sysfs_link(dir, ".", to, sizeof to), -EINVAL, "no link");
        cr_expect_str_eq(to, "before");
        cr_expect_eq(file_sysfs_link(dir, "l", to, strlen("devices/a") + 1), 0);
        cr_expect_str_eq(to, "devices/a");
        cr_expect_eq(unlinkat(dir, "l", 0), 0);
}

TestSuite(file_read_word, .init = given_a_directory, .fini = drop, .timeout = 10);

Test(file_read_word, takes_one_word_and_a_newline_and_nothing_else) {
        static const struct {
                const char *text;
                size_t size;
                int result;
        } rows[] = {
                { "observe\n", 8, 0 },
                { "o\n", 2, 0 },
                { "\n", 1, 0 },
                { "observe", 7, -EBADMSG },
                { "", 0, -EBADMSG },
                { "off\noff\n", 8, -EBADMSG },
                { "of\0f\n", 5, -EBADMSG },
                { "off\n\0", 5, -EBADMSG },
                { "far too much of it\n", 19, -EFBIG },
        };
        char word[9];

        cr_expect_eq(file_read_word(dir, "a", word, sizeof word), -ENOENT);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct bytes content = { (const uint8_t *)rows[i].text, rows[i].size };

                cr_assert_eq(file_replace(dir, "a", content, 0600, NULL), 0);
                cr_expect_eq(file_read_word(dir, "a", word, sizeof word), rows[i].result, "row %zu", i);
                if (rows[i].result == 0) {
                        cr_expect_eq(strlen(word), rows[i].size - 1);
                        cr_expect_arr_eq(word, rows[i].text, rows[i].size - 1);
                }
        }
}
