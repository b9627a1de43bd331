/* SPDX-License-Identifier: MIT */
/* child.c — a process of our own: what it inherits, and that ending it never holds us up. The child is this very test
 * program, which behaves as its first argument says before Criterion sees it. */
#include "host/child.h"

#include "host/helper_user.h"
#include "host/privileges.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what) {
        if (socket_send(CHILD_FD, what, strlen(what), -1) < 0)
                _exit(1);
}

/* Long enough for any test, and not for ever where the test did not end it. */
static _Noreturn void stay(void) {
        (void)sleep(60);
        _exit(1);
}

/* Every descriptor it has, but for the one that looks. */
static void tell_descriptors(void) {
        char list[1024] = "";
        DIR *dir = opendir("/proc/self/fd");
        const struct dirent *e;

        while (dir && (e = readdir(dir)))
                if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(dir))
                        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s ", e->d_name);
        say(list);
        stay();
}

static void tell_mask(void) {
        sigset_t now;

        (void)sigprocmask(SIG_BLOCK, NULL, &now);
        say(sigisemptyset(&now) ? "nothing is blocked" : "something is blocked");
        stay();
}

static void be_deaf(void) {
        sigset_t all;

        (void)sigfillset(&all);
        (void)sigprocmask(SIG_BLOCK, &all, NULL);
        for (int s = 1; s < NSIG; s++)
                (void)signal(s, SIG_IGN);
        say("deaf");
        stay();
}

static void be_stopped(void) {
        say("stopping");
        (void)raise(SIGSTOP);
        stay();
}

static void end(void) {
        say("ending");
        _exit(0);
}

/* As a PAM module may; its number is told. */
static void start_another(void) {
        pid_t another = fork();

        if (another == 0)
                stay();
        (void)socket_send(CHILD_FD, &another, sizeof another, -1);
        stay();
}

