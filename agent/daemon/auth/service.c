/* SPDX-License-Identifier: MIT */
/* service.c — auth.sock: charges conversations to who asks, dispatches their messages, and keeps their deadlines.
 * attempt.c holds the conversation itself. */
#include "auth/attempt.h"

#include "base/secret.h"
#include "host/clock.h"
#include "host/locked.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define UNHEARD_OF_A_USER 8 /* connections that have said nothing yet, of one uid other than root */
#define ADMITTED_AT_ONCE 256
#define ATTEMPTS (CHARGES_MAX + ADMITTED_AT_ONCE) /* those that are charged, and of root those not heard yet */
#define SILENCE_MS 10000                          /* until the first message */
#define SPARE_MS 600000                           /* how long the next login's helpers are kept */

struct service {
        struct source listening;
        struct loop *loop;
        struct timer timer;
        struct service_context context;
        struct sessions *sessions;
        struct helper_pool *helper_pool;
        struct roots *roots; /* of the policy with this serial */
        uint64_t roots_of;
        uint64_t arrivals;
        size_t n;
        struct attempt *attempts[ATTEMPTS];
};

const struct policy *attempt_policy(const struct attempt *a) {
        return state_policy(a->service->context.state);
}

const struct service_context *attempt_context(const struct attempt *a) {
        return &a->service->context;
}

struct sessions *attempt_sessions(const struct attempt *a) {
        return a->service->sessions;
}

struct helper_pool *attempt_helper_pool(const struct attempt *a) {
        return a->service->helper_pool;
}

/* A certificate's issuer list is parsed once for each policy. */
const struct roots *attempt_roots(const struct attempt *a) {
        struct service *s = a->service;
        const struct policy *p = attempt_policy(a);
        uint64_t serial = p ? policy_serial(p) : 0;

        if (s->roots && s->roots_of == serial)
                return s->roots;
        roots_free(TAKE(s->roots));
        if (roots_new(policy_login_terms(p), &s->roots, NULL) < 0)
                return NULL;
        s->roots_of = serial;
        return s->roots;
}

/* One timer for all, at the earliest deadline. */
static void service_arm(struct service *s) {
        int64_t first = INT64_MAX, left;

        for (size_t i = 0; i < s->n; i++)
                if (s->attempts[i]->deadline_ms < first)
                        first = s->attempts[i]->deadline_ms;
        left = first == INT64_MAX ? -1 : first - clock_ms();
        (void)timer_in_ms(&s->timer, first == INT64_MAX ? -1 : left < 0 ? 0 : left);
}

void attempt_until(struct attempt *a, int64_t ms) {
        a->deadline_ms = clock_ms() + ms;
        service_arm(a->service);
}

static void service_fired(struct timer *t, bool clock_was_set) {
        struct service *s = container_of(t, struct service, timer);
        int64_t now = clock_ms();
        size_t i = 0;

        (void)clock_was_set;
        while (i < s->n) {
                struct attempt *a = s->attempts[i];

                if (a->deadline_ms <= now)
                        attempt_timed_out(a); /* ends it, or gives it a new deadline */
                if (i < s->n && s->attempts[i] == a)
                        i++;
        }
        service_arm(s);
}

static void hear_no_more(struct service *s, struct source *source, struct child *child) {
        loop_remove(s->loop, source);
        child_stop(child);
        source->fd = -1;
}

struct attempt *service_find(const struct service *s, bool (*fits)(const struct attempt *a, const void *ctx),
                             const void *ctx) {
        struct attempt *found = NULL;

        for (size_t i = 0; i < s->n; i++)
                if ((!found || s->attempts[i]->came < found->came) && fits(s->attempts[i], ctx))
                        found = s->attempts[i];
        return found;
}

/* The next attempt is likely to need the same helpers. */
static void prepare_next(struct service *s, const struct attempt *a) {
        if (a->looked)
                helper_pool_prepare(s->helper_pool, HELPER_PERSON, PASSWORD_SERVICE);
        if (a->found_with)
                helper_pool_prepare(s->helper_pool, HELPER_CARD, a->found_with);
}

