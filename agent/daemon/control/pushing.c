/* SPDX-License-Identifier: MIT */
/* pushing.c — reads, has the agent look at it, asks inquiry.c where logins are concerned, pushes. See pushing.h. */
#include "control/pushing.h"

#include "control/inquiry.h"
#include "host/file.h"

#include <errno.h>
#include <stdlib.h>

struct pushing {
        struct loop *loop;
        const struct subject *subject;
        struct inquiry *inquiry; /* NULL: no push is under way */
        uint8_t *envelope;
        struct push push;
        pushing_done *done;
        void *ctx;
};

static void pushing_forget(struct pushing *p) {
        inquiry_free(p->inquiry);
        push_drop(&p->push);
        free(p->envelope);
        p->inquiry = NULL;
        p->envelope = NULL;
}

void pushing_free(struct pushing *p) {
        if (!p)
                return;
        pushing_forget(p);
        free(p);
}

void pushing_cancel(struct pushing *p, const void *ctx) {
        if (p->inquiry && p->ctx == ctx)
                pushing_forget(p);
}

static bool asks_at_logins(const struct subject *s) {
        enum stage stage = state_stage(s->state);

        return stage == STAGE_LOGIN || stage == STAGE_TRIAL;
}

/* `lockout`: why no administrator could log in under it, or "". A policy is refused for that where it makes the
 * difference: where people are asked, and one could log in until now. */
static void pushing_finish(struct pushing *p, bool before, const struct err *lockout) {
        struct err why = { "" };
        int r;

        p->push.lockout = lockout->text[0] && before && asks_at_logins(p->subject) ? lockout : NULL;
        r = state_push(p->subject->state, &p->push, &why);
        if (r == 0 && lockout->text[0])
                err_append(&why, why.text[0] ? "; " : "", lockout);
        pushing_forget(p);
        p->done(p->ctx, r == 0 ? CONTROL_OK : CONTROL_REFUSED, &why);
}

static void pushing_inquired(void *ctx, bool before, const struct err *why) {
        const struct err lockout = *why; /* the inquiry is over with the push */

        pushing_finish(ctx, before, &lockout);
}

/* 1: its answer comes later. 0: there is nothing to ask. */
static int pushing_inquire(struct pushing *p, struct err *err) {
        unsigned line, column;
        int r;

        if (!asks_at_logins(p->subject) && !policy_login_place(p->push.policy, &line, &column))
                return 0;
        r = inquiry_begin(p->loop, p->subject, p->push.policy, pushing_inquired, p, &p->inquiry);
        return r == 0 ? 1
                      : err_say_errno(err, r, "管理者がログインできるかを調べられません",
                                      "it cannot be found out whether an administrator could log in");
}

static int pushing_read(struct pushing *p, int fd, struct err *err) {
        size_t size;
        int r;

        if (fd < 0 || !memfd_is_sealed(fd))
                return err_say(err, -EBADMSG, "ポリシーが、書き換えられない形（封をした memfd）で届いていません",
                               "a push brings a sealed memfd");
        r = file_read_fd(fd, POLICY_TEXT_MAX, &p->envelope, &size);
        if (r < 0)
                return state_push_unread(p->subject->state, r, p->push.who, err);
        p->push.envelope = bytes_of(p->envelope, size);
        return 0;
}

void pushing_begin(struct pushing *p, int fd, bool force, uid_t who, pushing_done *done, void *ctx) {
        struct err why = { "" };
        int r;

        if (p->inquiry) {
                (void)err_say(&why, 0, "別のポリシーを調べているところです。数秒後にやり直してください",
                              "another policy is being looked at: try again in a few seconds");
                return done(ctx, CONTROL_COULD_NOT, &why);
        }
        p->push = (struct push){ .who = who, .force = force };
        p->done = done, p->ctx = ctx;
        if (pushing_read(p, fd, &why) < 0 || state_look(p->subject->state, &p->push, &why) < 0) {
                pushing_forget(p);
                return done(ctx, CONTROL_REFUSED, &why);
        }
        r = pushing_inquire(p, &why);
        if (r == 0)
                return pushing_finish(p, false, &why);
        if (r < 0) {
                pushing_forget(p);
                done(ctx, CONTROL_COULD_NOT, &why);
        }
}

int pushing_new(struct loop *l, const struct subject *subject, struct pushing **ret) {
        struct pushing *p = calloc(1, sizeof *p);

        if (!p)
                return -ENOMEM;
        p->loop = l, p->subject = subject;
        *ret = p;
        return 0;
}
