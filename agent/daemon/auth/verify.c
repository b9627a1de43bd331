/* SPDX-License-Identifier: MIT */
/* verify.c — are the answers right? All answers are collected before any is checked, and a refusal takes equally long
 * whatever was wrong. What was accepted is on the disk before the person is told. */
#include "auth/attempt.h"

#include "auth/means.h"
#include "auth/recovery.h"
#include "auth/throttle.h"
#include "base/secret.h"
#include "host/clock.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RECOVERY_FEW 3
#define CHECK_MS 30000
#define REFUSAL_MS 1000 /* from the last answer until a refusal is told: wrong names and wrong codes take alike */

/* Of a card that was read and is not the one that was proven; NULL where the reason says it already. */
static const char *verify_card_fault(const struct attempt *a, const char *reason) {
        const char *name = certificate_fault_name(a->card_fault);

        return a->own || a->card_fault == CERTIFICATE_FINE || strcmp(name, reason) == 0 ? NULL : name;
}

static int verify_record(const struct attempt *a, const char *outcome, const char *reason) {
        char factors[64];
        const struct audit_login l = {
                /* A password typed at the name prompt must not appear in the log. */
                .user = a->known ? a->user : NULL,
                .service = a->begin.service,
                .tty = a->begin.tty,
                .rhost = a->begin.rhost,
                .seat = a->begin.seat,
                .subject = a->subject.name,
                .rule = a->rule,
                .factors = factors,
                .outcome = outcome,
                .reason = reason,
                .card = verify_card_fault(a, reason),
        };

        factors_words(strcmp(outcome, "allowed") == 0 ? a->proven : a->choice.factors, factors, sizeof factors);
        return a->begin.phase == LOGIN_ACCOUNT ? audit_session(attempt_context(a)->audit, &l, "refused")
                                               : audit_login(attempt_context(a)->audit, &l);
}

static const char *outcome_of(enum login_saying verdict) {
        return verdict == LOGIN_THROTTLED ? "throttled" : verdict == LOGIN_UNAVAILABLE ? "unavailable" : "refused";
}

void attempt_refuse_now(struct attempt *a, enum login_saying verdict, const char *reason, enum login_word w) {
        (void)verify_record(a, outcome_of(verdict), reason);
        attempt_tell(a, w);
        attempt_verdict(a, verdict);
}

void attempt_refuse_throttled(struct attempt *a, int64_t wait_s) {
        (void)verify_record(a, "throttled", "");
        attempt_tell_facts(a, WORD_THROTTLED, &(struct word_facts){ .wait_s = wait_s });
        attempt_verdict(a, LOGIN_THROTTLED);
}

static void keep_time(struct tally *tally, int64_t now) {
        if (now > tally->clock_s)
                tally->clock_s = now;
}

/* However long it took to find out. */
static int64_t refusal_in(const struct attempt *a) {
        int64_t passed = a->answered_ms ? clock_ms() - a->answered_ms : 0;

        return passed < REFUSAL_MS ? REFUSAL_MS - passed : 0;
}

/* The failure is counted on the disk before the person is told. Of a name that nobody has it is supposed that it was
 * used at the seat, as most names were: a place where strangers' failures elsewhere make nobody wait. */
static void refuse_counted(struct attempt *a, struct tally *tally, const char *reason, enum login_word w) {
        int64_t now = clock_now().unix_s;

        if (!a->known && (tally->fresh || tally->broken))
                throttle_succeeded(tally, throttle_place("seat0", "", ""));
        throttle_failed(tally, policy_login_terms(attempt_policy(a)), a->subject.place, now);
        keep_time(tally, now);
        (void)tally_write(attempt_context(a)->tallies, a->user, tally, NULL);
        (void)verify_record(a, "refused", reason);
        a->word = w;
        attempt_stop_person(a);
        a->state = ATTEMPT_REFUSING;
        attempt_until(a, refusal_in(a));
}

