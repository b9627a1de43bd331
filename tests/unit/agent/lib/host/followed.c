/* SPDX-License-Identifier: MIT */
/* A file that symlinks lead to: beneath a root of its own, told step by step, and nothing but a file. */
#include "host/followed.h"

#include "base/cleanup.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int root;
static char steps[1024];

static void begin(void) {
        char bed[SCRATCH];

        cr_assert(scratch_make(bed, "followed"));
        cr_assert_eq(chdir(bed), 0);
        cr_assert_eq(mkdir("etc", 0700) | mkdir("run", 0700) | mkdir("run/a", 0700), 0);
        root = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(root, 0);
}

TestSuite(followed_open, .init = begin, .timeout = 10);

static void put(const char *path, const char *text) {
        FILE *f = fopen(path, "w");

        cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static void lead(const char *to, const char *path) {
        cr_assert_eq(symlink(to, path), 0);
}

static int note(void *ctx, int fd, const char *name) {
        struct stat st;

        (void)ctx;
        cr_assert_eq(fstat(fd, &st), 0);
        cr_assert(*name ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode), "'%s'", name);
        (void)strncat(steps, *name ? name : "=", sizeof steps - strlen(steps) - 2);
        (void)strcat(steps, " ");
        return 0;
}

static int followed(const char *path) {
        char text[16] = "";
        auto_fd fd = followed_open(root, path, note, NULL);

        return fd < 0 ? fd : read(fd, text, sizeof text) == 5 && strcmp(text, "here\n") == 0 ? 0 : 1;
}

Test(followed_open, a_file_is_found_wherever_symlinks_lead) {
        put("run/a/file", "here\n");
        lead("../run/a/file", "etc/relative");
        lead("/run/a/file", "etc/absolute");
        lead("/run/a", "var");
        lead("../var/./file", "etc/through");
        lead("relative", "etc/twice");
        cr_expect_eq(followed("/run/a/file"), 0);
        cr_expect_eq(followed("etc/relative"), 0);
        cr_expect_eq(followed("/etc/absolute"), 0);
        cr_expect_eq(followed("//etc/./twice"), 0);
        steps[0] = '\0';
        cr_expect_eq(followed("/etc/through"), 0);
        cr_expect_str_eq(steps, "etc through var run a file = ");
}

Test(followed_open, nothing_leads_out_of_its_root) {
        put("run/a/file", "here\n");
        lead("../../../../../../../run/a/file", "etc/up");
        lead("/etc/passwd", "etc/away");
        lead("/", "etc/root");
        cr_expect_eq(followed("/etc/up"), 0);
        cr_expect_eq(followed("/etc/away"), -ENOENT);
        cr_expect_eq(followed("/etc/root/run/a/file"), 0);
        cr_expect_eq(followed("../../run/a/file"), 0);
}

Test(followed_open, what_is_no_file_is_not_opened) {
        put("run/a/file", "here\n");
        lead("loop", "etc/loop");
        lead("/run/a/file/", "etc/slash");
        lead("gone", "etc/dangling");
        cr_assert_eq(mkfifo("run/fifo", 0600), 0);
        cr_expect_eq(followed("run/fifo"), -EINVAL, "nobody waits for a writer");
        cr_expect_eq(followed("run"), -EINVAL);
        cr_expect_eq(followed(""), -EINVAL);
        cr_expect_eq(followed("/"), -EINVAL);
        cr_expect_eq(followed("etc/loop"), -ELOOP);
        cr_expect_eq(followed("etc/slash"), -ENOTDIR);
        cr_expect_eq(followed("run/a/file/more"), -ENOTDIR);
        cr_expect_eq(followed("etc/dangling"), -ENOENT);
        if (mknod("run/null", S_IFCHR | 0600, makedev(1, 3)) == 0)
                cr_expect_eq(followed("run/null"), -EINVAL, "a device is not opened");
}

Test(followed_open, what_is_too_long_leads_nowhere) {
        char name[300], path[5000];

        memset(name, 'n', sizeof name - 1);
        name[sizeof name - 1] = '\0';
        memset(path, '/', sizeof path - 1);
        path[sizeof path - 1] = '\0';
        cr_expect_eq(followed(name), -ENAMETOOLONG);
        cr_expect_eq(followed(path), -ENAMETOOLONG);
        memset(path, 0, sizeof path);
        for (size_t i = 0; i < 4094; i += 2)
                memcpy(path + i, "./", 2);
        cr_expect_eq(followed(path), -ELOOP);
        lead(path + 1000, "etc/long");
        memcpy(path, "etc/long/", 9);
        cr_expect_eq(followed(path), -ENAMETOOLONG, "a symlink and what is behind it");
}

static int refuse(void *ctx, int fd, const char *name) {
        (void)ctx;
        (void)fd;
        return *name ? 0 : -ENOSPC;
}

Test(followed_open, who_cannot_listen_is_told_nothing) {
        put("run/a/file", "here\n");
        cr_expect_eq(followed_open(root, "run/a/file", refuse, NULL), -ENOSPC);
}
