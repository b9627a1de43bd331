/* SPDX-License-Identifier: MIT */
/* session.h — a session, and all of them, from the inside. For sessions.c, session_card.c and session_take_up.c. */
#pragma once

#include "auth/attempt.h"
#include "auth/front.h"
#include "auth/logind.h"
#include "auth/session_file.h"

#define OPENING_MS 120000 /* from the verdict to open_session; a locker opens none */

/* How far we are in knowing whether the card is there. */
enum watch_state {
        WATCH_NONE,    /* there is no card to watch, or it is gone and that was acted on */
        WATCH_ON,      /* the helper watches it */
        WATCH_LISTING, /* a new helper looks for it in every reader */
        WATCH_ASKING,  /* and did not find it: is its reader empty? */
        WATCH_PAUSE,   /* nobody could say; until the next try */
};

struct session_watch {
        enum watch_state state;
        struct source source;
        struct child child;
        int64_t lost_ms;  /* since when nobody can say */
        int64_t until_ms; /* the deadline of this state; 0: none */
        uint64_t slot;
        bool found;   /* in this list */
        bool another; /* in its reader there is another card, by this list */
        bool empty;   /* its reader said once that it is empty */
        bool awaited; /* logins wait for the result */
};

struct session {
        struct session_kept kept;
        struct sessions *of;
        struct source ended; /* the process that opened it */
        bool taken_up;       /* from the file, and its opening was not repeated since */
        struct session_watch watch;
};

struct sessions {
        struct loop *loop;
        const struct service_context *context;
        struct front front;
        uint64_t openings;
        uint64_t told; /* which opening is in front, as was told last; 0: none */
        struct timer looks;
        bool unkept;               /* the file could not be written, and that was said */
        void (*looked)(void *ctx); /* NULL: not asked for, or called already */
        void *ctx;
        struct session at[SESSIONS];
};

/* sessions.c */
void sessions_save(struct sessions *s);
void session_record(const struct session *x, const char *what);
void session_forget(struct session *x);
void session_close(struct session *x); /* recorded, and forgotten */
void session_ended(struct source *source, uint32_t events);
void session_tell_seated(struct sessions *s);
bool session_is_overdue(const struct session_kept *k, int64_t now_ms); /* let in, and no session followed in time */

/* session_take_up.c: what the agent before this one knew. */
void sessions_take_up(struct sessions *s);

/* session_card.c */
int session_cards_init(struct sessions *s);
void session_watch_card(struct session *x, struct attempt *a); /* takes over the attempt's helper */
void session_unwatch_card(struct session *x);
void session_look_for_card(struct session *x);        /* it is not known whether it is there */
void session_follow_card(struct session *x);          /* it is gone, and the session is open */
bool session_cards_awaited(const struct sessions *s); /* is one of them still to be looked at for the first time? */
