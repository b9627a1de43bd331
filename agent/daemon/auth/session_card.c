/* SPDX-License-Identifier: MIT */
/* session_card.c — the card of a session: watched by a helper, looked for by new ones while nobody can say whether it
 * is there, and what happens when it is gone. Only a reader's word counts as its absence. */
#include "auth/session.h"

#include "host/clock.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-login.h>

#define LOOK_MS 5000  /* no card is read that slowly */
#define AGAIN_MS 1000 /* a reader that was just found may not have felt its card yet */

static void watch_arm(struct sessions *s) {
        int64_t first = INT64_MAX, left;

        for (size_t i = 0; i < SESSIONS; i++)
                if (s->at[i].watch.until_ms && s->at[i].watch.until_ms < first)
                        first = s->at[i].watch.until_ms;
        left = first == INT64_MAX ? -1 : first - clock_ms();
        (void)timer_in_ms(&s->looks, first == INT64_MAX ? -1 : left < 0 ? 0 : left);
}

static void watch_set(struct session *x, enum watch_state state, int64_t for_ms) {
        x->watch.state = state;
        x->watch.until_ms = for_ms ? clock_ms() + for_ms : 0;
        watch_arm(x->of);
}

static void watch_end_helper(struct session *x) {
        loop_remove(x->of->loop, &x->watch.source);
        x->watch.source.fd = -1;
        child_stop(&x->watch.child);
}

bool session_cards_awaited(const struct sessions *s) {
        for (size_t i = 0; i < SESSIONS; i++)
                if (s->at[i].watch.awaited)
                        return true;
        return false;
}

/* Logins are held back until each card was looked at. */
static void watch_is_answered(struct session *x) {
        struct sessions *s = x->of;
        void (*looked)(void *ctx) = s->looked;

        x->watch.awaited = false;
        if (!looked || session_cards_awaited(s))
                return;
        s->looked = NULL;
        looked(s->ctx);
}

void session_unwatch_card(struct session *x) {
        watch_end_helper(x);
        x->kept.has_card = x->kept.card_gone = false;
        watch_set(x, WATCH_NONE, 0);
        watch_is_answered(x);
}

/* A session without a screen to lock, where it is this person's own. */
static bool cannot_be_locked(const struct session_kept *k) {
        auto_free char *type = NULL;
        uid_t uid;

        return k->id[0] && sd_session_get_uid(k->id, &uid) >= 0 && uid == k->who->uid
               && sd_session_get_type(k->id, &type) >= 0 && strcmp(type, "x11") != 0 && strcmp(type, "wayland") != 0
               && strcmp(type, "mir") != 0;
}

static enum logind_act act_for(const struct session_kept *k, bool lock) {
        return lock && !cannot_be_locked(k) ? LOGIND_LOCK : LOGIND_TERMINATE;
}

/* Every session of that person at a seat, and the one that the card was shown for: the card stood for the person, not
 * for the program that asked. */
static bool is_meant(const struct session *x, const struct session *whose) {
        const struct session_kept *k = &x->kept;

        return k->stage == SESSION_OPEN && strcmp(k->user, whose->kept.user) == 0
               && (k->seat[0] || (x == whose && k->id[0]));
}

/* What is done is recorded first: one record for each kind. */
static void act_on(const struct session *whose, bool lock,
                   int (*record)(struct audit *a, const char *user, const char *action)) {
        struct sessions *s = whose->of;
        bool done[] = { [LOGIND_LOCK] = false, [LOGIND_TERMINATE] = false };

        for (size_t i = 0; i < SESSIONS; i++)
                if (is_meant(&s->at[i], whose))
                        done[act_for(&s->at[i].kept, lock)] = true;
        if (done[LOGIND_LOCK] || (lock && !done[LOGIND_TERMINATE]))
                (void)record(s->context->audit, whose->kept.user, "lock");
        if (done[LOGIND_TERMINATE] || !lock)
                (void)record(s->context->audit, whose->kept.user, "logout");
        for (size_t i = 0; i < SESSIONS; i++)
                if (is_meant(&s->at[i], whose))
                        (void)logind_act(s->at[i].kept.id, act_for(&s->at[i].kept, lock));
}

static const struct login_terms *terms_of(const struct session *x) {
        return policy_login_terms(state_policy(x->of->context->state));
}

void session_follow_card(struct session *x) {
        x->kept.card_gone = false;
        if (terms_of(x)->card.removal != CARD_REMOVAL_IGNORE)
                act_on(x, terms_of(x)->card.removal == CARD_REMOVAL_LOCK, audit_card_removed);
        sessions_save(x->of);
}

static void card_is_gone(struct session *x) {
        session_unwatch_card(x);
        x->kept.card_gone = true;
        if (x->kept.stage == SESSION_OPEN)
                session_follow_card(x);
        else
                sessions_save(x->of);
}

/* Nobody could say for so long: locked, never logged out where a lock does. */
static void card_is_lost(struct session *x) {
        session_unwatch_card(x);
        if (x->kept.stage == SESSION_OPEN && terms_of(x)->card.removal != CARD_REMOVAL_IGNORE)
                act_on(x, true, audit_card_lost);
        sessions_save(x->of);
}

/* A session that is not open yet has nothing to lock; its time is over when it opens. */
static void look_later(struct session *x) {
        int64_t left = x->watch.lost_ms + (int64_t)terms_of(x)->card.grace_s * 1000 - clock_ms();

        watch_end_helper(x);
        if (left > AGAIN_MS || x->kept.stage != SESSION_OPEN)
                left = AGAIN_MS;
        if (left <= 0)
                card_is_lost(x);
        else
                watch_set(x, WATCH_PAUSE, left);
}

static void look_failed(struct session *x) {
        x->watch.empty = false;
        watch_is_answered(x);
        look_later(x);
}