void attempt_end(struct attempt *a) {
        struct service *s = a->service;

        for (size_t i = 0; i < s->n; i++)
                if (s->attempts[i] == a) {
                        s->attempts[i] = s->attempts[--s->n];
                        break;
                }
        attempt_stop_person(a);
        attempt_stop_card(a);
        loop_remove(s->loop, &a->peer);
        (void)close(a->peer.fd);
        prepare_next(s, a);
        free(a->own);
        card_chain_deinit(&a->chain);
        free(a->found_with);
        locked_free(a, sizeof *a);
        service_arm(s);
        cards_pass_turns(s);
}

static void peer_ready(struct source *source, uint32_t events) {
        struct attempt *a = container_of(source, struct attempt, peer);
        uint8_t message[LOGIN_MAX];
        char answer[LOGIN_ANSWER];
        struct login_begin begin;
        ssize_t n = socket_receive(a->peer.fd, message, sizeof message, NULL);
        struct bytes said = bytes_of(message, n > 0 ? (size_t)n : 0);

        (void)events;
        if (n == -EAGAIN)
                return;
        if (a->state == ATTEMPT_NEW && n > 0 && login_begin_decode(said, &begin) == 0)
                attempt_began(a, &begin);
        else if (a->state == ATTEMPT_ASKING && n > 0 && login_answer_decode(said, answer) == 0)
                attempt_answered(a, answer);
        else
                attempt_abandoned(a, n > 0);
        secret_wipe(message, sizeof message);
        secret_wipe(answer, sizeof answer);
}

/* Passes on the helper's message; an empty one if the helper ended. */
static void service_hear(struct attempt *a, int fd, void (*heard)(struct attempt *a, struct bytes message)) {
        const size_t most = CARD_MAX > PERSON_MAX ? CARD_MAX : PERSON_MAX;
        auto_free uint8_t *message = malloc(most);
        ssize_t n = message ? socket_receive(fd, message, most, NULL) : -ENOMEM;

        if (n != -EAGAIN)
                heard(a, bytes_of(message, n > 0 ? (size_t)n : 0));
}

static void person_ready(struct source *source, uint32_t events) {
        (void)events;
        service_hear(container_of(source, struct attempt, person), source->fd, attempt_person_heard);
}

static void card_ready(struct source *source, uint32_t events) {
        (void)events;
        service_hear(container_of(source, struct attempt, card), source->fd, card_heard);
}

int attempt_watch_person(struct attempt *a) {
        a->person = (struct source){ .fd = a->person_child.fd, .ready = person_ready };
        return loop_add(a->service->loop, &a->person, EPOLLIN);
}

int attempt_watch_card(struct attempt *a) {
        a->card = (struct source){ .fd = a->card_child.fd, .ready = card_ready };
        return loop_add(a->service->loop, &a->card, EPOLLIN);
}

void attempt_stop_person(struct attempt *a) {
        hear_no_more(a->service, &a->person, &a->person_child);
}

void attempt_stop_card(struct attempt *a) {
        hear_no_more(a->service, &a->card, &a->card_child);
}

void attempt_unwatch_card(struct attempt *a, struct child *ret) {
        loop_remove(a->service->loop, &a->card);
        a->card.fd = -1;
        *ret = a->card_child;
        a->card_child = CHILD_NONE;
}

static bool waits_for_answer(const struct attempt *a, const void *ctx) {
        const struct login_subject *who = ctx;

        return a->charged && a->subject.key == who->key && a->state == ATTEMPT_ASKING;
}

/* Ends the oldest that waits for the subject's answer. */
static bool charge_gives_way(struct service *s, const struct login_subject *who) {
        struct attempt *oldest = service_find(s, waits_for_answer, who);

        if (oldest)
                attempt_refuse_now(oldest, LOGIN_UNAVAILABLE, "too-many", WORD_TOO_MANY);
        return oldest != NULL;
}

bool attempt_charge(struct attempt *a) {
        struct service *s = a->service;
        const struct login_subject *who = &a->subject;
        struct charge held[CHARGES_MAX];
        enum charge_room room;
        size_t n = 0;

        for (size_t i = 0; i < s->n && n < CHARGES_MAX; i++)
                if (s->attempts[i]->charged)
                        held[n++] = charge_of(&s->attempts[i]->subject);
        room = charge_room(CHARGE_CONVERSATION, held, n, charge_of(who));
        a->charged = room == CHARGE_FITS || (room == CHARGE_OWN_FULL && charge_gives_way(s, who));
        return a->charged;
}