void attempt_refuse(struct attempt *a, const char *reason, enum login_word w) {
        struct tally tally;

        if (tally_read(attempt_context(a)->tallies, a->user, &tally, NULL) < 0)
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "tally", WORD_STATE_BROKEN);
        else
                refuse_counted(a, &tally, reason, w);
}

void verify_tell(struct attempt *a) {
        attempt_tell(a, a->word);
        attempt_verdict(a, LOGIN_REFUSE);
}

static void ask_person(struct attempt *a) {
        struct person_password p = { .service = PASSWORD_SERVICE };
        uint8_t message[2048];
        size_t n;
        int r;

        (void)snprintf(p.password, sizeof p.password, "%s", a->password);
        n = person_password_encode(&p, message);
        r = n ? socket_send(a->person_child.fd, message, n, -1) : -EINVAL;
        secret_wipe(&p, sizeof p);
        secret_wipe(message, sizeof message);
        if (r < 0) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "no-helper", WORD_UNAVAILABLE);
                return;
        }
        a->state = ATTEMPT_CHECKING;
        attempt_until(a, CHECK_MS);
}

static struct judgement judge_one(const struct attempt *a, enum factor f, const char *code, struct tally *tally,
                                  int64_t now) {
        const struct means_row *row = means_row(f);

        if (strlen(code) < row->least)
                return (struct judgement){ 0, "wrong-code", WORD_WRONG };
        return row->judge(a, code, tally, now);
}

/* Each code by the judge of the factor that it was asked for: one code proves one factor. Only where a recovery code is
 * accepted in the token's place, what no token showed is looked at once more. Returns what is wrong, where anything is.
 */
static struct judgement judge_codes(struct attempt *a, struct tally *tally, int64_t now) {
        struct judgement wrong = { 0, "unproven", WORD_WRONG };
        bool any_wrong = false;

        for (enum factor f = 0; f < FACTORS; f++) {
                const char *code = a->codes[f];
                struct judgement j;

                if (!(a->choice.factors & means_of_codes() & FACTOR_BIT(f)))
                        continue;
                j = judge_one(a, f, code, tally, now);
                if (!j.proven && f == FACTOR_TOTP && a->choice.recovery_too
                    && strlen(code) >= means_row(FACTOR_RECOVERY)->least)
                        j = judge_one(a, FACTOR_RECOVERY, code, tally, now);
                a->proven |= j.proven;
                if (!j.proven && !any_wrong)
                        wrong = j;
                any_wrong = any_wrong || !j.proven;
        }
        return wrong;
}

/* A host may be called as a seat or a console is, so it stands behind another sign. */
static void name_place(const struct attempt *a, char *to, size_t size) {
        const struct login_begin *b = &a->begin;

        if (b->rhost[0])
                (void)snprintf(to, size, "%.20s@%.40s", b->service, b->rhost);
        else
                (void)snprintf(to, size, "%.20s %.40s", b->service, b->tty[0] ? b->tty : b->seat);
}

static void tell_recovery_left(struct attempt *a, const struct tally *tally) {
        unsigned left = recovery_left(&a->factors, tally);

        if (!(a->proven & FACTOR_BIT(FACTOR_RECOVERY)) || left > RECOVERY_FEW)
                return;
        attempt_tell_facts(a, left ? WORD_RECOVERY_LEFT : WORD_RECOVERY_NO_MORE, &(struct word_facts){ .count = left });
}

