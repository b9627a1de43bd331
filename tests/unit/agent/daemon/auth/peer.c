/* SPDX-License-Identifier: MIT */
/* peer.c — real processes at the other end: one that borrowed root's rights, one that is gone. */
#include "auth/peer.h"

#include "support/scratch.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define CLERK 2001

static char folder[SCRATCH];
static int listener = -1;

static void given_a_socket(void) {
        cr_assert(scratch_make(folder, "peer"));
        cr_assert_eq(chmod(folder, 0755), 0);
        cr_assert_eq(socket_listen(folder, "auth.sock", 0666, &listener), 0);
}

static void drop(void) {
        (void)close(listener);
}

TestSuite(peer_look, .init = given_a_socket, .fini = drop, .timeout = 10);

/* Comes and stays. */
static void come(uid_t real, uid_t effective) {
        int fd = -1;

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (setresuid(real, effective, geteuid()) == 0 && socket_connect(folder, "auth.sock", &fd) == 0)
                (void)pause();
        _exit(1);
}

static int accept_from(pid_t *ret, uid_t real, uid_t effective) {
        *ret = fork();
        if (*ret == 0)
                come(real, effective);
        cr_assert_geq(*ret, 0);
        for (;;) {
                int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

                if (fd >= 0)
                        return fd;
        }
}

static void end(pid_t pid) {
        (void)kill(pid, SIGKILL);
        cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(peer_look, su_is_root_on_the_socket_and_a_clerk_in_the_kernel) {
        struct peer p;
        pid_t pid;
        int fd;

        if (geteuid() != 0)
                cr_skip("only root can be somebody else");
        fd = accept_from(&pid, CLERK, 0);
        cr_assert_eq(peer_look(fd, &p), 0);
        cr_expect(p.seen);
        cr_expect_eq(p.uid, 0);
        cr_expect_eq(p.pid, pid);
        cr_expect_eq(p.real, CLERK);
        end(pid);
        (void)close(fd);
}

Test(peer_look, who_kept_their_own_rights_is_known_as_before) {
        struct peer p;
        pid_t pid;
        int fd = accept_from(&pid, geteuid() ? geteuid() : CLERK, geteuid() ? geteuid() : CLERK);

        cr_assert_eq(peer_look(fd, &p), 0);
        cr_expect(p.seen);
        cr_expect_eq(p.uid, geteuid() ? geteuid() : CLERK);
        cr_expect_eq(p.real, p.uid);
        end(pid);
        (void)close(fd);
}

Test(peer_look, of_one_that_is_gone_nothing_is_believed) {
        struct peer p;
        pid_t pid;
        int fd = accept_from(&pid, getuid(), geteuid());

        end(pid);
        cr_assert_eq(peer_look(fd, &p), 0);
        cr_expect_not(p.seen);
        cr_expect_eq(p.uid, geteuid());
        cr_expect_eq(p.real, 0);
        (void)close(fd);
}

/* Connects, leaves the socket to a child that lives until `until` ends, and is gone. */
static void come_and_leave_a_child(int until) {
        char byte;
        int fd = -1;

        if (socket_connect(folder, "auth.sock", &fd) < 0)
                _exit(1);
        if (fork() == 0) {
                (void)!read(until, &byte, 1);
                _exit(0);
        }
        _exit(0);
}

/* Its number may be anybody's by now. */
Test(peer_look, nor_of_one_whose_child_holds_the_socket) {
        int until[2], fd, status = -1;
        struct peer p;
        pid_t pid;

        cr_assert_eq(pipe2(until, O_CLOEXEC), 0);
        pid = fork();
        if (pid == 0) {
                (void)close(until[1]);
                come_and_leave_a_child(until[0]);
        }
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert_eq(status, 0);
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        cr_assert_geq(fd, 0);
        cr_assert_eq(peer_look(fd, &p), 0);
        cr_expect_not(p.seen);
        cr_expect_eq(p.pid, pid);
        (void)close(fd);
        (void)close(until[0]);
        (void)close(until[1]);
}
