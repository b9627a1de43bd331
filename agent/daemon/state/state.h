/* SPDX-License-Identifier: MIT */
/* state.h — the policy and the stage in force. A plane that obeys them subscribes: it is asked before a change, and
 * told at once. */
#pragma once

#include "audit/audit.h"
#include "base/cleanup.h"
#include "decision/policy.h"
#include "store/stage.h"
#include "store/store.h"

#include <sys/types.h>

struct state;

/* What is about to be in force, or has just come into force. `policy` NULL: sealed. */
struct in_force {
        const struct policy *policy;
        enum stage stage;
};

/* One plane that obeys. Both may be NULL. The subscriber's memory is its own, and stays until it unsubscribes. */
struct subscriber {
        /* Would `next` lock people out? Negative, with the reason: refused, and nothing has changed. */
        int (*may)(void *ctx, const struct in_force *next, struct err *err);
        /* The change is in force; `before` was until now. Negative: it could not be applied everywhere, and err says
         * where; it is in force all the same. */
        int (*changed)(void *ctx, const struct in_force *before, struct err *err);
        void *ctx;
        struct subscriber *next;
};

/* Borrowed: store and audit outlive it. Loads the policy and the stage, and records what was loaded. Succeeds without a
 * policy: sealed. */
int state_new(struct store *s, struct audit *a, struct state **ret, struct err *err);
void state_free(struct state *s);
CLEANUP(state, struct state *, state_free)
#define auto_state AUTO(state)

/* Subscribers are asked and told in the order in which they subscribed. */
void state_subscribe(struct state *s, struct subscriber *who);
void state_unsubscribe(struct state *s, struct subscriber *who);

struct push {
        struct bytes envelope;
        uid_t who;  /* the uid that asked */
        bool force; /* root sets aside what store_check lets root set aside, and `lockout` */
        const struct err
                *lockout;      /* why no administrator could log in any more; NULL: one could, or could not before */
        struct policy *policy; /* by state_look; owned */
        struct err waived;     /* likewise: what is set aside */
};

/* Verify and check; the policy is in *push from then on. As store_check. Refused: recorded. */
int state_look(struct state *s, struct push *push, struct err *err);
void push_drop(struct push *push);

/* Look, where that was not done yet (no other push may have come in between), ask, install, record, tell. What is set
 * aside is recorded and noted. -EPERM: it would lock people out; else as store_check and store_install. Refused:
 * recorded, and the policy in force is unchanged. In any case *push holds no policy any more. */
int state_push(struct state *s, struct push *push, struct err *err);

/* A push that could not even be read (-EFBIG: larger than POLICY_TEXT_MAX). Refused and recorded like any other. */
int state_push_unread(struct state *s, int why, uid_t who, struct err *err);

/* Change the stage, because `who` asked: write it, record it, tell the subscribers. -EPERM: it would lock people out;
 * -EAGAIN: whether it would is not known yet; anything negative: nothing has changed. 1: the stage is in force, but
 * could not be applied everywhere, and err says where. */
int state_set_stage(struct state *s, enum stage stage, uid_t who, struct err *err);

/* This administrator logged in: ends a trial, and makes its stage final. Returns as state_set_stage. */
int state_confirm_stage(struct state *s, const char *user, struct err *err);

const struct policy *state_policy(const struct state *s); /* NULL: sealed */
enum stage state_stage(const struct state *s);
bool state_stage_is_legible(const struct state *s); /* false: what is written is no stage, so everything is enforced */

/* What was skipped when the policy was loaded, or what could not be applied since; "". */
const struct err *state_note(const struct state *s);
void state_set_note(struct state *s, const struct err *note);
