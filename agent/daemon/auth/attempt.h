/* SPDX-License-Identifier: MIT */
/* attempt.h — one conversation on auth.sock, from the inside. For the files of this folder. */
#pragma once

#include "auth/certificate.h"
#include "auth/charge.h"
#include "auth/choose.h"
#include "auth/helper_pool.h"
#include "auth/service.h"
#include "auth/subject.h"
#include "host/child.h"
#include "text/login_words.h"
#include "wire/card.h"
#include "wire/login.h"
#include "wire/person.h"

#define PASSWORD_SERVICE "sekimori-password" /* the nested PAM service */

/* What the conversation waits for. A message that comes in any other state ends it. */
enum attempt_state {
        ATTEMPT_NEW,      /* the module's first message */
        ATTEMPT_LOOKING,  /* who the name is */
        ATTEMPT_FINDING,  /* what certificates are in the readers */
        ATTEMPT_ASKING,   /* an answer */
        ATTEMPT_CHECKING, /* whether the password is right */
        ATTEMPT_QUEUED,   /* its turn: another login uses the card */
        ATTEMPT_COUNTING, /* how many tries the card's PIN has now */
        ATTEMPT_SIGNING,  /* the card's signature */
        ATTEMPT_REFUSING, /* until a refusal may be told */
        ATTEMPT_STATES,
};

/* Why no factor of this person would suffice: for the log, and for a person who knows the password. */
struct unfit {
        const char *reason;
        enum login_word word;
};

struct attempt {
        struct service *service;
        struct source peer, person, card;
        struct child person_child, card_child;
        bool looked;        /* a person helper was used */
        char *found_with;   /* the card helper's module; NULL: none was needed. Owned */
        bool card_by_spare; /* the card helper was a prepared one (helper_pool.h) */
        uid_t uid;          /* of the peer */
        pid_t pid;
        uint64_t came;
        int64_t deadline_ms; /* CLOCK_MONOTONIC */
        enum attempt_state state;
        struct login_begin begin;
        struct login_subject subject; /* who asks */
        bool charged;                 /* to the subject (charge.h) */

        /* who is asked for, and what they must show */
        bool known, enrolled_lost;
        bool card_alone;            /* who cannot be let in is supposed to have a card and nothing else */
        bool comes_to_administrate; /* an administrator, at a service where people log in */
        char user[LOGIN_USER];      /* in NSS's own spelling; whose tally counts */
        char rule[128];
        struct person_found who;
        struct login_plan plan;  /* its rule name is a copy: a push may replace the policy meanwhile */
        struct login_plan decoy; /* whose questions are asked: the plan's, or those of somebody who has one */
        struct factors factors;
        struct choice choice;
        unsigned inserts; /* how often a card was asked for */

        /* the card that is theirs */
        struct card_found *own;  /* NULL: none; owned */
        struct card_chain chain; /* of all cards that were read so far */
        enum certificate_fault card_fault;
        bool card_told, card_unreached; /* there is one in a reader that the module does not read */
        enum pin_state pin_state;
        uint8_t nonce[CARD_NONCE];

        /* answers: wiped with the attempt */
        char password[LOGIN_ANSWER], pin[LOGIN_ANSWER];
        char codes[FACTORS][LOGIN_ANSWER]; /* of each factor whose answer is a typed code */
        uint16_t kept;
        unsigned answered;
        int64_t answered_ms; /* when the last answer came; CLOCK_MONOTONIC */
        uint32_t proven;     /* the union of what each judge verified; only this lets a person in */

        /* how it ends */
        enum login_word word;      /* what a refusal says */
        const struct unfit *unfit; /* known before anything is asked; told only after the password is right */
};

/* service.c: what attempts need of it. */
const struct policy *attempt_policy(const struct attempt *a);
const struct service_context *attempt_context(const struct attempt *a);
const struct roots *attempt_roots(const struct attempt *a); /* of the policy in force; NULL: they do not parse */
struct helper_pool *attempt_helper_pool(const struct attempt *a);
/* The first that came and fits; NULL: none. */
struct attempt *service_find(const struct service *s, bool (*fits)(const struct attempt *a, const void *ctx),
                             const void *ctx);
