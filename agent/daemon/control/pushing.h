/* SPDX-License-Identifier: MIT */
/* pushing.h — one push at a time, from the envelope to what became of it: the question whether an administrator could
 * still log in comes before it, and takes a moment. */
#pragma once

#include "base/cleanup.h"
#include "control/report.h"
#include "loop/loop.h"
#include "wire/control.h"

struct pushing;

/* *why: why not; or, with CONTROL_OK, what else is to be told, "". */
typedef void pushing_done(void *ctx, enum control_code code, const struct err *why);

/* `subject` is borrowed. */
int pushing_new(struct loop *l, const struct subject *subject, struct pushing **ret);
void pushing_free(struct pushing *p); /* NULL is fine */
CLEANUP(pushing, struct pushing *, pushing_free)
#define auto_pushing AUTO(pushing)

/* `fd`: a sealed memfd with the envelope; `who` asked. `done` is called once, maybe at once. */
void pushing_begin(struct pushing *p, int fd, bool force, uid_t who, pushing_done *done, void *ctx);

/* Whoever asked is gone: nothing is pushed, and `done` is not called. Nothing, where none is under way for `ctx`. */
void pushing_cancel(struct pushing *p, const void *ctx);
