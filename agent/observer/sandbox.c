/* SPDX-License-Identifier: MIT */
/* sandbox.c — the seccomp rules: a list of allowed calls; open and openat only without write flags, mmap and mprotect
 * only without PROT_EXEC. See sandbox.h. */
#include "observer/sandbox.h"

#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#define MEMORY (256 << 20)

int sandbox_drop(void) {
        const struct sandbox_limits limits = {
                .file_bytes = 128 << 10, /* the cross-check's file in memory; no device shows more */
                .locked_bytes = MEMORY,
                .memory_bytes = MEMORY,
        };

        return sandbox_become_nobody(&limits);
}

/* System calls that are needed to read sysfs and udev's database, to run libusb over a file in memory, and to talk over
 * open sockets: on the C libraries of Debian 12 and 13, and under AddressSanitizer. Any other call answers EPERM. */
static const int allowed[] = { SCMP_SYS(pread64), SCMP_SYS(pwrite64),        SCMP_SYS(ftruncate),
                               SCMP_SYS(dup),     SCMP_SYS(statfs),          SCMP_SYS(getdents64),
                               SCMP_SYS(getcwd),  SCMP_SYS(timerfd_settime), SCMP_SYS(getppid) };

int sandbox_lock(void) {
        /* O_TMPFILE without the O_DIRECTORY that is part of it: opening a directory to list it is reading. */
        const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(openat), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(open), SCMP_ACT_ALLOW, 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };

        return sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_LIBRARIES, allowed, sizeof allowed / sizeof *allowed,
                              rules, sizeof rules / sizeof *rules);
}
