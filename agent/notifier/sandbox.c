/* SPDX-License-Identifier: MIT */
/* sandbox.c — a seccomp allowlist for sd-event, sd-bus and sd-login: no file is created, sockets are AF_UNIX, no
 * memory becomes executable; other calls answer EPERM or end the process. See sandbox.h. */
#include "notifier/sandbox.h"

#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* System calls that sd-event, sd-bus and sd-login need: on the C libraries of Debian 12 and 13, and under
 * AddressSanitizer. Any other call answers EPERM. */
static const int allowed[] = {
        SCMP_SYS(ioctl),         SCMP_SYS(epoll_create1),     SCMP_SYS(epoll_ctl),        SCMP_SYS(epoll_wait),
        SCMP_SYS(epoll_pwait),   SCMP_SYS(epoll_pwait2),      SCMP_SYS(timerfd_create),   SCMP_SYS(timerfd_settime),
        SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch), SCMP_SYS(inotify_rm_watch), SCMP_SYS(connect),
        SCMP_SYS(shutdown),      SCMP_SYS(setsockopt)
};

int desk_sandbox(bool writes) {
        const scmp_datum_t writing = writes ? 0 : O_ACCMODE | O_APPEND, making = O_CREAT | O_TRUNC;
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(openat), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing | making, 0) },
                { SCMP_SYS(open), SCMP_ACT_ALLOW, 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing | making, 0) },
                { SCMP_SYS(socket), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX) },
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };

        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                return -errno;
        return sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_LIBRARIES, allowed, sizeof allowed / sizeof *allowed,
                              rules, sizeof rules / sizeof *rules);
}
