/* SPDX-License-Identifier: MIT */
/* inquiry.c — goes through those who are enrolled, root first, until an administrator is found who could log in.
 * Whoever could not under any rule is not looked up. Each look-up has a deadline, and so has the whole. See inquiry.h.
 */
#include "control/inquiry.h"

#include "control/way_in.h"
#include "decision/administrators.h"
#include "host/child.h"
#include "host/clock.h"
#include "wire/person.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define LOOK_MS 3000   /* for one name */
#define WHOLE_MS 20000 /* the tool waits for 30 s */

struct inquiry {
        struct loop *loop;
        const struct subject *subject;
        const struct policy *next; /* borrowed */
        char **names;
        size_t n, at; /* names[at - 1] is being looked up */
        uint32_t enrolled;
        struct child child;
        struct source source;
        struct timer timer;
        int64_t end_ms;
        bool before;
        inquiry_done *done;
        void *ctx;
};

static void stop_looking(struct inquiry *q) {
        loop_remove(q->loop, &q->source);
        child_stop(&q->child);
        q->source.fd = -1;
}

void inquiry_free(struct inquiry *q) {
        if (!q)
                return;
        stop_looking(q);
        timer_deinit(&q->timer);
        for (size_t i = 0; i < q->n; i++)
                free(q->names[i]);
        free(q->names);
        free(q);
}

static void inquiry_answer(struct inquiry *q, bool found) {
        struct err why = { "" };
        unsigned line, column;

        (void)timer_in_ms(&q->timer, -1);
        if (!found)
                (void)err_say(
                        &why, 0,
                        "この端末に登録されているものでログインできる管理者（root か、sudo・wheel・admin・admins "
                        "グループの人）がいません。求められるものを管理者に登録するか（sekimori enrol USER "
                        "totp）、登録されているものでログインできる方法を require に加えてください",
                        "no administrator (root, or somebody in the group sudo, wheel, admin or admins) could log "
                        "in with what is enrolled on this terminal: enrol what is asked of one of them (sekimori "
                        "enrol USER totp), or add to `require` what they have");
        if (!found && policy_login_place(q->next, &line, &column))
                (void)err_say_wrap(&why, 0, "%u:%u", "%u:%u", line, column);
        q->done(q->ctx, q->before, &why);
}

/* False: there is nothing to ask of this person, or nobody to ask. */
static bool inquiry_look(struct inquiry *q, const char *user) {
        const struct policy *now = state_policy(q->subject->state);
        uint8_t message[PERSON_NAME + 8];
        size_t n = person_look_encode(user, message);

        q->enrolled = way_in_enrolled(q->subject, user);
        if (!policy_login_offers(q->next, way_in_factors(q->next, q->enrolled))
            && !policy_login_offers(now, way_in_factors(now, q->enrolled)))
                return false;
        if (!n || child_spawn("sekimori-person", NULL, &q->child, NULL) < 0)
                return false;
        q->source.fd = q->child.fd;
        if (loop_add(q->loop, &q->source, EPOLLIN) == 0 && socket_send(q->child.fd, message, n, -1) == 0
            && timer_in_ms(&q->timer, LOOK_MS) == 0)
                return true;
        stop_looking(q);
        return false;
}

static void inquiry_go_on(struct inquiry *q) {
        while (q->at < q->n && clock_ms() < q->end_ms)
                if (inquiry_look(q, q->names[q->at++]))
                        return;
        inquiry_answer(q, false);
}

/* Is this administrator's way in there under the next policy? */
static bool inquiry_judge(struct inquiry *q, const struct person_found *f) {
        const char *groups[PERSON_GROUPS + 1] = { NULL };
        const struct person who = { .user = q->names[q->at - 1], .groups = groups };

        for (size_t i = 0; i < f->n_groups; i++)
                groups[i] = f->groups[i];
        if (strcmp(f->name, who.user) != 0 || !person_is_administrator(&who))
                return false;
        q->before = q->before || way_in_there(state_policy(q->subject->state), &who, q->enrolled);
        return way_in_there(q->next, &who, q->enrolled);
}

static void inquiry_heard(struct source *source, uint32_t events) {
        struct inquiry *q = container_of(source, struct inquiry, source);
        auto_free struct person_found *f = calloc(1, sizeof *f);
        auto_free uint8_t *message = malloc(PERSON_MAX);
        ssize_t n = message ? socket_receive(source->fd, message, PERSON_MAX, NULL) : -ENOMEM;
        bool found;

        (void)events;
        if (n == -EAGAIN)
                return;
        found = f && n > 0 && person_found_decode(bytes_of(message, (size_t)n), f) == 0 && inquiry_judge(q, f);
        stop_looking(q);
        if (found)
                inquiry_answer(q, true);
        else
                inquiry_go_on(q);
}

/* The first step, or a name that nobody could say anything of in time. */
static void inquiry_fired(struct timer *t, bool clock_was_set) {
        struct inquiry *q = container_of(t, struct inquiry, timer);

        (void)clock_was_set;
        stop_looking(q);
        inquiry_go_on(q);
}

static int root_first(const void *a, const void *b) {
        const char *x = *(char *const *)a, *y = *(char *const *)b;
        bool root = strcmp(x, "root") == 0;

        return root != (strcmp(y, "root") == 0) ? (root ? -1 : 1) : strcmp(x, y);
}

int inquiry_begin(struct loop *l, const struct subject *s, const struct policy *next, inquiry_done *done, void *ctx,
                  struct inquiry **ret) {
        auto_inquiry q = calloc(1, sizeof *q);
        int r;

        if (!q)
                return -ENOMEM;
        *q = (struct inquiry){ .loop = l, .subject = s, .next = next, .child = CHILD_NONE, .done = done, .ctx = ctx };
        q->source = (struct source){ .fd = -1, .ready = inquiry_heard };
        q->timer.source.fd = -1;
        q->end_ms = clock_ms() + WHOLE_MS;
        r = timer_init(&q->timer, l, CLOCK_MONOTONIC, inquiry_fired);
        if (r == 0 && s->factors && factors_people(s->factors, &q->names, &q->n) == 0 && q->n)
                qsort(q->names, q->n, sizeof *q->names, root_first);
        if (r == 0)
                r = timer_in_ms(&q->timer, 0);
        if (r == 0)
                *ret = TAKE(q);
        return r;
}
