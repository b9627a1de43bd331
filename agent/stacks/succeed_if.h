/* SPDX-License-Identifier: MIT */
/* succeed_if.h — what pam_succeed_if(8) answers where that follows from the service and from /etc/group alone. */
#pragma once

#include "stacks/answers.h"

enum succeed_if { SUCCEEDS, FAILS, DEPENDS };

enum succeed_if succeed_if_decides(int argc, const char **argv, const char *service, const struct stack_groups *groups);
