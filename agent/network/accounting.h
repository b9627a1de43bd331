/* SPDX-License-Identifier: MIT */
/* accounting.h — that conntrack counts what each connection carries: one switch of the kernel, which is put back. What
 * stood before is written down beside what else lasts until the machine stops. ADR 0222. */
#pragma once

#include "base/err.h"

#define ACCOUNTING_KEPT "accounting"

/* Have it count; connections that are there already are not counted. `net` is /proc/sys/net. 0 or -errno; -ENOENT:
 * the kernel knows of no connection yet; -ENODATA: it tells nobody of those that end. */
int accounting_hold(int net, int kept);

/* As before, if it was us. */
int accounting_undo(int net, int kept, struct err *err);
