/* SPDX-License-Identifier: MIT */
/* cards.c — the dialogue with the card helper: which certificate is theirs, and did its key sign our nonce? Nothing
 * else that the helper says is trusted. */
#include "auth/attempt.h"

#include "base/secret.h"
#include "host/clock.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIND_MS 5000  /* no card is read that slowly */
#define SIGN_MS 30000 /* RSA on an old card takes seconds */
#define TURN_MS 60000 /* others are before us */

/* Goes on without a card, with the person's other factors. */
void card_given_up(struct attempt *a) {
        attempt_stop_card(a);
        free(TAKE(a->own));
        attempt_choose(a);
}

/* Takes a prepared helper if there is one; starts a new one if `afresh`. */
static int start_helper(struct attempt *a, const char *module, bool afresh) {
        a->card_by_spare = false;
        if (afresh)
                return child_spawn("sekimori-card", NULL, &a->card_child, NULL);
        free(a->found_with);
        a->found_with = strdup(module);
        return helper_pool_take(attempt_helper_pool(a), HELPER_CARD, module, &a->card_child, &a->card_by_spare);
}

static void cards_find(struct attempt *a, bool afresh) {
        const struct login_terms *terms = policy_login_terms(attempt_policy(a));
        uint8_t message[CARD_MAX];
        size_t n = terms->card.module ? card_open_encode(terms->card.module, message) : 0;
        int r;

        attempt_stop_card(a);
        free(TAKE(a->own));
        card_chain_deinit(&a->chain);
        a->card_fault = CERTIFICATE_FINE;
        a->card_told = a->card_unreached = false;
        r = n ? start_helper(a, terms->card.module, afresh) : -EINVAL;
        if (r == 0)
                r = attempt_watch_card(a);
        if (r == 0)
                r = socket_send(a->card_child.fd, message, n, -1);
        if (r < 0) {
                card_given_up(a);
                return;
        }
        a->state = ATTEMPT_FINDING;
        attempt_until(a, FIND_MS);
}

void card_find(struct attempt *a) {
        cards_find(a, false);
}

/* Since the prepared helper was started, pcscd may have restarted, and its module may remember another card. A new
 * helper sees the present state. */
static void nothing_found(struct attempt *a) {
        if (a->card_by_spare)
                cards_find(a, true);
        else
                card_given_up(a);
}

/* Keeps the first card that is the person's; of the others only the fault. */
static void cards_consider(struct attempt *a, const struct card_found *f) {
        const struct login_terms *terms = policy_login_terms(attempt_policy(a));
        const struct roots *roots = attempt_roots(a);
        struct bytes der = bytes_of(f->certificate, f->n_certificate);
        enum certificate_fault fault;

        if (a->own || !roots)
                return;
        fault = certificate_judge(roots, terms, der, &a->chain, a->user, &a->factors, clock_now().unix_s);
        if (fault == CERTIFICATE_FINE && (a->own = malloc(sizeof *a->own)))
                *a->own = *f;
        else if (fault != CERTIFICATE_NOT_THEIRS || a->card_fault == CERTIFICATE_FINE)
                a->card_fault = fault;
}

/* A card whose PIN must not be tried counts as no card, and the person is told why. */
static void settle_pin(struct attempt *a) {
        bool spend = policy_login_terms(attempt_policy(a))->card.spend_last_try;

        a->pin_state = a->own->pin;
        if (a->pin_state == PIN_LOCKED || (a->pin_state == PIN_LAST_TRY && !spend)) {
                attempt_tell(a, a->pin_state == PIN_LOCKED ? WORD_PIN_LOCKED : WORD_PIN_LAST_REFUSED);
                free(TAKE(a->own));
        }
}

