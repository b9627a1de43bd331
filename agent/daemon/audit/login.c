/* SPDX-License-Identifier: MIT */
/* login.c — what is recorded of logins, sessions and factors. Knows no secret: it is given none. */
#include "audit/entry.h"
#include "audit/inside.h"
#include "host/clock.h"

#include <stdio.h>
#include <string.h>

static bool login_is(const char *text, const char *word) {
        return text && strcmp(text, word) == 0;
}

/* Maps the caller's word to an event; an unknown word counts as the first row. */
struct word_event {
        const char *word;
        enum event event;
};

static enum event event_of(const struct word_event *rows, size_t n, const char *word) {
        for (size_t i = 0; i < n; i++)
                if (login_is(word, rows[i].word))
                        return rows[i].event;
        return rows[0].event;
}

static const struct word_event outcomes[] = {
        { "refused", EVENT_LOGIN_REFUSED },
        { "allowed", EVENT_LOGIN_ALLOWED },
        { "throttled", EVENT_LOGIN_THROTTLED },
        { "unavailable", EVENT_LOGIN_UNAVAILABLE },
};

static const struct word_event sessions[] = {
        { "refused", EVENT_SESSION_REFUSED },
        { "opened", EVENT_SESSION_OPENED },
        { "closed", EVENT_SESSION_CLOSED },
        { "lost", EVENT_SESSION_LOST },
};

/* Anybody can have thousands of hosts, lines and names: all of a kind are one. */
static void login_asker(const char *subject, char to[FOLD_NAME]) {
        static const char *const many[] = { "host ", "line ", "user " };

        (void)snprintf(to, FOLD_NAME, "%s", subject);
        for (size_t i = 0; i < sizeof many / sizeof *many; i++)
                if (strncmp(subject, many[i], strlen(many[i])) == 0)
                        to[strlen(many[i]) - 1] = '\0';
}

/* False: it has been counted. Whoever is let in, or leaves, is recorded each time. */
static bool login_is_recorded(struct audit *a, const struct audit_login *l, enum event e) {
        char asker[FOLD_NAME];

        if (!l->subject || e == EVENT_LOGIN_ALLOWED || e == EVENT_SESSION_OPENED || e == EVENT_SESSION_CLOSED)
                return true;
        login_asker(l->subject, asker);
        return fold_admits(&a->askers, asker, clock_ms());
}

static void set_place(struct record *r, const struct audit_login *l) {
        record_text(r, "service", l->service);
        record_text(r, "tty", l->tty);
        record_text(r, "rhost", l->rhost);
        record_text(r, "seat", l->seat);
        record_text(r, "session", l->session);
        record_text(r, "subject", l->subject);
}

int audit_login(struct audit *a, const struct audit_login *l) {
        enum event e = event_of(outcomes, sizeof outcomes / sizeof *outcomes, l->outcome);
        struct record r;
        int result;

        if (!login_is_recorded(a, l, e))
                return 0;
        result = entry_begin(a, e, &r);
        if (result < 0)
                return result;
        /* A password typed at the name prompt must not appear in the log. */
        record_text(&r, "user", login_is(l->reason, "unknown") ? NULL : l->user);
        set_place(&r, l);
        record_text(&r, "rule", l->rule);
        record_text(&r, "factors", l->factors);
        record_text(&r, "outcome", l->outcome);
        record_text(&r, "reason", l->reason);
        if (l->card)
                record_text(&r, "card", l->card);
        if (l->failures)
                record_number(&r, "failures", l->failures);
        if (l->wait_s)
                record_number(&r, "wait", l->wait_s);
        return entry_commit(a, &r);
}

int audit_session(struct audit *a, const struct audit_login *l, const char *what) {
        enum event e = event_of(sessions, sizeof sessions / sizeof *sessions, what);
        struct record r;
        int result;

        if (!login_is_recorded(a, l, e))
                return 0;
        result = entry_begin(a, e, &r);
        if (result < 0)
                return result;
        record_text(&r, "user", l->user);
        set_place(&r, l);
        return entry_commit(a, &r);
}

int audit_factor(struct audit *a, uint32_t who, const char *user, const char *factor, const char *what,
                 const char *label) {
        struct record r;
        int result = entry_begin(a, EVENT_FACTORS_CHANGED, &r);

        if (result < 0)
                return result;
        record_text(&r, "user", user);
        record_text(&r, "factor", factor);
        record_text(&r, "what", what);
        record_text(&r, "label", label);
        record_number(&r, "uid", who);
        return entry_commit(a, &r);
}

int audit_clock_back(struct audit *a, const char *user, int64_t by_s) {
        struct record r;
        int result = entry_begin(a, EVENT_CLOCK_SET_BACK, &r);

        if (result < 0)
                return result;
        record_text(&r, "user", user);
        record_number(&r, "seconds", by_s > 0 ? (uint64_t)by_s : 0);
        return entry_commit(a, &r);
}

static int record_card(struct audit *a, enum event event, const char *user, const char *action) {
        struct record r;
        int result = entry_begin(a, event, &r);

        if (result < 0)
                return result;
        record_text(&r, "user", user);
        record_text(&r, "action", action);
        return entry_commit(a, &r);
}

int audit_card_removed(struct audit *a, const char *user, const char *action) {
        return record_card(a, EVENT_CARD_REMOVED, user, action);
}

int audit_card_lost(struct audit *a, const char *user, const char *action) {
        return record_card(a, EVENT_CARD_LOST, user, action);
}
