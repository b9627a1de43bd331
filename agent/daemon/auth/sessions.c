/* SPDX-License-Identifier: MIT */
/* sessions.c — who was let in, and who sits where. A session ends with its close, or with the process that opened it.
 * What is known of one is in the file before anybody is told (session_file.h), so that it outlasts the agent. */
#include "auth/session.h"

#include "host/clock.h"
#include "host/process.h"
#include "text/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* The session in front. logind gives the name of a session that is over to a later one, and whoever borrows another's
 * rights (su, sudo) stays inside a session of somebody else: the uid must be the same, too. Of several it is the first
 * to open: the others are inside it. */
static const struct session_kept *session_in_front(struct sessions *s) {
        auto_free char *id = NULL;
        const struct session_kept *found = NULL;
        uid_t uid;

        if (!front_session(&s->front, &id, &uid))
                return NULL;
        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session_kept *k = &s->at[i].kept;

                if (k->stage == SESSION_OPEN && k->seat[0] && k->who->uid == uid && strcmp(k->id, id) == 0
                    && (!found || k->opened < found->opened))
                        found = k;
        }
        return found;
}

/* Reports the person whose session is in front of the seat, where that is not who was reported last. */
void session_tell_seated(struct sessions *s) {
        const struct session_kept *k = session_in_front(s);
        const char *groups[PERSON_GROUPS + 1] = { NULL };
        struct person who;

        if (s->told == (k ? k->opened : 0))
                return;
        s->told = k ? k->opened : 0;
        for (size_t i = 0; k && i < k->who->n_groups; i++)
                groups[i] = k->who->groups[i];
        if (k)
                who = (struct person){ .user = k->user, .groups = groups };
        s->context->seated(s->context->ctx, k ? &who : NULL);
}

uid_t sessions_desk(struct sessions *s) {
        auto_free char *id = NULL;
        uid_t uid;

        return front_session(&s->front, &id, &uid) ? uid : PEER_NOBODY;
}

static void front_changed(struct front *f) {
        session_tell_seated(container_of(f, struct sessions, front));
}

int sessions_new(struct loop *l, const struct service_context *context, struct sessions **ret) {
        struct sessions *s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return -ENOMEM;
        s->loop = l, s->context = context;
        r = session_cards_init(s);
        if (r < 0) {
                free(s);
                return r;
        }
        front_init(&s->front, l, front_changed);
        sessions_take_up(s);
        session_tell_seated(s);
        *ret = s;
        return 0;
}

void sessions_on_looked(struct sessions *s, void (*looked)(void *ctx), void *ctx) {
        if (!session_cards_awaited(s)) {
                looked(ctx);
                return;
        }
        s->looked = looked, s->ctx = ctx;
}

/* A session that cannot be kept is a session all the same; that is said once. */
void sessions_save(struct sessions *s) {
        const struct session_kept *at[SESSIONS];
        struct err err = { 0 };
        size_t n = 0;

        for (size_t i = 0; i < SESSIONS; i++)
                if (s->at[i].kept.stage != SESSION_NONE)
                        at[n++] = &s->at[i].kept;
        if (session_file_write(s->context->runtime_fd, at, n, &err) == 0) {
                s->unkept = false;
                return;
        }
        if (!s->unkept)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: sessions do not outlast this agent\n",
                              err.text);
        s->unkept = true;
}

void session_forget(struct session *x) {
        bool was_open = x->kept.stage == SESSION_OPEN;

        if (x->kept.stage == SESSION_NONE)
                return;
        session_unwatch_card(x);
        if (x->ended.fd >= 0) {
                loop_remove(x->of->loop, &x->ended);
                (void)close(x->ended.fd);
        }
        free(TAKE(x->kept.who));
        x->kept.stage = SESSION_NONE;
        if (was_open)
                session_tell_seated(x->of);
}

void sessions_free(struct sessions *s) {
        if (!s)
                return;
        s->looked = NULL;
        s->told = 0;
        for (size_t i = 0; i < SESSIONS; i++) {
                if (s->at[i].kept.stage == SESSION_OPEN)
                        s->at[i].kept.stage = SESSION_CLOSED; /* nobody is told any more */
                session_forget(&s->at[i]);
        }
        front_deinit(&s->front);
        timer_deinit(&s->looks);
        free(s);
}

void session_record(const struct session *x, const char *what) {
        const struct session_kept *k = &x->kept;
        const struct audit_login l = { .user = k->user,
                                       .service = k->service,
                                       .tty = k->tty,
                                       .rhost = k->rhost,
                                       .seat = k->seat,
                                       .session = k->id };

        (void)audit_session(x->of->context->audit, &l, what);
}

/* In the file first, with the number of the record to come: an agent that dies in between leaves the next one what is
 * still to be recorded, and nothing is recorded twice. */
