/* SPDX-License-Identifier: MIT */
/* sessions.c — who was let in, who sits where, and what happens when their card leaves the reader. A session ends with
 * its close, or with the process that opened it. */
#include "auth/attempt.h"

#include "auth/front.h"
#include "auth/logind.h"
#include "host/clock.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#define SESSIONS 64
#define OPENING_MS 120000 /* from the verdict to open_session; a locker opens none */

/* First let in (a session may follow), then open. */
struct session {
        struct source ended, card; /* the process that opened it; the helper that watches the card */
        struct child card_child;
        struct sessions *of;
        bool used, open;
        bool card_gone; /* the card left before the session was open: handled at its opening */
        pid_t pid;
        int64_t passed_ms;
        uint64_t opened; /* sequence number of the opening */
        char user[LOGIN_USER], service[LOGIN_NAME], tty[LOGIN_NAME], seat[LOGIN_NAME], id[LOGIN_NAME];
        char rhost[LOGIN_HOST];
        struct person_found *who; /* NULL until it is open */
        int64_t last_s;           /* the login before this one, and how many failed since */
        char last_place[64];
        unsigned failures;
};

struct sessions {
        struct loop *loop;
        const struct service_context *context;
        struct front front;
        uint64_t openings;
        uint64_t told; /* which opening is in front, as was told last; 0: none */
        struct session at[SESSIONS];
};

/* The session in front. logind gives the name of a session that is over to a later one, and whoever borrows another's
 * rights (su, sudo) stays inside a session of somebody else: the uid must be the same, too. Of several it is the first
 * to open: the others are inside it. */
static const struct session *session_in_front(struct sessions *s) {
        auto_free char *id = NULL;
        const struct session *found = NULL;
        uid_t uid;

        if (!front_session(&s->front, &id, &uid))
                return NULL;
        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session *x = &s->at[i];

                if (x->open && x->seat[0] && x->who->uid == uid && strcmp(x->id, id) == 0
                    && (!found || x->opened < found->opened))
                        found = x;
        }
        return found;
}

/* Reports the person whose session is in front of the seat, where that is not who was reported last. */
static void tell_seated(struct sessions *s) {
        const struct session *x = session_in_front(s);
        const char *groups[PERSON_GROUPS + 1] = { NULL };
        struct person who;

        if (s->told == (x ? x->opened : 0))
                return;
        s->told = x ? x->opened : 0;
        for (size_t i = 0; x && i < x->who->n_groups; i++)
                groups[i] = x->who->groups[i];
        if (x)
                who = (struct person){ .user = x->user, .groups = groups };
        s->context->seated(s->context->ctx, x ? &who : NULL);
}

static void front_changed(struct front *f) {
        tell_seated(container_of(f, struct sessions, front));
}

int sessions_new(struct loop *l, const struct service_context *context, struct sessions **ret) {
        struct sessions *s = calloc(1, sizeof *s);

        if (!s)
                return -ENOMEM;
        s->loop = l, s->context = context;
        front_init(&s->front, l, front_changed);
        *ret = s;
        return 0;
}

static void unwatch_card(struct session *x) {
        loop_remove(x->of->loop, &x->card);
        x->card.fd = -1;
        child_stop(&x->card_child);
}

static void sessions_forget(struct session *x) {
        bool was_open = x->open;

        if (!x->used)
                return;
        unwatch_card(x);
        if (x->ended.fd >= 0) {
                loop_remove(x->of->loop, &x->ended);
                (void)close(x->ended.fd);
        }
        free(x->who);
        x->used = x->open = false;
        if (was_open)
                tell_seated(x->of);
}

void sessions_free(struct sessions *s) {
        if (!s)
                return;
        for (size_t i = 0; i < SESSIONS; i++) {
                s->at[i].open = false; /* nobody is told any more */
                sessions_forget(&s->at[i]);
        }
        front_deinit(&s->front);
        free(s);
}

