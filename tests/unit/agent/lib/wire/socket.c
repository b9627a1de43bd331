/* SPDX-License-Identifier: MIT */
/* socket.c — whole messages or errors. */
#include "wire/socket.h"

#include "base/cleanup.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int ends[2];
static char directory[SCRATCH];

static void given_a_pair(void) {
        cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
}

static void close_pair(void) {
        (void)close(ends[0]);
        (void)close(ends[1]);
}

TestSuite(socket_receive, .init = given_a_pair, .fini = close_pair, .timeout = 5);
TestSuite(socket_send, .init = given_a_pair, .fini = close_pair, .timeout = 5);

Test(socket_receive, a_message_comes_whole_and_alone) {
        char text[16];

        cr_assert_eq(socket_send(ends[0], "one", 3, -1), 0);
        cr_assert_eq(socket_send(ends[0], "three", 5, -1), 0);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), 3);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), 5);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), -EAGAIN);
}

Test(socket_receive, too_large_is_an_error_and_the_next_one_is_whole) {
        char text[4];

        cr_assert_eq(socket_send(ends[0], "12345", 5, -1), 0);
        cr_assert_eq(socket_send(ends[0], "ab", 2, -1), 0);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), -EMSGSIZE);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), 2);
}

Test(socket_receive, the_end_is_zero) {
        char text[4];

        cr_assert_eq(shutdown(ends[0], SHUT_RDWR), 0);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), 0);
}

Test(socket_receive, a_descriptor_arrives_close_on_exec) {
        auto_fd sent = open("/dev/null", O_RDONLY | O_CLOEXEC), came = -1;
        char text[4];

        cr_assert_eq(socket_send(ends[0], "fd", 2, sent), 0);
        cr_assert_eq(socket_receive(ends[1], text, sizeof text, &came), 2);
        cr_assert_geq(came, 0);
        cr_expect_eq(fcntl(came, F_GETFD), FD_CLOEXEC);
        cr_assert_eq(socket_send(ends[0], "no", 2, -1), 0);
        cr_assert_eq(socket_receive(ends[1], text, sizeof text, &sent), 2);
        cr_expect_eq(sent, -1);
}

/* An unwelcome descriptor must not stay open in us either. */
static int lowest_free(void) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        (void)close(fd);
        return fd;
}

Test(socket_receive, a_descriptor_nobody_asked_for_is_refused_and_closed) {
        auto_fd sent = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int before = lowest_free();
        char text[4];

        cr_assert_eq(socket_send(ends[0], "fd", 2, sent), 0);
        cr_expect_eq(socket_receive(ends[1], text, sizeof text, NULL), -EBADMSG);
        cr_expect_eq(lowest_free(), before);
}

static void send_several(int fd, int count) {
        char room[CMSG_SPACE(8 * sizeof(int))] __attribute__((aligned(8))) = { 0 };
        struct iovec content = { "fds", 3 };
        struct msghdr m = { .msg_iov = &content, .msg_iovlen = 1, .msg_control = room };
        struct cmsghdr *c;

        m.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
        for (int i = 0; i < count; i++)
                memcpy(CMSG_DATA(c) + (size_t)i * sizeof(int), &fd, sizeof fd);
        cr_assert_eq(sendmsg(ends[0], &m, 0), 3);
}

Test(socket_receive, several_descriptors_are_refused_and_none_stays_open) {
        auto_fd sent = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int before = lowest_free(), came = -1;
        char text[4];

        for (int count = 2; count <= 8; count++) {
                send_several(sent, count);
                cr_expect_eq(socket_receive(ends[1], text, sizeof text, &came), -EBADMSG, "%d of them", count);
                cr_expect_eq(lowest_free(), before, "%d of them", count);
                cr_expect_eq(came, -1);
        }
}

Test(socket_send, nobody_there_is_an_error_not_a_signal) {
        (void)close(ends[1]);
        ends[1] = -1;
        cr_expect_eq(socket_send(ends[0], "x", 1, -1), -EPIPE);
}

Test(socket_send, a_full_socket_answers_at_once) {
        static char large[4096];
        int r, n = 0;

        while ((r = socket_send(ends[0], large, sizeof large, -1)) == 0)
                cr_assert_lt(++n, 10000);
        cr_expect_eq(r, -EAGAIN);
}

static void given_a_directory(void) {
        cr_assert(scratch_make(directory, "socket"));
}

static void remove_directory(void) {
        char path[128];

        (void)snprintf(path, sizeof path, "%s/s", directory);
        (void)unlink(path);
        (void)rmdir(directory);
}

TestSuite(socket_listen, .init = given_a_directory, .fini = remove_directory, .timeout = 5);

Test(socket_listen, has_its_mode_whatever_the_umask_and_replaces_an_old_one) {
        auto_fd first = -1, second = -1, client = -1, served = -1;
        char path[128];
        struct stat st;
        uid_t uid;
        gid_t gid;
        pid_t pid;

        (void)umask(077);
        cr_assert_eq(socket_listen(directory, "s", 0666, &first), 0);
        cr_assert_eq(socket_listen(directory, "s", 0660, &second), 0);
        (void)snprintf(path, sizeof path, "%s/s", directory);
        cr_assert_eq(lstat(path, &st), 0);
        cr_expect(S_ISSOCK(st.st_mode));
        cr_expect_eq(st.st_mode & 0777, 0660);
        cr_assert_eq(socket_connect(directory, "s", &client), 0);
        served = accept4(second, NULL, NULL, SOCK_CLOEXEC);
        cr_assert_geq(served, 0, "it is the new one that answers");
        cr_assert_eq(socket_peer(served, &uid, &gid, &pid), 0);
        cr_expect_eq(uid, getuid());
        cr_expect_eq(gid, getgid());
        cr_expect_eq(pid, getpid());
}

Test(socket_listen, a_path_beyond_what_a_socket_can_have_is_an_error) {
        char name[200];
        int fd = -1;

        memset(name, 'n', sizeof name - 1);
        name[sizeof name - 1] = '\0';
        cr_expect_eq(socket_listen(directory, name, 0600, &fd), -ENAMETOOLONG);
        cr_expect_eq(socket_connect(directory, name, &fd), -ENAMETOOLONG);
        cr_expect_eq(fd, -1);
}

Test(socket_connect, nobody_listening_is_an_error, .init = given_a_directory, .fini = remove_directory) {
        int fd = -1;

        cr_expect_eq(socket_connect(directory, "s", &fd), -ENOENT);
}
