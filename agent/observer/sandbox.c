/* SPDX-License-Identifier: MIT */
/* sandbox.c — the seccomp rules: a list of allowed calls; open and openat only without write flags, mmap and mprotect
 * only without PROT_EXEC. See sandbox.h. */
#include "observer/sandbox.h"

#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

int sandbox_drop(void) {
        const struct sandbox_limits limits = {
                .file_bytes = 128 << 10, /* the witness's file in memory, and no device shows more */
                .locked_bytes = 0,
                .memory_bytes = 256 << 20,
        };

        return sandbox_become_nobody(&limits);
}

/* What reading sysfs and udev's database, libusb over a file in memory, and talking over open sockets take: on the C
 * libraries of Debian 12 and 13, and under AddressSanitizer. Anything else answers EPERM. */
static const int allowed[] = { SCMP_SYS(read),
                               SCMP_SYS(pread64),
                               SCMP_SYS(readv),
                               SCMP_SYS(write),
                               SCMP_SYS(writev),
                               SCMP_SYS(pwrite64),
                               SCMP_SYS(ftruncate),
                               SCMP_SYS(close),
                               SCMP_SYS(lseek),
                               SCMP_SYS(fcntl),
                               SCMP_SYS(dup),
                               SCMP_SYS(fstat),
                               SCMP_SYS(newfstatat),
                               SCMP_SYS(stat),
                               SCMP_SYS(lstat),
                               SCMP_SYS(statx),
                               SCMP_SYS(fstatfs),
                               SCMP_SYS(statfs),
                               SCMP_SYS(access),
                               SCMP_SYS(faccessat),
                               SCMP_SYS(faccessat2),
                               SCMP_SYS(readlink),
                               SCMP_SYS(readlinkat),
                               SCMP_SYS(getdents64),
                               SCMP_SYS(getcwd),
                               SCMP_SYS(poll),
                               SCMP_SYS(ppoll),
                               SCMP_SYS(recvmsg),
                               SCMP_SYS(recvfrom),
                               SCMP_SYS(sendmsg),
                               SCMP_SYS(sendto),
                               SCMP_SYS(getsockname),
                               SCMP_SYS(getsockopt),
                               SCMP_SYS(timerfd_settime),
                               SCMP_SYS(brk),
                               SCMP_SYS(munmap),
                               SCMP_SYS(mremap),
                               SCMP_SYS(madvise),
                               SCMP_SYS(futex),
                               SCMP_SYS(sched_yield),
                               SCMP_SYS(getpid),
                               SCMP_SYS(gettid),
                               SCMP_SYS(getppid),
                               SCMP_SYS(getuid),
                               SCMP_SYS(geteuid),
                               SCMP_SYS(getgid),
                               SCMP_SYS(getegid),
                               SCMP_SYS(clock_gettime),
                               SCMP_SYS(gettimeofday),
                               SCMP_SYS(getrandom),
                               SCMP_SYS(rt_sigaction),
                               SCMP_SYS(rt_sigprocmask),
                               SCMP_SYS(rt_sigreturn),
                               SCMP_SYS(sigaltstack),
                               SCMP_SYS(restart_syscall),
                               SCMP_SYS(exit),
                               SCMP_SYS(exit_group) };

int sandbox_lock(void) {
        /* O_TMPFILE without the O_DIRECTORY that is part of it: opening a directory to list it is reading. */
        const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(openat), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(open), SCMP_ACT_ALLOW, 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };

        return sandbox_forbid(SCMP_ACT_ERRNO(EPERM), allowed, sizeof allowed / sizeof *allowed, rules,
                              sizeof rules / sizeof *rules);
}
