/* SPDX-License-Identifier: MIT */
/* sandbox.c — mlockall(2) while still root, then a filter that leaves memory, and messages on the one socket. See
 * sandbox.h. */
#include "seeds/sandbox.h"

#include "host/child.h"
#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MEMORY (512UL << 20) /* a file of 16 MiB as XML, twice, and what is read from it */

int seeds_drop(void) {
        const struct rlimit locked = { MEMORY, MEMORY };
        const struct sandbox_limits limits = { .file_bytes = 0, .locked_bytes = MEMORY, .memory_bytes = MEMORY };

        if (geteuid() == 0 && setrlimit(RLIMIT_MEMLOCK, &locked) == 0)
                (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
        return sandbox_become_nobody(&limits);
}

int seeds_lock(void) {
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(sendmsg), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, CHILD_FD) },
                { SCMP_SYS(recvmsg), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, CHILD_FD) },
                { SCMP_SYS(fcntl), SCMP_ACT_ALLOW, 1, SCMP_A1(SCMP_CMP_EQ, F_GET_SEALS) },
                { SCMP_SYS(poll), SCMP_ACT_ALLOW, 0, { 0 } },
                { SCMP_SYS(ppoll), SCMP_ACT_ALLOW, 0, { 0 } },
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };

        return sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_MEMORY, NULL, 0, rules, sizeof rules / sizeof *rules);
}
