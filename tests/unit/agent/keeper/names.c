/* SPDX-License-Identifier: MIT */
/* Removable disks are left unread until the keeper listens, and no longer than was said. */
#include "keeper/names.h"

#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONG 100 /* seconds: longer than a test may take */

static char folder[SCRATCH], file[SCRATCH + 32], keeper[SCRATCH + 32];

static void given_a_runtime_folder(void) {
        cr_assert(scratch_make(folder, "names"));
        (void)snprintf(file, sizeof file, "%s/keeper.unread", folder);
        (void)snprintf(keeper, sizeof keeper, "%s/keeper.sock", folder);
}

TestSuite(names_leave_unread, .init = given_a_runtime_folder, .timeout = 20);

static void keeper_listens(void) {
        const int fd = open(keeper, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        cr_assert_geq(fd, 0);
        (void)close(fd);
}

static pid_t given_it_waits(void) {
        struct timespec pause = { .tv_nsec = 1000000 };
        struct err err = { 0 };
        const pid_t child = fork();

        cr_assert_geq(child, 0);
        if (child == 0)
                _exit(names_leave_unread(folder, LONG, &err) == 0 ? 0 : 1);
        while (access(file, F_OK) < 0)
                (void)nanosleep(&pause, NULL);
        return child;
}

Test(names_leave_unread, it_ends_when_the_keeper_listens) {
        const pid_t child = given_it_waits();
        int status = 1;

        cr_expect_eq(waitpid(child, &status, WNOHANG), 0, "it waits");
        keeper_listens();
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect_eq(status, 0);
        cr_expect_eq(access(file, F_OK), 0, "whoever started it removes the file");
}

Test(names_leave_unread, it_ends_at_once_where_the_keeper_listens_already) {
        struct err err = { 0 };

        keeper_listens();
        cr_expect_eq(names_leave_unread(folder, LONG, &err), 0);
}

Test(names_leave_unread, it_ends_when_the_time_is_over) {
        struct timespec began, now;
        struct err err = { 0 };

        (void)clock_gettime(CLOCK_MONOTONIC, &began);
        cr_expect_eq(names_leave_unread(folder, 1, &err), 0);
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        cr_expect_geq((now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000, 1000);
}

Test(names_leave_unread, where_it_cannot_say_so_it_does_not_wait) {
        struct err err = { 0 };

        keeper_listens();
        cr_expect_lt(names_leave_unread(keeper, LONG, &err), 0);
        cr_expect(err.text[0]);
}
