/* SPDX-License-Identifier: MIT */
/* sandboxed_parse.h — reading what a device chose in a process that can do nothing else. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "observer/interfaces.h"

/* The interfaces that these descriptors show. They are parsed in a child without a user, a capability or a system call
 * but to answer; what it says is still a stranger's. -EBADMSG: they contradict themselves, or the child did not live.
 */
int sandboxed_parse_interfaces(struct bytes descriptors, struct interfaces *ret, struct err *err);