/* False: there is no room for it, and it is not charged. Of a subject whose share is used up the oldest conversation
 * that waits for an answer is ended instead, and told. */
bool attempt_charge(struct attempt *a);
void attempt_until(struct attempt *a, int64_t ms); /* the deadline, from now */
void attempt_end(struct attempt *a);               /* close, wipe, free: do not use it afterwards */
int attempt_watch_person(struct attempt *a);       /* a child was started: read its messages */
void attempt_stop_person(struct attempt *a);       /* it is needed no more */
int attempt_watch_card(struct attempt *a);
void attempt_stop_card(struct attempt *a);
void attempt_unwatch_card(struct attempt *a, struct child *ret); /* *ret is the caller's from now on */

/* say.c: sentences. */
int attempt_ask(struct attempt *a); /* asks all questions of its choice at once */
void attempt_tell(struct attempt *a, enum login_word w);
void attempt_tell_facts(struct attempt *a, enum login_word w, const struct word_facts *facts);
void attempt_verdict(struct attempt *a, enum login_saying verdict); /* and end it */

/* attempt.c: what happens next. */
void attempt_began(struct attempt *a, const struct login_begin *b);
void attempt_person_heard(struct attempt *a, struct bytes message); /* empty: the helper ended */
void attempt_abandoned(struct attempt *a, bool garbage);            /* ends it */
void attempt_go_on(struct attempt *a);                              /* ask, wait for the other answers, or verify */
void attempt_answered(struct attempt *a, const char *answer);
void attempt_timed_out(struct attempt *a);
void attempt_choose(struct attempt *a);
bool attempt_throttled(struct attempt *a); /* true: the person was told to wait, and the attempt is over */

/* cards.c */
void card_find(struct attempt *a);
void card_heard(struct attempt *a, struct bytes message); /* empty: the helper ended */
void card_sign(struct attempt *a);                        /* once no other login uses the card */
void cards_pass_turns(struct service *s);                 /* a login does not use its card any more */
void card_given_up(struct attempt *a);
void card_tell(struct attempt *a);   /* why the card that is there will not do */
void card_refuse(struct attempt *a); /* none came that would */

/* verify.c */
void verify_begin(struct attempt *a);
void verify_password_checked(struct attempt *a, bool right);
void verify_tell(struct attempt *a); /* tells the delayed refusal */
void verify_card_checked(struct attempt *a, bool right);
void attempt_refuse(struct attempt *a, const char *reason, enum login_word w); /* counted, and told after a delay */
void attempt_refuse_throttled(struct attempt *a, int64_t wait_s);
void attempt_refuse_now(struct attempt *a, enum login_saying verdict, const char *reason, enum login_word w);

/* sessions.c: who sits where. */
struct sessions;
/* Takes up the sessions of the agent before this one. */
int sessions_new(struct loop *l, const struct service_context *context, struct sessions **ret);
/* Called once when the cards of the sessions that were taken up have been looked at: perhaps at once. */
void sessions_on_looked(struct sessions *s, void (*looked)(void *ctx), void *ctx);
void sessions_free(struct sessions *s);
uid_t sessions_desk(struct sessions *s); /* whose session is in front of the seat; PEER_NOBODY */
struct sessions *attempt_sessions(const struct attempt *a);
/* Is there room for a session of who asks, or is none needed, as they unlock their own? */
bool sessions_have_room(struct sessions *s, const struct attempt *a);
bool sessions_await(struct sessions *s, const struct attempt *a); /* was somebody let in, whose session this opens? */
/* A person was let in: kept for the open_session that follows; takes over the card helper. `before`: the person's tally
 * before this login. False: there is no room for it any more. */
bool sessions_passed(struct sessions *s, struct attempt *a, const struct tally *before);
void sessions_open(struct sessions *s, struct attempt *a);
void sessions_close(struct sessions *s, const struct attempt *a);
