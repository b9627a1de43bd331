/* SPDX-License-Identifier: MIT */
/* state.c — a list of subscribers; a change asks all of them, is made durable and recorded, and tells all. See state.h.
 */
#include "state/state.h"

#include "state/staging.h"

#include <errno.h>

struct state {
        struct store *store;
        struct audit *audit;
        struct policy *policy;
        struct staging staging;
        struct err note;
        struct subscriber *first;
};

static struct in_force state_now(const struct state *s) {
        return (struct in_force){ s->policy, s->staging.now };
}

/* Asks the subscribers; the first objection ends it. */
static int state_ask(const struct state *s, const struct in_force *next, struct err *err) {
        int r = 0;

        for (struct subscriber *each = s->first; each && r >= 0; each = each->next)
                r = each->may ? each->may(each->ctx, next, err) : 0;
        return r < 0 ? r : 0; /* anything else would be neither refused nor installed */
}

/* Tells all subscribers, even if one fails; the first failure is returned. */
static int state_tell(const struct state *s, const struct in_force *before, struct err *err) {
        int ret = 0;

        for (struct subscriber *each = s->first; each; each = each->next) {
                struct err why = { 0 };
                int r = each->changed ? each->changed(each->ctx, before, &why) : 0;

                if (r < 0 && ret == 0)
                        ret = r, *err = why;
        }
        return ret;
}

static int state_refuse_push(struct state *s, int r, uid_t who, const struct err *err) {
        (void)audit_policy_refused(s->audit, err, who);
        return r;
}

int state_push_unread(struct state *s, int why, uid_t who, struct err *err) {
        if (why == -EFBIG)
                (void)err_say(err, why, "%d バイトより大きなものは受け取れません", "larger than %d bytes",
                              POLICY_TEXT_MAX);
        else
                (void)err_say_errno(err, why, "渡されたものを読めません", "read what was pushed");
        return state_refuse_push(s, why, who, err);
}

int state_look(struct state *s, struct push *push, struct err *err) {
        int r;

        push->waived = (struct err){ "" };
        r = store_check(s->store, push->envelope, push->force ? &push->waived : NULL, &push->policy, err);
        return r < 0 ? state_refuse_push(s, r, push->who, err) : 0;
}

void push_drop(struct push *push) {
        policy_free(TAKE(push->policy));
}

/* Whatever else is set aside is added to what is already. */
static int state_may_push(const struct state *s, struct push *push, const struct policy *p, struct err *err) {
        if (push->lockout && !push->force)
                return err_say(err, -EPERM, IN_JA, IN_EN, push->lockout->ja, push->lockout->text);
        if (push->lockout)
                err_append(&push->waived, push->waived.text[0] ? "; " : "", push->lockout);
        return state_ask(s, &(struct in_force){ p, s->staging.now }, err);
}

int state_push(struct state *s, struct push *push, struct err *err) {
        const struct in_force before = state_now(s);
        auto_policy p = NULL, old = NULL;
        struct err note;
        int r = push->policy ? 0 : state_look(s, push, err);

        if (r < 0)
                return r;
        p = TAKE(push->policy);
        note = push->waived; /* as it will be noted when it is loaded */
        r = state_may_push(s, push, p, err);
        if (r == 0)
                r = store_install(s->store, push->envelope, p, push->force, err);
        if (r < 0)
                return state_refuse_push(s, r, push->who, err);
        old = s->policy; /* until all subscribers have been told that it is gone */
        s->policy = TAKE(p);
        s->note = note;
        audit_set_policy(s->audit, s->policy);
        (void)audit_policy_installed(s->audit, s->policy, &push->waived, push->who);
        (void)state_tell(s, &before, err);
        return 0;
}

int state_set_stage(struct state *s, enum stage stage, uid_t who, struct err *err) {
        const struct in_force before = state_now(s);
        int r = state_ask(s, &(struct in_force){ s->policy, stage }, err);

        if (r == 0)
                r = staging_change(&s->staging, s->audit, stage, who, err);
        if (r < 0)
                return r;
        return state_tell(s, &before, err) < 0 ? 1 : 0;
}

int state_confirm_stage(struct state *s, const char *user, struct err *err) {
        const struct in_force before = state_now(s);
        int r = staging_confirm(&s->staging, s->audit, user, err);

        if (r == 0 && before.stage != s->staging.now)
                r = state_tell(s, &before, err) < 0 ? 1 : 0;
        return r;
}

void state_subscribe(struct state *s, struct subscriber *who) {
        struct subscriber **at = &s->first;

        while (*at)
                at = &(*at)->next;
        who->next = NULL;
        *at = who;
}

void state_unsubscribe(struct state *s, struct subscriber *who) {
        for (struct subscriber **at = &s->first; *at; at = &(*at)->next)
                if (*at == who) {
                        *at = who->next;
                        return;
                }
}

int state_new(struct store *store, struct audit *a, struct state **ret, struct err *err) {
        auto_state s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return err_set(err, -ENOMEM, "state");
        s->store = store, s->audit = a;
        r = store_load(store, &s->policy, &s->note);
        if (r < 0)
                return err_wrap(err, r, "load the policy");
        audit_set_policy(a, s->policy);
        staging_load(&s->staging, store_fd(store));
        (void)audit_policy_loaded(a, s->policy, stage_name(s->staging.now), &s->note);
        *ret = TAKE(s);
        return 0;
}

void state_free(struct state *s) {
        if (!s)
                return;
        audit_set_policy(s->audit, NULL); /* the audit outlives the state, and borrowed its policy */
        policy_free(s->policy);
        free(s);
}

const struct policy *state_policy(const struct state *s) {
        return s->policy;
}

enum stage state_stage(const struct state *s) {
        return s->staging.now;
}

bool state_stage_is_legible(const struct state *s) {
        return s->staging.status == 0 || s->staging.status == -ENOENT;
}

const struct err *state_note(const struct state *s) {
        return &s->note;
}

void state_set_note(struct state *s, const struct err *note) {
        s->note = *note;
}
