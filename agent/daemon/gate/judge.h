/* SPDX-License-Identifier: MIT */
/* judge.h — the policy's verdict, and what the agent adds to it. Touches nothing. */
#pragma once

#include "gate/table.h"

/* policy_decide, except that what cannot be enforced now is denied: read-only access, and a look at the medium, need
 * the block plane in force and a device that has only disks. */
struct verdict judge(const struct policy *p, const struct keeper *k, const struct device_facts *f,
                     const struct moment *now, const struct person *who);

/* judge() of a device, and what was found out about it since: one that lied, and one that the kernel did not let go of,
 * stays out until it is unplugged, and one that is barred from being let in for reading is not. Also where nothing is
 * enforced: that is what enforcing would do. */
struct verdict judge_device(const struct policy *p, const struct keeper *k, const struct device *d,
                            const struct moment *now, const struct person *who);

/* Does the verdict of judge() rest on whether the block plane is in force? */
bool judge_needs_plane(const struct policy *p, const struct device_facts *f, const struct moment *now,
                       const struct person *who);

struct verdict verdict_deny(int rule, enum reason reason);

/* Hubs, keyboards, mice, card readers: what a person needs to log in, and nothing besides. */
bool is_essential(const struct device_facts *f);

/* Is a part of this kind let in, whatever else the device shows? Where nothing is enforced all of it is in, whatever
 * its verdict says. */
bool judge_is_in_as(const struct device *d, uint32_t kind);

/* Would people lose by `next` each keyboard that they can type with now, while nobody is logged in? -EPERM, with the
 * name of one. A keyboard is what is let in as one, beneath hubs that are let in as hubs, whatever else a device calls
 * itself. One that contradicts itself is not counted as left, nor one that stays out whatever a rule says, and one that
 * is built in is. */
int lockout_check(const struct device_table *t, bool built_in, const struct policy *next, const struct moment *now,
                  struct err *err);
