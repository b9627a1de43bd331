/* SPDX-License-Identifier: MIT */
/* sandboxed_parse.c — a forked child drops its user and capabilities, loads a seccomp filter and parses; its answer in
 * a pipe counts only if size, number of interfaces and exit status are right. See sandboxed_parse.h. */
#include "hid/sandboxed_parse.h"

#include "base/cleanup.h"
#include "host/sandbox.h"
#include "observer/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT = 3 };

/* The calls that are needed after the filter is loaded: to answer and to exit; the others are for libseccomp's cleanup.
 * udev's own service does not allow seccomp(2): at API level 1 libseccomp uses prctl(2) instead. */
static int forbid_the_rest(void) {
        static const int allowed[] = { SCMP_SYS(write),  SCMP_SYS(exit_group), SCMP_SYS(brk),
                                       SCMP_SYS(munmap), SCMP_SYS(madvise),    SCMP_SYS(futex) };
        scmp_filter_ctx filter;
        int r = seccomp_api_set(1);

        filter = r < 0 ? NULL : seccomp_init(SCMP_ACT_ERRNO(EPERM));
        if (!filter)
                return -ENOMEM;
        for (size_t i = 0; i < sizeof allowed / sizeof *allowed && r == 0; i++)
                r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
        if (r == 0)
                r = seccomp_load(filter);
        seccomp_release(filter);
        return r;
}

static int shut_in(void) {
        const struct sandbox_limits limits = { .memory_bytes = 256 << 20 };
        int r = sandbox_become_nobody(&limits);

        return r < 0 ? r : forbid_the_rest();
}

/* A direct system call: what a C library or a sanitizer does at exit is forbidden by the filter. */
static _Noreturn void sandboxed_parse_end(int code) {
        for (;;)
                (void)syscall(SYS_exit_group, code);
}

static _Noreturn void read_and_tell(struct bytes raw, int to) {
        static struct descriptors d;

        if (shut_in() < 0)
                sandboxed_parse_end(CANNOT);
        descriptors_read(raw, &d);
        if (d.wrong)
                sandboxed_parse_end(1);
        sandboxed_parse_end(write(to, &d.interfaces, sizeof d.interfaces) == (ssize_t)sizeof d.interfaces ? 0 : CANNOT);
}

/* The child's answer counts only if its size, its number of interfaces and the exit status are right. */
static int sandboxed_parse_hear(int from, pid_t child, struct interfaces *ret) {
        struct interfaces said;
        ssize_t n = read(from, &said, sizeof said);
        int status = -1;

        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
                ;
        if (status != 0 || n != (ssize_t)sizeof said || said.n > FACTS_INTERFACES)
                return WIFEXITED(status) && WEXITSTATUS(status) == CANNOT ? -EPERM : -EBADMSG;
        *ret = said;
        return 0;
}

int sandboxed_parse_interfaces(struct bytes descriptors, struct interfaces *ret, struct err *err) {
        int ends[2], r;
        pid_t child;

        if (pipe2(ends, O_CLOEXEC) < 0)
                return err_errno(err, -errno, "pipe");
        child = fork();
        if (child == 0)
                read_and_tell(descriptors, ends[1]);
        (void)close(ends[1]);
        r = child < 0 ? -errno : sandboxed_parse_hear(ends[0], child, ret);
        (void)close(ends[0]);
        return r < 0 ? err_errno(err, r, "read the descriptors") : 0;
}