static void sessions_record(const struct session *x, const char *what) {
        const struct audit_login l = { .user = x->user,
                                       .service = x->service,
                                       .tty = x->tty,
                                       .rhost = x->rhost,
                                       .seat = x->seat,
                                       .session = x->id };

        (void)audit_session(x->of->context->audit, &l, what);
}

static void process_ended(struct source *source, uint32_t events) {
        struct session *x = container_of(source, struct session, ended);

        (void)events;
        if (x->open)
                sessions_record(x, "closed");
        sessions_forget(x);
}

/* Acts on every session of that person at a seat: the card stood for the person, not for the program that asked. */
static void act_on(struct sessions *s, const char *user, enum logind_act what) {
        for (size_t i = 0; i < SESSIONS; i++)
                if (s->at[i].open && s->at[i].seat[0] && strcmp(s->at[i].user, user) == 0)
                        (void)logind_act(s->at[i].id, what);
}

static void follow_card(struct session *x) {
        enum card_removal what = policy_login_terms(state_policy(x->of->context->state))->card.removal;

        if (what == CARD_REMOVAL_IGNORE)
                return;
        (void)audit_card_removed(x->of->context->audit, x->user, what == CARD_REMOVAL_LOCK ? "lock" : "logout");
        act_on(x->of, x->user, what == CARD_REMOVAL_LOCK ? LOGIND_LOCK : LOGIND_TERMINATE);
}

static void card_left(struct source *source, uint32_t events) {
        struct session *x = container_of(source, struct session, card);
        uint8_t message[64];
        ssize_t n = socket_receive(x->card.fd, message, sizeof message, NULL);

        (void)events;
        if (n == -EAGAIN)
                return;
        unwatch_card(x);
        /* The helper's end, whatever its cause, counts as removal of the card: so does unplugging the reader. */
        if (x->open)
                follow_card(x);
        else
                x->card_gone = true;
}

static struct session *free_place(struct sessions *s) {
        int64_t now = clock_ms();
        struct session *oldest = NULL;

        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];

                if (x->used && !x->open && now - x->passed_ms > OPENING_MS)
                        sessions_forget(x);
                if (!x->used)
                        return x;
                if (!x->open && (!oldest || x->passed_ms < oldest->passed_ms))
                        oldest = x;
        }
        if (oldest)
                sessions_forget(oldest);
        return oldest;
}

static struct session *sessions_begin(struct sessions *s, const struct attempt *a, const char *user) {
        struct session *x = free_place(s);

        if (!x)
                return NULL;
        *x = (struct session){ .ended.fd = -1, .card.fd = -1, .card_child = CHILD_NONE, .of = s, .used = true };
        x->pid = a->pid, x->passed_ms = clock_ms();
        (void)snprintf(x->user, sizeof x->user, "%s", user);
        (void)snprintf(x->service, sizeof x->service, "%s", a->begin.service);
        return x;
}

static void watch_card(struct session *x, struct attempt *a) {
        uint8_t message[64];
        size_t n = card_watch_encode(a->own->slot, message);

        attempt_unwatch_card(a, &x->card_child);
        x->card = (struct source){ .fd = x->card_child.fd, .ready = card_left };
        if (x->card.fd < 0 || !n || socket_send(x->card.fd, message, n, -1) < 0
            || loop_add(x->of->loop, &x->card, EPOLLIN) < 0)
                unwatch_card(x);
}

/* A card shown while the person has a session belongs to that session from now on: a locker opens none of its own. */
static struct session *session_of(struct sessions *s, const char *user) {
        for (size_t i = 0; i < SESSIONS; i++)
                if (s->at[i].open && s->at[i].seat[0] && strcmp(s->at[i].user, user) == 0)
                        return &s->at[i];
        return NULL;
}

static void hold_card(struct sessions *s, struct session *fresh, struct attempt *a) {
        struct session *x = session_of(s, a->user) ?: fresh;

        unwatch_card(x);
        watch_card(x, a);
}