/* The tally records the spent code. If it cannot be written, the code is not accepted: it could be used again. */
static void verify_allow(struct attempt *a, struct tally *tally, int64_t now) {
        struct tally before = *tally;
        int r;

        throttle_succeeded(tally, a->subject.place);
        keep_time(tally, now);
        tally->login_s = now;
        name_place(a, tally->login_place, sizeof tally->login_place);
        r = tally_write(attempt_context(a)->tallies, a->user, tally, NULL);
        if (r < 0 && a->proven & means_of_codes()) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "state", WORD_DISK);
                return;
        }
        if (!sessions_passed(attempt_sessions(a), a, &before)) { /* another of theirs took the last place meanwhile */
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "too-many-sessions", WORD_TOO_MANY);
                return;
        }
        /* A log that cannot be written keeps nobody out: people must be able to log in and repair it. `status` reports
         * it. */
        (void)verify_record(a, "allowed", "");
        tell_recovery_left(a, tally);
        if (a->comes_to_administrate)
                attempt_context(a)->administrator_came(attempt_context(a)->ctx, a->user);
        attempt_verdict(a, LOGIN_ALLOW);
}

/* Does what was proven hold every factor of one of the rule's alternatives? */
static bool verify_suffices(const struct attempt *a) {
        for (size_t i = 0; i < a->plan.n; i++)
                if (a->plan.alternatives[i] && (a->plan.alternatives[i] & ~a->proven) == 0)
                        return true;
        return false;
}

static void check_codes(struct attempt *a) {
        int64_t now = clock_now().unix_s;
        struct tally tally, before;
        struct judgement j;

        if (tally_read(attempt_context(a)->tallies, a->user, &tally, NULL) < 0) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "state", WORD_DISK);
                return;
        }
        before = tally;
        j = judge_codes(a, &tally, now);
        if (j.word == WORD_CLOCK_BACK)
                (void)audit_clock_back(attempt_context(a)->audit, a->user, tally.clock_s - now);
        if (!a->unfit && verify_suffices(a)) {
                verify_allow(a, &tally, now);
                return;
        }
        /* Of two codes one was wrong: a code on paper is spent by a login, and by nothing else. */
        tally.codes_id = before.codes_id;
        tally.codes_used = before.codes_used;
        refuse_counted(a, &tally, j.reason, j.word);
}

void verify_card_checked(struct attempt *a, bool right) {
        if (attempt_throttled(a))
                return;
        if (!right) {
                attempt_refuse(a, "wrong-signature", WORD_CARD_UNPROVEN);
                return;
        }
        /* The signature is the card's. The PIN is what the card itself verified before: a key that signs without one is
         * never offered (card/token.c). */
        a->proven |= FACTOR_BIT(FACTOR_CARD) | FACTOR_BIT(FACTOR_PIN);
        check_codes(a);
}

static void go_on(struct attempt *a) {
        if (!(a->choice.factors & FACTOR_BIT(FACTOR_CARD))) {
                check_codes(a);
                return;
        }
        attempt_stop_person(a);
        card_sign(a);
}

/* Failures of other attempts while PAM or the card was busy count first, so that parallel attempts get no more tries
 * than sequential ones. */
void verify_password_checked(struct attempt *a, bool right) {
        if (attempt_throttled(a))
                return;
        if (!right) {
                attempt_refuse(a, "wrong-password", WORD_WRONG);
                return;
        }
        a->proven |= FACTOR_BIT(FACTOR_PASSWORD);
        if (a->unfit) {
                attempt_refuse(a, a->unfit->reason, a->unfit->word);
                return;
        }
        if (a->enrolled_lost) /* only to who has shown to be that person */
                attempt_tell(a, WORD_FACTORS_LOST);
        go_on(a);
}

void verify_begin(struct attempt *a) {
        a->answered_ms = clock_ms();
        if (attempt_throttled(a)) /* others may have tried meanwhile */
                return;
        /* Before anything is judged: it must not tell that the answers are right, and leave the code unused. */
        if (!sessions_have_room(attempt_sessions(a), a))
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "too-many-sessions", WORD_TOO_MANY);
        else if (!a->known)
                attempt_refuse(a, "unknown", WORD_WRONG);
        else if (a->choice.factors & FACTOR_BIT(FACTOR_PASSWORD))
                ask_person(a);
        else
                go_on(a);
}
