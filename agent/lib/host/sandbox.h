/* SPDX-License-Identifier: MIT */
/* sandbox.h — how a program that parses untrusted data gives up its privileges. Each step is final. */
#pragma once

#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_limits {        /* at most */
        uint64_t file_bytes;   /* size of the files that it writes; a file in memory counts */
        uint64_t locked_bytes; /* memory that it may lock against swapping; memory_hold() asks for as much as there may
                                  be */
        uint64_t memory_bytes; /* of address space; not under AddressSanitizer, whose shadow is terabytes of it */
};

/* Become user `sekimori` (or nobody) when root; no capability, no new privilege, no core, few descriptors, and death
 * with the parent. -errno: do not go on. */
int sandbox_become_nobody(const struct sandbox_limits *limits);

/* The same without becoming another user, for a process that may not do that. */
int sandbox_give_up(const struct sandbox_limits *limits);

/* The action for one system call: always, or only if the condition on its argument holds. */
struct sandbox_rule {
        int call;
        uint32_t action; /* SCMP_ACT_… */
        unsigned conditions;
        struct scmp_arg_cmp when;
};

/* What a filter allows before its own list. Each set includes the sets before it. */
enum sandbox_base {
        SANDBOX_NOTHING,
        SANDBOX_MEMORY,    /* memory, time, signals of one's own, the end */
        SANDBOX_LIBRARIES, /* and reading and writing, looking at files by name, waiting, talking over sockets */
};

/* Load a filter: `otherwise` for every call that neither `base` nor `allowed` (may be NULL) nor a rule names; a call
 * that only an intruder makes (executing, tracing, mounting, loading code into the kernel) kills the process. Filters
 * add up. */
int sandbox_forbid(uint32_t otherwise, enum sandbox_base base, const int *allowed, size_t n_allowed,
                   const struct sandbox_rule *rules, size_t n_rules);