static const enum login_word faults[CERTIFICATE_FAULTS] = {
        [CERTIFICATE_MALFORMED] = WORD_CARD_UNREADABLE,
        [CERTIFICATE_NOT_THEIRS] = WORD_CARD_NOT_THEIRS,
        [CERTIFICATE_UNKNOWN_CA] = WORD_CARD_UNKNOWN_CA,
        [CERTIFICATE_EXPIRED] = WORD_CARD_EXPIRED,
        [CERTIFICATE_NOT_YET] = WORD_CARD_NOT_YET,
        [CERTIFICATE_REVOKED] = WORD_CARD_REVOKED,
        [CERTIFICATE_NO_LIST] = WORD_CARD_NO_LIST,
        [CERTIFICATE_LIST_KEY] = WORD_CARD_LIST_KEY,
        [CERTIFICATE_LIST_UNKNOWN] = WORD_CARD_LIST_UNKNOWN,
        [CERTIFICATE_LIST_INDIRECT] = WORD_CARD_LIST_INDIRECT,
        [CERTIFICATE_LIST_PART] = WORD_CARD_LIST_PART,
        [CERTIFICATE_LIST_AUTHORITIES] = WORD_CARD_LIST_AUTHORITIES,
        [CERTIFICATE_LIST_REASONS] = WORD_CARD_LIST_REASONS,
        [CERTIFICATE_STALE_LIST] = WORD_CARD_STALE_LIST,
        [CERTIFICATE_CA_EXPIRED] = WORD_CARD_CA_EXPIRED,
        [CERTIFICATE_CA_NOT_YET] = WORD_CARD_CA_NOT_YET,
        [CERTIFICATE_CA_WEAK] = WORD_CARD_CA_WEAK,
        [CERTIFICATE_PURPOSE] = WORD_CARD_PURPOSE,
        [CERTIFICATE_WEAK] = WORD_CARD_WEAK,
        [CERTIFICATE_POLICY] = WORD_CARD_POLICY,
};

/* Once for each card that was looked at: why it is not the one. */
void card_tell(struct attempt *a) {
        if (!a->own && a->card_fault != CERTIFICATE_FINE && !a->card_told)
                attempt_tell(a, faults[a->card_fault]);
        a->card_told = true;
}

/* Nothing but a card was offered, and none came that is theirs. */
void card_refuse(struct attempt *a) {
        if (a->card_fault == CERTIFICATE_FINE || a->card_fault == CERTIFICATE_NOT_THEIRS)
                attempt_refuse(a, "no-card", WORD_CARD_NONE);
        else
                attempt_refuse(a, certificate_fault_name(a->card_fault), faults[a->card_fault]);
}

static void cards_listed(struct attempt *a) {
        if (!a->own && a->card_by_spare) {
                nothing_found(a);
                return;
        }
        if (a->own)
                settle_pin(a);
        else if (a->card_unreached)
                attempt_tell(a, WORD_CARD_UNREACHED);
        if (a->own)
                attempt_choose(a);
        else
                card_given_up(a);
}

static void cards_found(struct attempt *a, struct bytes message) {
        auto_free struct card_found *f = malloc(sizeof *f);

        if (f && card_found_decode(message, f) == 0)
                cards_consider(a, f);
        else
                card_given_up(a);
}

static void cards_authority(struct attempt *a, struct bytes message) {
        auto_free struct card_authority *authority = malloc(sizeof *authority);

        if (authority && card_authority_decode(message, authority) == 0)
                card_chain_add(&a->chain, bytes_of(authority->certificate, authority->n_certificate));
        else
                card_given_up(a);
}

static const struct {
        const char *reason;
        enum login_word word;
} failures[CARD_RESULTS] = {
        [CARD_PIN_WRONG] = { "wrong-pin", WORD_PIN_WRONG },
        [CARD_PIN_IS_LOCKED] = { "pin-locked", WORD_PIN_LOCKED },
        [CARD_PIN_MALFORMED] = { "wrong-pin", WORD_PIN_MALFORMED },
        [CARD_GONE] = { "card-gone", WORD_CARD_PULLED },
        [CARD_UNABLE] = { "card-unable", WORD_CARD_UNREADABLE },
};

static void cards_sign(struct attempt *a);

/* The tries may be fewer than when the card was found: another login spent some. */
static void cards_left(struct attempt *a, enum pin_state left) {
        bool spend = policy_login_terms(attempt_policy(a))->card.spend_last_try;

        a->pin_state = left;
        if (!left)
                attempt_refuse(a, "card-gone", WORD_CARD_PULLED);
        else if (left == PIN_LOCKED)
                attempt_refuse(a, "pin-locked", WORD_PIN_LOCKED);
        else if (left == PIN_LAST_TRY && !spend)
                attempt_refuse(a, "last-try", WORD_PIN_LAST_REFUSED);
        else
                cards_sign(a);
}

static void cards_signature(struct attempt *a, const struct card_signed *s) {
        struct bytes der = bytes_of(a->own->certificate, a->own->n_certificate);

        if (s->result == CARD_OK)
                verify_card_checked(a, certificate_signed(der, a->nonce, bytes_of(s->signature, s->n_signature)));
        else
                attempt_refuse(a, failures[s->result].reason, failures[s->result].word);
}