/* Of that uid; NULL: of whoever. */
static bool is_unheard(const struct attempt *a, const void *ctx) {
        const uid_t *uid = ctx;

        return a->state == ATTEMPT_NEW && (!uid || a->uid == *uid);
}

static bool has_unheard_share(const struct service *s, uid_t uid) {
        size_t n = 0;

        for (size_t i = 0; i < s->n; i++)
                n += is_unheard(s->attempts[i], &uid);
        return uid == 0 || n < UNHEARD_OF_A_USER;
}

/* Who asks is known, and charged, once they say what for. Until then the oldest makes room: the uid's own where it has
 * as many as it may, else whosever it is. */
static bool make_room(struct service *s, uid_t uid) {
        struct attempt *oldest = NULL;

        if (!has_unheard_share(s, uid))
                oldest = service_find(s, is_unheard, &uid);
        else if (s->n == ATTEMPTS)
                oldest = service_find(s, is_unheard, NULL);
        if (oldest)
                attempt_abandoned(oldest, false);
        return s->n < ATTEMPTS;
}

/* False: no further connection is pending. */
static bool service_admit(struct service *s) {
        auto_fd fd = accept4(s->listening.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        struct attempt *a;
        uid_t uid;
        gid_t gid;
        pid_t pid;

        if (fd < 0)
                return false;
        if (socket_peer(fd, &uid, &gid, &pid) < 0 || !make_room(s, uid))
                return true;
        a = locked_new(sizeof *a);
        if (!a)
                return true;
        a->service = s, a->uid = uid, a->pid = pid, a->came = ++s->arrivals;
        a->person.fd = a->card.fd = -1;
        a->person_child = a->card_child = CHILD_NONE;
        a->peer = (struct source){ .fd = fd, .ready = peer_ready };
        if (loop_add(s->loop, &a->peer, EPOLLIN) < 0) {
                locked_free(a, sizeof *a);
                return true;
        }
        (void)take_fd(&fd);
        s->attempts[s->n++] = a;
        attempt_until(a, SILENCE_MS);
        return true;
}

/* Accepts the pending connections before any is read: of many from one uid only the few that remain cost a helper each,
 * and connections queued behind them are not kept waiting. */
static void someone_came(struct source *source, uint32_t events) {
        struct service *s = container_of(source, struct service, listening);

        (void)events;
        for (int i = 0; i < ADMITTED_AT_ONCE && service_admit(s); i++)
                ;
}

/* A login that comes first is answered by what is known of the cards of those who sit here already: until then the
 * modules wait in the socket's queue. */
static void service_opens(void *ctx) {
        struct service *s = ctx;

        if (loop_add(s->loop, &s->listening, EPOLLIN) < 0)
                abort(); /* nobody could log in; the next agent tries again */
}

/* Three descriptors for each attempt, where the usual limit is 1,024 in all. */
static void allow_descriptors(void) {
        struct rlimit limit;

        if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
                limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
                (void)setrlimit(RLIMIT_NOFILE, &limit);
        }
}

int service_new(struct loop *l, const char *runtime_dir, const struct service_context *context, struct service **ret,
                struct err *err) {
        auto_service s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return err_set(err, -ENOMEM, "login service");
        allow_descriptors();
        s->loop = l, s->context = *context;
        s->listening = (struct source){ .fd = -1, .ready = someone_came };
        s->timer.source.fd = -1;
        r = timer_init(&s->timer, l, CLOCK_MONOTONIC, service_fired);
        if (r == 0)
                r = helper_pool_new(l, SPARE_MS, &s->helper_pool);
        if (r == 0)
                r = sessions_new(l, &s->context, &s->sessions);
        if (r == 0)
                r = socket_listen(runtime_dir, LOGIN_SOCKET, 0666, &s->listening.fd);
        if (r < 0)
                return err_errno(err, r, "%s/%s", runtime_dir, LOGIN_SOCKET);
        sessions_on_looked(s->sessions, service_opens, s);
        *ret = TAKE(s);
        return 0;
}

void service_free(struct service *s) {
        if (!s)
                return;
        while (s->n)
                attempt_end(s->attempts[s->n - 1]);
        if (s->listening.fd >= 0) {
                loop_remove(s->loop, &s->listening);
                (void)close(s->listening.fd);
        }
        sessions_free(s->sessions);
        helper_pool_free(s->helper_pool);
        roots_free(s->roots);
        timer_deinit(&s->timer);
        free(s);
}