void sessions_passed(struct sessions *s, struct attempt *a, const struct tally *before) {
        struct session *x = sessions_begin(s, a, a->user);

        if (!x)
                return;
        x->last_s = before->login_s;
        x->failures = before->failures;
        (void)snprintf(x->last_place, sizeof x->last_place, "%s", before->login_place);
        if (a->choice.factors & FACTOR_BIT(FACTOR_CARD))
                hold_card(s, x, a);
}

/* The same process, or (sshd uses several processes) the same person at the same service. */
static struct session *find_passed(struct sessions *s, const struct attempt *a) {
        struct session *found = NULL;

        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];

                if (!x->used || x->open || clock_ms() - x->passed_ms > OPENING_MS || strcmp(x->user, a->user) != 0
                    || strcmp(x->service, a->begin.service) != 0)
                        continue;
                if (x->pid == a->pid)
                        return x;
                found = x;
        }
        return found;
}

/* Whoever comes from another host sits at no seat. A text console is the seat's, whether or not logind was asked before
 * us; an X display is not by its name: sshd and xrdp have them, too (":10"). */
static const char *seat_of(const struct login_begin *b) {
        const char *tty = strncmp(b->tty, "/dev/", 5) == 0 ? b->tty + 5 : b->tty;

        if (b->rhost[0])
                return "";
        if (b->seat[0])
                return b->seat;
        return strncmp(tty, "tty", 3) == 0 && tty[3] >= '0' && tty[3] <= '9' ? "seat0" : "";
}

static void follow_process(struct session *x) {
        x->ended = (struct source){ .fd = (int)syscall(SYS_pidfd_open, x->pid, 0), .ready = process_ended };
        if (x->ended.fd >= 0 && loop_add(x->of->loop, &x->ended, EPOLLIN) < 0) {
                (void)close(x->ended.fd);
                x->ended.fd = -1;
        }
}

static void tell_last(const struct session *x, struct attempt *a) {
        const struct word_facts facts = { .when_s = x->last_s, .place = x->last_place, .count = x->failures };

        if (a->begin.flags & LOGIN_SILENT)
                return;
        attempt_tell_facts(a, x->last_s ? WORD_LAST_LOGIN : WORD_FIRST_LOGIN, &facts);
        if (x->failures)
                attempt_tell_facts(a, WORD_FAILED_SINCE, &facts);
}

void sessions_open(struct sessions *s, struct attempt *a) {
        struct session *x;

        if (a->known)
                (void)snprintf(a->user, sizeof a->user, "%s", a->who.name);
        x = find_passed(s, a);
        if (!x)
                x = sessions_begin(s, a, a->user);
        if (x && a->known && (x->who = malloc(sizeof *x->who))) {
                *x->who = a->who;
                x->open = true, x->opened = ++s->openings, x->pid = a->pid;
                (void)snprintf(x->tty, sizeof x->tty, "%s", a->begin.tty);
                (void)snprintf(x->rhost, sizeof x->rhost, "%s", a->begin.rhost);
                (void)snprintf(x->seat, sizeof x->seat, "%s", seat_of(&a->begin));
                (void)snprintf(x->id, sizeof x->id, "%s", a->begin.session);
                follow_process(x);
                sessions_record(x, "opened");
                tell_last(x, a);
                tell_seated(s);
                if (x->card_gone)
                        follow_card(x);
        }
        attempt_verdict(a, LOGIN_ALLOW);
}

void sessions_close(struct sessions *s, const struct attempt *a) {
        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];

                if (!x->open || strcmp(x->user, a->begin.user) != 0 || strcmp(x->service, a->begin.service) != 0
                    || (x->pid != a->pid && strcmp(x->id, a->begin.session) != 0))
                        continue;
                sessions_record(x, "closed");
                sessions_forget(x);
                return;
        }
}
