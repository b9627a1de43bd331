/* SPDX-License-Identifier: MIT */
/* sandbox.h — how a program of ours in which strangers' bytes are read gives up what it could do. Each step is final.
 */
#pragma once

#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_limits {
        uint64_t file_bytes;   /* of what it writes; a file in memory counts */
        uint64_t locked_bytes; /* against swapping */
        uint64_t memory_bytes; /* of address space; not under AddressSanitizer, whose shadow is terabytes of it */
};

/* Become user `sekimori` (or nobody) when root; no capability, no new privilege, no core, few descriptors, and death
 * with the parent. -errno: do not go on. */
int sandbox_become_nobody(const struct sandbox_limits *limits);

/* The same without becoming another user, for a process that may not. */
int sandbox_give_up(const struct sandbox_limits *limits);

/* What one system call answers: always, or where its argument is so. */
struct sandbox_rule {
        int call;
        uint32_t action; /* SCMP_ACT_… */
        unsigned conditions;
        struct scmp_arg_cmp when;
};

/* What a filter allows before its own list. Sets that hold each other: what any of them is given, all of them have. */
enum sandbox_base {
        SANDBOX_NOTHING,
        SANDBOX_MEMORY,    /* memory, time, signals of one's own, reading what is open, the end */
        SANDBOX_LIBRARIES, /* and looking at files by name, waiting, talking over sockets */
};

/* Forbid: `otherwise` for every call that neither `base` nor `allowed` (may be NULL) nor a rule names, the end of the
 * process for what only an intruder does (executing, tracing, mounting, loading code into the kernel). Filters add up.
 */
int sandbox_forbid(uint32_t otherwise, enum sandbox_base base, const int *allowed, size_t n_allowed,
                   const struct sandbox_rule *rules, size_t n_rules);
