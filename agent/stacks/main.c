/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-stacks: asks libpam itself what would come of a PAM service, with stand-ins for all modules.
 *
 * Started by `sekimori setup`, with its socket on descriptor 3. It is handed a folder of services' files, becomes
 * somebody without privileges, reads, and answers questions until the socket ends. No module runs, nobody is asked,
 * nothing is written; libaudit and syslog(3) find no socket to write to. */
#include "helper/begin.h"
#include "host/child.h"
#include "host/privileges.h"
#include "host/sandbox.h"
#include "stacks/explore.h"
#include "stacks/stand_in.h"
#include "wire/socket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM "sekimori-stacks"
#define TEXT (1 << 20) /* bytes of one file */
#define MEMORY (256UL << 20)

static struct stack_groups groups;
static char folder[32];

static int stacks_lock(void) {
        static const int allowed[] = { SCMP_SYS(openat), SCMP_SYS(open),    SCMP_SYS(stat),       SCMP_SYS(access),
                                       SCMP_SYS(read),   SCMP_SYS(poll),    SCMP_SYS(ppoll),      SCMP_SYS(sendmsg),
                                       SCMP_SYS(mmap),   SCMP_SYS(recvmsg), SCMP_SYS(getdents64), SCMP_SYS(fcntl),
                                       SCMP_SYS(write),  SCMP_SYS(geteuid), SCMP_SYS(getuid) };

        /* "No such kind of address" is what libaudit takes for a kernel without auditing. */
        return sandbox_forbid(SCMP_ACT_ERRNO(EAFNOSUPPORT), SANDBOX_MEMORY, allowed, sizeof allowed / sizeof *allowed,
                              NULL, 0);
}

static char *stacks_text(int dir, const char *name) {
        int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        char *text = fd < 0 ? NULL : malloc(TEXT + 1);
        ssize_t n = 0, got = 0;

        while (text && n < TEXT && (got = read(fd, text + n, (size_t)(TEXT - n))) > 0)
                n += got;
        if (text)
                text[n] = '\0';
        if (fd >= 0)
                (void)close(fd);
        return text;
}

/* The folder of services, and beside them what groups there are. */
static void stacks_read(int dir) {
        int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *d = again < 0 ? NULL : fdopendir(again);

        if (!d)
                helper_fail(PROGRAM, "read the services", -errno);
        for (const struct dirent *e; (e = readdir(d));) {
                char *text = e->d_name[0] == '.' ? NULL : stacks_text(dir, e->d_name);

                if (text)
                        answers_note_names(text);
                free(text);
        }
        (void)closedir(d);
        groups.group = stacks_text(dir, STACKS_GROUP);
        groups.passwd = stacks_text(dir, STACKS_PASSWD);
        groups.nsswitch = stacks_text(dir, STACKS_NSSWITCH);
        (void)snprintf(folder, sizeof folder, "/proc/self/fd/%d", dir);
        stand_in_folder = folder;
}

static ssize_t stacks_receive(void *to, size_t size, int *fd) {
        struct pollfd end = { .fd = CHILD_FD, .events = POLLIN };

        while (poll(&end, 1, -1) < 0)
                ;
        return socket_receive(CHILD_FD, to, size, fd);
}

static void stacks_serve(void) {
        struct stacks_question q;
        struct stacks_answer a;
        ssize_t n;

        while ((n = stacks_receive(&q, sizeof q, NULL)) > 0) {
                if (!stacks_question_is_sound(&q, (size_t)n))
                        _exit(1);
                explore(&q, &groups, &a);
                if (socket_send(CHILD_FD, &a, sizeof a, -1) < 0)
                        _exit(1);
        }
}

int main(void) {
        struct sandbox_limits limits = { .memory_bytes = MEMORY };
        char nothing;
        int dir = -1, r;

        if (!helper_begin(PROGRAM))
                return 2;
        privileges_forget_environment();
        if (stacks_receive(&nothing, sizeof nothing, &dir) != sizeof nothing || dir < 0)
                return 1;
        r = sandbox_become_nobody(&limits);
        if (r == 0)
                r = stacks_lock();
        if (r < 0)
                helper_fail(PROGRAM, "shut itself in", r);
        stacks_read(dir);
        if (!explore_is_ours())
                helper_fail(PROGRAM, "take libpam's modules over", -ENOTSUP);
        stacks_serve();
        _exit(0);
}
