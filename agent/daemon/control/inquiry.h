/* SPDX-License-Identifier: MIT */
/* inquiry.h — before a policy comes into force: could an administrator log in under it with what is enrolled here, and
 * could one until now? Who is in which group is asked of sekimori-person, one process for each name; nobody waits. */
#pragma once

#include "base/cleanup.h"
#include "control/report.h"
#include "loop/loop.h"

struct inquiry;

/* `before`: one can log in under the policy in force. *why is "" where one could under the next. */
typedef void inquiry_done(void *ctx, bool before, const struct err *why);

/* `next` is borrowed as long as the inquiry lasts. `done` is called once, from the loop, unless inquiry_free()
 * comes first; it may call that itself. */
int inquiry_begin(struct loop *l, const struct subject *s, const struct policy *next, inquiry_done *done, void *ctx,
                  struct inquiry **ret);
void inquiry_free(struct inquiry *q); /* NULL is fine */
CLEANUP(inquiry, struct inquiry *, inquiry_free)
#define auto_inquiry AUTO(inquiry)
