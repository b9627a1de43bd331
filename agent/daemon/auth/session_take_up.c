/* SPDX-License-Identifier: MIT */
/* session_take_up.c — the sessions that the agent before this one knew, by its file: what is still there goes on, what
 * has ended is recorded, and what nobody can tell of is locked and recorded. */
#include "auth/session.h"

#include "host/clock.h"
#include "host/process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* The agent died between the file and the log. */
static bool is_unrecorded(const struct session *x) {
        return x->kept.record > x->of->context->recorded;
}

/* The screen is locked where somebody may sit whom we no longer know. */
static void take_up_lock(struct session *x) {
        session_record(x, "lost");
        (void)logind_act(x->kept.id, LOGIND_LOCK);
        x->kept.stage = SESSION_CLOSED; /* who is in front is told once all are taken up */
        session_forget(x);
}

static void take_up_end(struct session *x) {
        x->kept.stage = SESSION_CLOSED;
        session_record(x, "closed");
        session_forget(x);
}

/* Is the process that opened it still there, and the same? Where that cannot be known, nobody would hear of its end. */
static void take_up_open(struct session *x) {
        uint64_t start = 0;
        int fd = process_follow(x->kept.pid, &start);

        if (is_unrecorded(x))
                session_record(x, "opened");
        x->ended = (struct source){ .fd = fd, .ready = session_ended };
        if (x->kept.start == 0 || (fd < 0 && fd != -ESRCH)
            || (fd >= 0 && start == x->kept.start && loop_add(x->of->loop, &x->ended, EPOLLIN) < 0))
                take_up_lock(x);
        else if (fd < 0 || start != x->kept.start)
                take_up_end(x);
        else
                x->taken_up = true;
}

static void take_up(struct session *x) {
        switch (x->kept.stage) {
        case SESSION_OPEN:
                take_up_open(x);
                break;
        case SESSION_CLOSED:
                if (is_unrecorded(x))
                        session_record(x, "closed");
                session_forget(x);
                break;
        default: /* let in: its session may be about to begin, in another process, too (sshd) */
                if (session_is_overdue(&x->kept, clock_ms()))
                        session_forget(x);
                break;
        }
        if (x->kept.has_card && x->kept.stage != SESSION_NONE)
                session_look_for_card(x);
}

/* Nobody knows whose sessions they were: every screen is locked. */
static void take_up_nothing(struct sessions *s, int why) {
        struct session unknown = { .of = s };

        if (why == -ENOENT)
                return;
        (void)fprintf(stderr, "sekimorid: sessions: %s; going on without it: every screen is locked\n",
                      strerrordesc_np(-why));
        session_record(&unknown, "lost");
        (void)logind_act("", LOGIND_LOCK);
}

void sessions_take_up(struct sessions *s) {
        auto_free struct session_kept *kept = calloc(SESSIONS, sizeof *kept);
        size_t n = 0;
        int r = kept ? session_file_read(s->context->runtime_fd, kept, &n) : -ENOMEM;

        if (r < 0)
                take_up_nothing(s, r);
        for (size_t i = 0; i < n; i++) {
                struct session *x = &s->at[i];

                *x = (struct session){
                        .of = s, .kept = kept[i], .ended.fd = -1, .watch = { .source.fd = -1, .child = CHILD_NONE }
                };
                x->watch.awaited = x->kept.has_card;
                if (x->kept.opened > s->openings)
                        s->openings = x->kept.opened;
        }
        for (size_t i = 0; i < n; i++)
                take_up(&s->at[i]);
        if (r == 0 || r == -EBADMSG)
                sessions_save(s);
}