static void be_traced(void) {
        (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
        say("look");
        stay();
}

/* As the observer does. */
static void be_a_helper(void) {
        uid_t uid = 0;
        gid_t gid = 0;

        helper_user(&uid, &gid);
        say(uid != 0 && setresuid(uid, uid, uid) == 0 ? "a helper" : "still root");
        stay();
}

static const struct {
        const char *name;
        void (*act)(void);
} acts[] = {
        { "--be-fds", tell_descriptors },
        { "--be-mask", tell_mask },
        { "--be-deaf", be_deaf },
        { "--be-stopped", be_stopped },
        { "--be-ended", end },
        { "--be-traced", be_traced },
        { "--be-two", start_another },
        { "--be-a-helper", be_a_helper },
};

__attribute__((constructor)) static void become_a_child(int argc, char **argv) {
        for (size_t i = 0; argc == 2 && i < sizeof acts / sizeof *acts; i++)
                if (strcmp(argv[1], acts[i].name) == 0)
                        acts[i].act();
}

static struct child child = CHILD_NONE;
static char heard[1024];

static void spawn(const char *act) {
        const char *const arguments[] = { act, NULL };
        struct err err = { 0 };

        cr_assert_eq(child_spawn("check-lib", arguments, &child, &err), 0, "%s", err.text);
}

static void hear(void) {
        struct pollfd p = { .fd = child.fd, .events = POLLIN };
        ssize_t n;

        cr_assert_eq(poll(&p, 1, 5000), 1);
        n = socket_receive(child.fd, heard, sizeof heard - 1, NULL);
        cr_assert_gt(n, 0);
        heard[n] = '\0';
}

/* Until the kernel has let go of it: an event, not a guess. */
static void ended(int pidfd) {
        struct pollfd p = { .fd = pidfd, .events = POLLIN };

        cr_assert_eq(poll(&p, 1, 5000), 1, "it is still there");
        (void)close(pidfd);
}

static bool is_a_zombie_of_ours(pid_t pid) {
        siginfo_t info = { 0 };

        return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static void stop(void) {
        child_stop(&child);
}

TestSuite(child_spawn, .fini = stop, .timeout = 20);
TestSuite(child_stop, .timeout = 20);

Test(child_spawn, no_descriptor_of_ours_leaks_into_it) {
        int secret = open("/etc/passwd", O_RDONLY), far = fcntl(secret, F_DUPFD, 200);

        cr_assert(secret > 0 && far >= 200, "without close-on-exec, as a library might");
        spawn("--be-fds");
        hear();
        cr_expect_str_eq(heard, "0 1 2 3 ");
}

/* With 0 and 3 free, a pair of sockets gets just these: what becomes the child's end is in its place already. */
Test(child_spawn, the_childs_end_may_have_its_number_already) {
        pid_t apart = fork(); /* Criterion's own descriptors are not ours to close */
        int status;

        if (apart == 0) {
                (void)close(STDIN_FILENO);
                (void)close(CHILD_FD);
                spawn("--be-fds");
                hear();
                _exit(child.fd == 0 && strcmp(heard, "1 2 3 ") == 0 ? 0 : 1);
        }
        cr_assert_eq(waitpid(apart, &status, 0), apart);
        cr_expect_eq(status, 0);
}

Test(child_spawn, it_blocks_no_signal_though_we_do) {
        sigset_t ours;

        (void)sigfillset(&ours);
        (void)sigprocmask(SIG_BLOCK, &ours, NULL);
        spawn("--be-mask");
        hear();
        cr_expect_str_eq(heard, "nothing is blocked");
}

Test(child_spawn, it_dies_with_whoever_started_it) {
        int ends[2], pidfd = -1;
        pid_t between;

        cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
        between = fork();
        if (between == 0) {
                spawn("--be-deaf");
                hear();
                (void)socket_send(ends[1], "x", 1, pidfd_open(child.pid, 0));
                _exit(0);
        }
        cr_assert_eq(socket_receive(ends[0], heard, sizeof heard, &pidfd), 1);
        cr_assert_geq(pidfd, 0);
        (void)waitpid(between, NULL, 0);
        ended(pidfd);
}

Test(child_spawn, a_program_that_is_not_there_is_said_to_be_missing) {
        struct err err = { 0 };
        struct child none = CHILD_NONE;

        cr_expect_eq(child_spawn("sekimori-nobody", NULL, &none, &err), -ENOENT);
        cr_expect_not_null(strstr(err.text, "sekimori-nobody"));
        cr_expect_eq(none.fd, -1);
}

Test(child_stop, it_leaves_no_zombie_and_may_be_called_twice) {
        int pidfd;
        pid_t pid;

        spawn("--be-deaf");
        hear();
        pid = child.pid;
        pidfd = pidfd_open(pid, 0);
        child_stop(&child);
        cr_expect_eq(child.fd, -1);
        ended(pidfd);
        children_reap();
        cr_expect_not(is_a_zombie_of_ours(pid));
        child_stop(&child);
}

/* What the agent keeps has no CAP_KILL in it. */
Test(child_stop, a_helper_of_another_user_is_ended_without_a_capability_for_it) {
        struct err err = { 0 };
        int pidfd;

        if (geteuid() != 0)
                cr_skip_test("only root has helpers of another user");
        cr_assert_eq(privileges_drop(&err), 0, "%s", err.text);
        cr_assert_eq(prctl(PR_CAPBSET_READ, CAP_KILL, 0, 0, 0), 0);
        spawn("--be-a-helper");
        hear();
        cr_assert_str_eq(heard, "a helper");
        cr_assert(kill(child.pid, 0) < 0 && errno == EPERM, "root without CAP_KILL may not");
        pidfd = pidfd_open(child.pid, 0);
        child_stop(&child);
        ended(pidfd);
        cr_expect(geteuid() == 0 && getuid() == 0);
        cr_expect_eq(prctl(PR_CAPBSET_READ, CAP_SETUID, 0, 0, 0), 1);
}

Test(child_stop, what_it_started_goes_with_it) {
        pid_t another;
        int pidfd;

        spawn("--be-two");
        hear();
        memcpy(&another, heard, sizeof another);
        pidfd = pidfd_open(another, 0);
        cr_assert_geq(pidfd, 0);
        child_stop(&child);
        ended(pidfd);
}

Test(child_stop, whoever_ended_by_itself_is_reaped_too) {
        int pidfd;
        pid_t pid;

        spawn("--be-ended");
        pid = child.pid;
        pidfd = pidfd_open(pid, 0);
        ended(pidfd);
        cr_assert(is_a_zombie_of_ours(pid));
        child_stop(&child);
        cr_expect_not(is_a_zombie_of_ours(pid));
}

Test(child_stop, the_next_one_started_buries_the_one_before) {
        int pidfd;
        pid_t pid;

        spawn("--be-deaf");
        hear();
        pid = child.pid;
        pidfd = pidfd_open(pid, 0);
        child_stop(&child);
        ended(pidfd);
        spawn("--be-deaf");
        cr_expect_not(is_a_zombie_of_ours(pid));
        child_stop(&child);
}

static double stop_takes(const char *act) {
        struct timespec before, after;
        int pidfd;

        spawn(act);
        hear();
        pidfd = pidfd_open(child.pid, 0);
        (void)clock_gettime(CLOCK_MONOTONIC, &before);
        child_stop(&child);
        (void)clock_gettime(CLOCK_MONOTONIC, &after);
        ended(pidfd);
        children_reap();
        return (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
}

Test(child_stop, one_that_ignores_everything_does_not_hold_us_up) {
        cr_expect_lt(stop_takes("--be-deaf"), 0.5);
}

Test(child_stop, one_that_stands_still_does_not_hold_us_up) {
        cr_expect_lt(stop_takes("--be-stopped"), 0.5);
}

/* Somebody who traces it and does not look: killed, it stays until he goes, and waiting for it would take as long. As
 * near to a hung disk as one gets without a disk. */
static pid_t trace(pid_t traced) {
        int ends[2];
        char c;
        pid_t tracer;

        cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
        tracer = fork();
        if (tracer == 0) {
                if (ptrace(PTRACE_SEIZE, traced, NULL, NULL) < 0)
                        _exit(1);
                (void)!write(ends[1], "t", 1);
                stay();
        }
        (void)close(ends[1]);
        if (read(ends[0], &c, 1) != 1)
                cr_skip_test("nobody may trace here");
        (void)close(ends[0]);
        return tracer;
}

Test(child_stop, one_that_the_kernel_does_not_let_go_of_does_not_hold_us_up) {
        pid_t pid, tracer;
        int pidfd;

        spawn("--be-traced");
        hear();
        pid = child.pid;
        pidfd = pidfd_open(pid, 0);
        tracer = trace(pid);
        child_stop(&child);
        children_reap();
        cr_expect_eq(kill(pid, 0), 0, "it is still there, and we went on");
        (void)kill(tracer, SIGKILL);
        (void)waitpid(tracer, NULL, 0);
        ended(pidfd);
        children_reap();
        cr_expect_not(is_a_zombie_of_ours(pid));
}

Test(child_stop, more_than_there_is_room_for_are_refused_and_room_comes_back, .timeout = 90) { /* 512 programs start */
        static struct child all[CHILDREN_MAX];
        const char *const arguments[] = { "--be-deaf", NULL };
        struct err err = { 0 };
        size_t n = 0;
        int r = 0;

        while (n < CHILDREN_MAX && (r = child_spawn("check-lib", arguments, &all[n], &err)) == 0)
                n++;
        cr_assert_eq(n, CHILDREN_MAX, "%s", err.text);
        cr_expect_eq(child_spawn("check-lib", arguments, &child, &err), -EAGAIN);
        for (size_t i = 0; i < n; i++) {
                int pidfd = pidfd_open(all[i].pid, 0);

                child_stop(&all[i]);
                ended(pidfd);
        }
        cr_expect_eq(child_spawn("check-lib", arguments, &child, &err), 0, "%s", err.text);
        child_stop(&child);
}