static void watch_heard(struct source *source, uint32_t events);

static void card_look(struct session *x) {
        const char *module = terms_of(x)->card.module;
        uint8_t message[CARD_MAX];
        size_t n = module ? card_open_encode(module, message) : 0;
        int r = n ? child_spawn("sekimori-card", NULL, &x->watch.child, NULL) : -EINVAL;

        x->watch.found = x->watch.another = false;
        if (r == 0) {
                x->watch.source = (struct source){ .fd = x->watch.child.fd, .ready = watch_heard };
                r = loop_add(x->of->loop, &x->watch.source, EPOLLIN);
        }
        if (r == 0)
                r = socket_send(x->watch.child.fd, message, n, -1);
        if (r < 0)
                look_failed(x);
        else
                watch_set(x, WATCH_LISTING, LOOK_MS);
}

void session_look_for_card(struct session *x) {
        watch_end_helper(x);
        x->watch.lost_ms = clock_ms();
        x->watch.empty = false;
        card_look(x);
}

static bool watch_begins(struct session *x, uint64_t slot) {
        uint8_t message[CARD_MAX];
        size_t n = card_watch_encode(slot, message);

        return n && socket_send(x->watch.child.fd, message, n, -1) == 0;
}

static void look_found(struct session *x, struct bytes message) {
        auto_free struct card_found *f = malloc(sizeof *f);
        uint8_t digest[DIGEST_SIZE];

        if (!f || card_found_decode(message, f) < 0
            || digest_sha256(bytes_of(f->certificate, f->n_certificate), digest) < 0) {
                look_failed(x);
        } else if (memcmp(digest, x->kept.certificate, sizeof digest) == 0) {
                x->watch.found = true;
                x->watch.slot = f->slot;
        } else if (strcmp(f->reader, x->kept.reader) == 0) {
                x->watch.another = true;
        }
}

static void look_listed(struct session *x) {
        uint8_t message[CARD_MAX];
        size_t n;

        if (x->watch.found && watch_begins(x, x->watch.slot)) {
                watch_set(x, WATCH_ON, 0);
                watch_is_answered(x);
                return;
        }
        if (x->watch.another && !x->watch.found) {
                card_is_gone(x);
                return;
        }
        n = x->watch.found ? 0 : card_look_encode(x->kept.reader, message);
        if (n && socket_send(x->watch.child.fd, message, n, -1) == 0)
                watch_set(x, WATCH_ASKING, LOOK_MS);
        else
                look_failed(x);
}

/* A reader that was just found, or felt for its card a moment too early, says the same only once. */
static void look_seen(struct session *x, enum reader_state state) {
        if (state != READER_EMPTY) {
                look_failed(x);
        } else if (x->watch.empty) {
                card_is_gone(x);
        } else {
                x->watch.empty = true;
                look_later(x);
        }
}

/* What the helper says, or its end, which is no word of a reader. */
static void watch_understand(struct session *x, struct bytes said) {
        enum reader_state state;
        struct card_listed listed;
        int type = card_type(said);

        if (x->watch.state == WATCH_LISTING && (type == CARD_AUTHORITY || type == CARD_UNREACHED))
                return; /* the card that is looked for is known by its own certificate */
        if (x->watch.state == WATCH_ON && card_removed_decode(said) == 0)
                card_is_gone(x);
        else if (x->watch.state == WATCH_ON)
                session_look_for_card(x);
        else if (x->watch.state == WATCH_LISTING && type == CARD_FOUND)
                look_found(x, said);
        else if (x->watch.state == WATCH_LISTING && type == CARD_LISTED && card_listed_decode(said, &listed) == 0)
                look_listed(x);
        else if (x->watch.state == WATCH_ASKING && card_seen_decode(said, &state) == 0)
                look_seen(x, state);
        else
                look_failed(x);
}

static void watch_heard(struct source *source, uint32_t events) {
        struct session *x = container_of(source, struct session, watch.source);
        auto_free uint8_t *message = malloc(CARD_MAX);
        ssize_t n = message ? socket_receive(source->fd, message, CARD_MAX, NULL) : -ENOMEM;

        (void)events;
        if (n != -EAGAIN)
                watch_understand(x, bytes_of(message, n > 0 ? (size_t)n : 0));
}

static void watch_overdue(struct timer *t, bool clock_was_set) {
        struct sessions *s = container_of(t, struct sessions, looks);
        int64_t now = clock_ms();

        (void)clock_was_set;
        for (size_t i = 0; i < SESSIONS; i++) {
                struct session *x = &s->at[i];

                if (!x->watch.until_ms || x->watch.until_ms > now)
                        continue;
                if (x->watch.state == WATCH_PAUSE)
                        card_look(x);
                else
                        look_failed(x);
        }
        watch_arm(s);
}

int session_cards_init(struct sessions *s) {
        s->looks.source.fd = -1;
        return timer_init(&s->looks, s->loop, CLOCK_MONOTONIC, watch_overdue);
}

void session_watch_card(struct session *x, struct attempt *a) {
        session_unwatch_card(x);
        if (digest_sha256(bytes_of(a->own->certificate, a->own->n_certificate), x->kept.certificate) < 0)
                return;
        x->kept.has_card = true;
        (void)snprintf(x->kept.reader, sizeof x->kept.reader, "%s", a->own->reader);
        attempt_unwatch_card(a, &x->watch.child);
        x->watch.source = (struct source){ .fd = x->watch.child.fd, .ready = watch_heard };
        if (x->watch.child.fd >= 0 && watch_begins(x, a->own->slot)
            && loop_add(x->of->loop, &x->watch.source, EPOLLIN) == 0)
                watch_set(x, WATCH_ON, 0);
        else
                session_look_for_card(x);
}
