/* SPDX-License-Identifier: MIT */
/* sandbox.c — see sandbox.h. A module is the manufacturer's code that processes a card's data. It needs more system
 * calls than the observer, and they are not all known beforehand; but it can never start another program or gain a
 * privilege. */
#include "card/sandbox.h"

#include "host/sandbox.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define MEMORY (512 << 20)

/* System calls that OpenSC with pcscd, and SoftHSM with its files, need: on the C libraries of Debian 12 and 13, and
 * under AddressSanitizer. Any other call answers EPERM. */
static const int allowed[] = { SCMP_SYS(pread64),         SCMP_SYS(pwrite64),   SCMP_SYS(open),
                               SCMP_SYS(openat),          SCMP_SYS(ftruncate),  SCMP_SYS(fsync),
                               SCMP_SYS(fdatasync),       SCMP_SYS(flock),      SCMP_SYS(dup),
                               SCMP_SYS(statfs),          SCMP_SYS(getdents64), SCMP_SYS(getcwd),
                               SCMP_SYS(unlink),          SCMP_SYS(unlinkat),   SCMP_SYS(umask),
                               SCMP_SYS(select),          SCMP_SYS(pselect6),   SCMP_SYS(pipe2),
                               SCMP_SYS(eventfd2),        SCMP_SYS(connect),    SCMP_SYS(shutdown),
                               SCMP_SYS(getpeername),     SCMP_SYS(setsockopt), SCMP_SYS(mmap),
                               SCMP_SYS(mprotect),        SCMP_SYS(mlock),      SCMP_SYS(mlock2),
                               SCMP_SYS(munlock),         SCMP_SYS(mlockall),   SCMP_SYS(munlockall),
                               SCMP_SYS(set_robust_list), SCMP_SYS(rseq),       SCMP_SYS(sched_getaffinity),
                               SCMP_SYS(getppid),         SCMP_SYS(uname),      SCMP_SYS(sysinfo),
                               SCMP_SYS(getrusage),       SCMP_SYS(times),      SCMP_SYS(clock_getres),
                               SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),  SCMP_SYS(time),
                               SCMP_SYS(seccomp) };

int sandbox_enter(void) {
        const struct sandbox_limits limits = {
                .file_bytes = 1 << 20,
                .locked_bytes = MEMORY,
                .memory_bytes = MEMORY,
        };
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(socket), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX) },
                { SCMP_SYS(clone), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD) },
                /* Its flags are behind a pointer, which a seccomp filter cannot read: with ENOSYS the C library uses
                 * clone instead. */
                { SCMP_SYS(clone3), SCMP_ACT_ERRNO(ENOSYS), 0, { 0 } },
                { SCMP_SYS(prctl), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME) },
                { SCMP_SYS(prctl), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS) },
                /* Asking for a limit, not setting one. */
                { SCMP_SYS(prlimit64), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_EQ, 0) },
        };
        int r = sandbox_become_nobody(&limits);

        return r < 0 ? r
                     : sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_LIBRARIES, allowed,
                                      sizeof allowed / sizeof *allowed, rules, sizeof rules / sizeof *rules);
}

int sandbox_close(void) {
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(socket), SCMP_ACT_ERRNO(EPERM), 0, { 0 } },
                { SCMP_SYS(connect), SCMP_ACT_ERRNO(EPERM), 0, { 0 } },
                { SCMP_SYS(seccomp), SCMP_ACT_ERRNO(EPERM), 0, { 0 } },
                { SCMP_SYS(mmap), SCMP_ACT_ERRNO(EPERM), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC) },
                { SCMP_SYS(mprotect), SCMP_ACT_ERRNO(EPERM), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC) },
        };

        return sandbox_forbid(SCMP_ACT_ALLOW, SANDBOX_NOTHING, NULL, 0, rules, sizeof rules / sizeof *rules);
}
