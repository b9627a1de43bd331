/* SPDX-License-Identifier: MIT */
/* notifier.h — tells the person at the terminal at once what was refused. Decides nothing and stores nothing: a person
 * who is not there is not told. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "decision/policy.h"
#include "notify/peers.h"
#include "wire/notice.h"

struct notifier;

/* `seated` may be NULL: then systemd-logind's word counts. */
int notifier_new(struct loop *l, const char *runtime_dir, peers_seated *seated, struct notifier **ret, struct err *err);
void notifier_free(struct notifier *n);
CLEANUP(notifier, struct notifier *, notifier_free)
#define auto_notifier AUTO(notifier)

/* What happened to a device, or will. */
struct news {
        enum notice_kind kind;
        const struct device_facts *facts;
        const struct verdict *verdict; /* refused and revoked: why */
        const char *request;           /* under which it is recorded; "" */
        int32_t end_minute;            /* ending: of the local day */
};

/* Notices for four devices are sent at once. Further devices, and the same device again, share one notice in three
 * seconds: the latest, with the number of notices it stands for. NULL `n`: nobody is told. NULL `p`: sealed. */
void notifier_tell(struct notifier *n, const struct policy *p, const struct news *news);