static void cards_understand(struct attempt *a, struct bytes message) {
        enum pin_state left;
        struct card_listed list;
        struct card_signed sign;
        int type = card_type(message);

        if (a->state == ATTEMPT_FINDING && type == CARD_AUTHORITY)
                cards_authority(a, message);
        else if (a->state == ATTEMPT_FINDING && type == CARD_FOUND)
                cards_found(a, message);
        else if (a->state == ATTEMPT_FINDING && card_unreached_decode(message) == 0)
                a->card_unreached = true;
        else if (a->state == ATTEMPT_FINDING && type == CARD_LISTED && card_listed_decode(message, &list) == 0)
                cards_listed(a);
        else if (a->state == ATTEMPT_COUNTING && card_left_decode(message, &left) == 0)
                cards_left(a, left);
        else if (a->state == ATTEMPT_SIGNING && type == CARD_SIGNED && card_signed_decode(message, &sign) == 0)
                cards_signature(a, &sign);
        else if (a->state == ATTEMPT_FINDING)
                nothing_found(a);
        else if (a->state == ATTEMPT_COUNTING || a->state == ATTEMPT_SIGNING)
                attempt_refuse(a, "card-gone", WORD_CARD_PULLED);
        else
                attempt_stop_card(a); /* it ended while it was not needed: cards_count will notice */
}

void card_heard(struct attempt *a, struct bytes message) {
        struct service *s = a->service;

        cards_understand(a, message); /* and ends it, perhaps */
        cards_pass_turns(s);
}

/* In one reader there is one card; the same certificate is the same card, whatever a module calls the reader. */
static bool cards_are_one(const struct card_found *a, const struct card_found *b) {
        return strcmp(a->reader, b->reader) == 0
               || bytes_equal(bytes_of(a->certificate, a->n_certificate), bytes_of(b->certificate, b->n_certificate));
}

static bool uses_card_of(const struct attempt *a, const void *ctx) {
        const struct attempt *other = ctx;

        return a != other && (a->state == ATTEMPT_COUNTING || a->state == ATTEMPT_SIGNING)
               && cards_are_one(a->own, other->own);
}

static bool has_its_turn(const struct attempt *a, const void *ctx) {
        (void)ctx;
        return a->state == ATTEMPT_QUEUED && !service_find(a->service, uses_card_of, a);
}

/* The PIN's tries are read within the turn: else of two logins that saw the last but one, each would spend one. */
static void cards_count(struct attempt *a) {
        uint8_t message[64];
        size_t n = card_tries_encode(a->own->slot, message);

        if (!n || a->card_child.fd < 0 || socket_send(a->card_child.fd, message, n, -1) < 0) {
                attempt_refuse(a, "card-gone", WORD_CARD_PULLED);
                return;
        }
        a->state = ATTEMPT_COUNTING;
        attempt_until(a, FIND_MS);
}

/* In the order in which they came. */
void cards_pass_turns(struct service *s) {
        struct attempt *a;

        while ((a = service_find(s, has_its_turn, NULL)))
                cards_count(a);
}

void card_sign(struct attempt *a) {
        struct service *s = a->service;

        a->state = ATTEMPT_QUEUED;
        attempt_until(a, TURN_MS);
        cards_pass_turns(s);
}

static void cards_sign(struct attempt *a) {
        struct card_sign s = { .slot = a->own->slot, .n_id = a->own->n_id };
        uint8_t message[CARD_MAX];
        size_t n = 0;
        int r = -EINVAL;

        memcpy(s.id, a->own->id, sizeof s.id);
        if (strlen(a->pin) < sizeof s.pin) {
                (void)snprintf(s.pin, sizeof s.pin, "%.64s", a->pin);
                if (getrandom(a->nonce, sizeof a->nonce, 0) == (ssize_t)sizeof a->nonce) {
                        memcpy(s.nonce, a->nonce, sizeof s.nonce);
                        n = card_sign_encode(&s, message);
                }
        }
        if (n && a->card_child.fd >= 0)
                r = socket_send(a->card_child.fd, message, n, -1);
        secret_wipe(&s, sizeof s);
        secret_wipe(message, sizeof message);
        if (r < 0) {
                attempt_refuse(a, "card-gone", WORD_CARD_PULLED);
                return;
        }
        a->state = ATTEMPT_SIGNING;
        attempt_until(a, SIGN_MS);
}
