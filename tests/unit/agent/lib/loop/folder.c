/* SPDX-License-Identifier: MIT */
/* folder_told_of — a name among others that are told of in the same read. */
#include "loop/folder.h"

#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

static char root[SCRATCH];

static void make(const char *name) {
        char path[SCRATCH + 64];
        int fd;

        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        cr_assert_geq(fd, 0);
        (void)close(fd);
}

Test(folder_told_of, a_name_that_is_not_the_first) {
        int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        cr_assert(scratch_make(root, "folder"));
        cr_assert_geq(inotify_add_watch(fd, root, IN_CREATE), 0);
        cr_expect_not(folder_told_of(fd, "b"), "nothing happened");
        make("a");
        cr_expect_not(folder_told_of(fd, "b"));
        make("c");
        make("b");
        make("d");
        cr_expect(folder_told_of(fd, "b"));
        cr_expect_not(folder_told_of(fd, "b"), "it was told of once");
        (void)close(fd);
}