static void session_enter(struct session *x, enum session_stage stage, const char *what) {
        x->kept.stage = stage;
        x->kept.record = audit_head(x->of->context->audit).seq + 1;
        sessions_save(x->of);
        session_record(x, what);
}

void session_close(struct session *x) {
        struct sessions *s = x->of;

        session_enter(x, SESSION_CLOSED, "closed");
        session_forget(x);
        session_tell_seated(s);
        sessions_save(s);
}

void session_ended(struct source *source, uint32_t events) {
        (void)events;
        session_close(container_of(source, struct session, ended));
}

bool session_is_overdue(const struct session_kept *k, int64_t now_ms) {
        return k->stage == SESSION_PASSED && now_ms - k->passed_ms > OPENING_MS;
}

/* Who was let in first and has opened no session gives way: of the same subject, or of the same class where that is
 * full. What is lost is when they logged in last; of one with a card it would be who watches it. NULL: none. */
static struct session *sessions_giving_way(struct sessions *s, struct charge to, enum charge_room room) {
        struct session *oldest = NULL;

        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];
                const struct charge *held = &x->kept.charge;
                bool shares = room == CHARGE_OWN_FULL ? held->key == to.key : held->class == to.class;

                if (shares && x->kept.stage == SESSION_PASSED && !x->kept.has_card && !x->kept.card_gone
                    && (!oldest || x->kept.passed_ms < oldest->kept.passed_ms))
                        oldest = x;
        }
        return oldest;
}

/* A place that is free, or the one of who gives way and does not know yet. NULL: whoever is charged has no room. */
static struct session *sessions_place(struct sessions *s, struct charge who) {
        struct charge held[SESSIONS];
        struct session *place = NULL;
        enum charge_room room;
        int64_t now = clock_ms();
        size_t n = 0;

        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];

                if (session_is_overdue(&x->kept, now))
                        session_forget(x);
                if (x->kept.stage == SESSION_NONE)
                        place = place ?: x;
                else
                        held[n++] = x->kept.charge;
        }
        room = charge_room(CHARGE_SESSION, held, n, who);
        return room == CHARGE_FITS ? place : sessions_giving_way(s, who, room);
}

static struct session *sessions_begin(struct sessions *s, const struct attempt *a, const char *user) {
        struct session *x = sessions_place(s, charge_of(&a->subject));

        if (!x)
                return NULL;
        session_forget(x);
        *x = (struct session){
                .of = s, .ended.fd = -1, .watch = { .source.fd = -1, .child = CHILD_NONE }, .kept.stage = SESSION_PASSED
        };
        x->kept.charge = charge_of(&a->subject);
        x->kept.pid = a->pid, x->kept.passed_ms = clock_ms();
        (void)snprintf(x->kept.user, sizeof x->kept.user, "%s", user);
        (void)snprintf(x->kept.service, sizeof x->kept.service, "%s", a->begin.service);
        return x;
}

/* A card shown while the person has a session belongs to that session from now on: a locker opens none of its own. */
static struct session *session_of(struct sessions *s, const char *user) {
        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session_kept *k = &s->at[i].kept;

                if (k->stage == SESSION_OPEN && k->seat[0] && strcmp(k->user, user) == 0)
                        return &s->at[i];
        }
        return NULL;
}

/* A screen that is unlocked opens no session: nobody is locked out of their own by having many. It is they who ask, or
 * the seat's display manager; whoever asks for somebody else, or from another host, does not unlock. */
static bool unlocks_own(struct sessions *s, const struct attempt *a) {
        const struct session *own = session_of(s, a->user);
        uid_t uid = own ? own->kept.who->uid : PEER_NOBODY;

        return own && ((uid != 0 && a->uid == uid) || a->subject.uid == uid || a->subject.class == SUBJECT_SEAT);
}

bool sessions_have_room(struct sessions *s, const struct attempt *a) {
        return unlocks_own(s, a) || sessions_place(s, charge_of(&a->subject));
}

static void session_keep_last(struct session *x, const struct tally *before) {
        x->kept.last_s = before->login_s;
        x->kept.failures = before->failures;
        (void)snprintf(x->kept.last_place, sizeof x->kept.last_place, "%s", before->login_place);
}

bool sessions_passed(struct sessions *s, struct attempt *a, const struct tally *before) {
        struct session *own = session_of(s, a->user), *x = sessions_begin(s, a, a->user);

        if (x)
                session_keep_last(x, before);
        else if (!unlocks_own(s, a))
                return false;
        if (a->choice.factors & FACTOR_BIT(FACTOR_CARD) && (own || x))
                session_watch_card(own ?: x, a);
        sessions_save(s);
        return true;
}

