/* SPDX-License-Identifier: MIT */
/* process.h — is that still the same process? Numbers of processes are given again. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* A descriptor that is readable once the process has ended (pidfd_open(2)), and in *ret_start when it was started, in
 * ticks since boot: the two together mean one process. -ESRCH: there is none; other errors: it cannot be known. */
int process_follow(pid_t pid, uint64_t *ret_start);
