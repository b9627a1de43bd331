/* SPDX-License-Identifier: MIT */
/* Two processes with one number are two. */
#include "host/process.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t a_process(const char *name) {
        pid_t pid = fork();

        if (pid == 0) {
                (void)prctl(PR_SET_NAME, name);
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                for (;;)
                        (void)pause();
        }
        cr_assert_gt(pid, 0);
        return pid;
}

/* As ps tells it: the 22nd word of stat, where the name is a plain one. */
static unsigned long long start_of(pid_t pid) {
        unsigned long long start = 0;
        char path[64];
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
        f = fopen(path, "re");
        cr_assert_not_null(f);
        cr_assert_eq(fscanf(f,
                            "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
                            &start),
                     1);
        (void)fclose(f);
        return start;
}

static bool has_ended(int fd) {
        struct pollfd end = { .fd = fd, .events = POLLIN };

        return poll(&end, 1, 0) == 1;
}

Test(process_follow, is_told_when_it_was_started_and_when_it_ends, .timeout = 20) {
        pid_t pid = a_process("plain");
        uint64_t start = 0;
        int fd = process_follow(pid, &start);
        struct pollfd end = { .fd = fd, .events = POLLIN };

        cr_assert_geq(fd, 0);
        cr_expect_eq(start, start_of(pid));
        cr_expect_gt(start, 0);
        cr_expect_not(has_ended(fd));
        (void)kill(pid, SIGKILL);
        cr_expect_eq(poll(&end, 1, -1), 1);
        (void)waitpid(pid, NULL, 0);
        (void)close(fd);
}

Test(process_follow, no_name_moves_the_fields, .timeout = 20) {
        static const char *const names[] = { "a) R 1 1 1", ")))) ((((", "\n1 2 3 4 5", "" };
        uint64_t plain = 0, start = 0;
        pid_t first = a_process("plain");

        (void)close(process_follow(first, &plain));
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                pid_t pid = a_process(names[i]);
                int fd = process_follow(pid, &start);

                cr_expect_geq(fd, 0, "'%s'", names[i]);
                cr_expect(start >= plain && start < plain + 1000, "'%s': %lu", names[i], start);
                (void)close(fd);
                (void)kill(pid, SIGKILL);
                (void)waitpid(pid, NULL, 0);
        }
        (void)kill(first, SIGKILL);
        (void)waitpid(first, NULL, 0);
}

Test(process_follow, one_that_has_ended_is_none, .timeout = 20) {
        pid_t pid = a_process("plain");
        uint64_t start = 7;
        siginfo_t info;

        (void)kill(pid, SIGKILL);
        cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
        cr_expect_eq(process_follow(pid, &start), -ESRCH, "not reaped yet");
        (void)waitpid(pid, NULL, 0);
        cr_expect_eq(process_follow(pid, &start), -ESRCH);
        cr_expect_eq(start, 7);
}