/* The same process, or (sshd uses several processes) the same person at the same service. */
static struct session *find_passed(struct sessions *s, const struct attempt *a) {
        struct session *found = NULL;

        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session_kept *k = &s->at[i].kept;

                if (k->stage != SESSION_PASSED || session_is_overdue(k, clock_ms()) || strcmp(k->user, a->user) != 0
                    || strcmp(k->service, a->begin.service) != 0)
                        continue;
                if (k->pid == a->pid)
                        return &s->at[i];
                found = &s->at[i];
        }
        return found;
}

bool sessions_await(struct sessions *s, const struct attempt *a) {
        return find_passed(s, a) != NULL;
}

/* Whoever comes from another host sits at no seat. A text console is the seat's, whether or not logind was asked before
 * us; an X display is not by its name: sshd and xrdp have them, too (":10"). */
static const char *seat_of(const struct login_begin *b) {
        if (b->rhost[0])
                return "";
        if (b->seat[0])
                return b->seat;
        return line_is_console(b->tty) ? "seat0" : "";
}

/* A module whose agent died before the verdict asks the next one again: the session is in the file already. */
static struct session *find_repeated(struct sessions *s, const struct attempt *a) {
        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session_kept *k = &s->at[i].kept;

                if (k->stage == SESSION_OPEN && s->at[i].taken_up && k->pid == a->pid && strcmp(k->user, a->user) == 0
                    && strcmp(k->service, a->begin.service) == 0 && strcmp(k->tty, a->begin.tty) == 0
                    && strcmp(k->rhost, a->begin.rhost) == 0 && strcmp(k->seat, seat_of(&a->begin)) == 0
                    && strcmp(k->id, a->begin.session) == 0)
                        return &s->at[i];
        }
        return NULL;
}

static void session_follow_process(struct session *x) {
        x->ended = (struct source){ .fd = process_follow(x->kept.pid, &x->kept.start), .ready = session_ended };
        if (x->ended.fd >= 0 && loop_add(x->of->loop, &x->ended, EPOLLIN) < 0) {
                (void)close(x->ended.fd);
                x->ended.fd = -1;
        }
}

static void tell_last(const struct session_kept *k, struct attempt *a) {
        const struct word_facts facts = { .when_s = k->last_s, .place = k->last_place, .count = k->failures };

        if (a->begin.flags & LOGIN_SILENT)
                return;
        attempt_tell_facts(a, k->last_s ? WORD_LAST_LOGIN : WORD_FIRST_LOGIN, &facts);
        if (k->failures)
                attempt_tell_facts(a, WORD_FAILED_SINCE, &facts);
}

static bool session_begins(struct session *x, const struct attempt *a) {
        struct session_kept *k = &x->kept;

        k->who = malloc(sizeof *k->who);
        if (!k->who)
                return false;
        *k->who = a->who;
        k->opened = ++x->of->openings, k->pid = a->pid;
        (void)snprintf(k->tty, sizeof k->tty, "%s", a->begin.tty);
        (void)snprintf(k->rhost, sizeof k->rhost, "%s", a->begin.rhost);
        (void)snprintf(k->seat, sizeof k->seat, "%s", seat_of(&a->begin));
        (void)snprintf(k->id, sizeof k->id, "%s", a->begin.session);
        session_follow_process(x);
        session_enter(x, SESSION_OPEN, "opened");
        session_tell_seated(x->of);
        if (k->card_gone)
                session_follow_card(x);
        return true;
}

/* A session that is not kept is refused: it would be watched by nobody, and recorded nowhere else. */
void sessions_open(struct sessions *s, struct attempt *a) {
        struct session *x, *repeated;

        if (a->known)
                (void)snprintf(a->user, sizeof a->user, "%s", a->who.name);
        repeated = find_repeated(s, a);
        if (!repeated && !a->known) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "unknown", WORD_UNAVAILABLE);
                return;
        }
        x = repeated ?: find_passed(s, a) ?: sessions_begin(s, a, a->user);
        if (!x) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "too-many-sessions", WORD_TOO_MANY);
                return;
        }
        if (!repeated && !session_begins(x, a)) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "no-helper", WORD_UNAVAILABLE);
                return;
        }
        x->taken_up = false;
        tell_last(&x->kept, a);
        attempt_verdict(a, LOGIN_ALLOW);
}

void sessions_close(struct sessions *s, const struct attempt *a) {
        for (size_t i = 0; i < SESSIONS; i++) {
                const struct session_kept *k = &s->at[i].kept;

                if (k->stage != SESSION_OPEN || strcmp(k->user, a->begin.user) != 0
                    || strcmp(k->service, a->begin.service) != 0
                    || (k->pid != a->pid && strcmp(k->id, a->begin.session) != 0))
                        continue;
                session_close(&s->at[i]);
                return;
        }
}
