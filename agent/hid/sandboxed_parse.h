/* SPDX-License-Identifier: MIT */
/* sandboxed_parse.h — parses data that a device chose, in a process that can do nothing else. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "observer/interfaces.h"

/* The interfaces in these descriptors. An unprivileged child parses them, with no capability and only the system calls
 * that it needs to answer; its answer is still untrusted. -EBADMSG: the descriptors are contradictory, or the child
 * died. */
int sandboxed_parse_interfaces(struct bytes descriptors, struct interfaces *ret, struct err *err);
