/* SPDX-License-Identifier: MIT */
/* attempt.c — one login from its first message to the last answer: who it is, what they must show, what they are asked.
 * Whether it is right is verify.c's. */
#include "auth/attempt.h"

#include "auth/means.h"

#include "auth/recovery.h"
#include "auth/throttle.h"
#include "decision/administrators.h"
#include "decision/pam_service.h"
#include "host/clock.h"
#include "store/strangers.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOOK_MS 20000    /* NSS may query a slow server */
#define PERSON_MS 600000 /* for an answer; the PAM module has a shorter timeout of its own */
#define INSERTS_MAX 3    /* how often we ask for a card before we give up */

/* Root, or the user who runs the agent in a demonstration. */
static bool is_privileged(const struct attempt *a) {
        return a->uid == 0 || a->uid == geteuid();
}

static void attempt_account(struct attempt *a) {
        bool fine = a->begin.flags & LOGIN_PASSED || policy_login_exempt(attempt_policy(a), a->begin.service);

        if (fine)
                attempt_verdict(a, LOGIN_ALLOW);
        else
                attempt_refuse_now(a, LOGIN_REFUSE, "no-authentication", WORD_NOT_THROUGH_US);
}

/* Start looking the name up; everything that follows needs it. */
static void attempt_look(struct attempt *a) {
        uint8_t message[LOGIN_MAX];
        size_t n = person_look_encode(a->begin.user, message);
        int r = n ? helper_pool_take(attempt_helper_pool(a), HELPER_PERSON, PASSWORD_SERVICE, &a->person_child, NULL)
                  : -EINVAL;

        if (r == 0)
                r = attempt_watch_person(a);
        if (r == 0)
                r = socket_send(a->person_child.fd, message, n, -1);
        if (r < 0) {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "no-helper", WORD_UNAVAILABLE);
                return;
        }
        a->looked = true;
        a->state = ATTEMPT_LOOKING;
        attempt_until(a, LOOK_MS);
}

static void session_open(struct attempt *a) {
        if (!is_privileged(a))
                attempt_refuse_now(a, LOGIN_REFUSE, "not-root", WORD_NOT_THROUGH_US);
        else
                attempt_look(a);
}

static void session_close(struct attempt *a) {
        if (is_privileged(a))
                sessions_close(attempt_sessions(a), a);
        attempt_verdict(a, LOGIN_ALLOW);
}

static void (*const phases[LOGIN_PHASES])(struct attempt *a) = {
        [LOGIN_AUTHENTICATE] = attempt_look,
        [LOGIN_ACCOUNT] = attempt_account,
        [LOGIN_OPEN] = session_open,
        [LOGIN_CLOSE] = session_close,
};

static struct login_subject attempt_subject(const struct attempt *a) {
        struct peer peer;

        if (peer_look(a->peer.fd, &peer) < 0)
                peer = (struct peer){ .uid = a->uid };
        return subject_of(&peer, &a->begin, geteuid(), sessions_desk(attempt_sessions(a)));
}

/* What is answered at once needs no share, nor does the session of who was let in: its place was charged. */
static bool needs_no_share(const struct attempt *a) {
        return a->begin.phase == LOGIN_ACCOUNT || a->begin.phase == LOGIN_CLOSE
               || (a->begin.phase == LOGIN_OPEN && is_privileged(a) && sessions_await(attempt_sessions(a), a));
}

void attempt_began(struct attempt *a, const struct login_begin *b) {
        a->begin = *b;
        (void)snprintf(a->user, sizeof a->user, "%s", b->user);
        a->subject = attempt_subject(a);
        if (needs_no_share(a) || attempt_charge(a))
                phases[b->phase](a);
        else
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "too-many", WORD_TOO_MANY);
}

static bool may_ask_for(const struct attempt *a) {
        return is_privileged(a) || (a->known && a->who.uid == a->uid);
}

/* The name as NSS spells it. One that nobody has shares a tally with some others of its kind. */
static void settle_name(struct attempt *a) {
        uint64_t draw = tally_draw(attempt_context(a)->tallies, a->begin.user);

        a->card_alone = draw >> 63;
        a->known = a->known && factors_name_is_fit(a->who.name);
        if (a->known)
                (void)snprintf(a->user, sizeof a->user, "%s", a->who.name);
        else
                stranger_name(draw, a->user);
}

static void settle_plan(struct attempt *a) {
        const char *groups[PERSON_GROUPS + 1] = { NULL };
        const struct person who = { .user = a->user, .groups = groups };

        for (size_t i = 0; i < a->who.n_groups; i++)
                groups[i] = a->who.groups[i];
        policy_login_decoy(attempt_policy(a), a->begin.service, &a->decoy);
        if (a->known && policy_login_plan(attempt_policy(a), &who, a->begin.service, &a->plan))
                a->decoy = a->plan;
        else
                a->plan = (struct login_plan){ .rule = "" };
        (void)snprintf(a->rule, sizeof a->rule, "%s", a->plan.rule);
        a->plan.rule = a->decoy.rule = a->rule;
        a->comes_to_administrate = a->known && is_privileged(a) && person_is_administrator(&who)
                                   && pam_service_is_entrance(a->begin.service);
}

/* Seconds that this person must wait here; -1 where that cannot be known. */
static int64_t must_wait(const struct attempt *a) {
        struct tally tally;

        if (tally_read(attempt_context(a)->tallies, a->user, &tally, NULL) < 0)
                return -1;
        return throttle_wait(&tally, policy_login_terms(attempt_policy(a)), a->subject.place, clock_now().unix_s);
}

bool attempt_throttled(struct attempt *a) {
        int64_t wait = must_wait(a);

        if (wait == 0)
                return false;
        if (wait < 0)
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "tally", WORD_STATE_BROKEN);
        else
                attempt_refuse_throttled(a, wait);
        return true;
}

/* Who has no rule is supposed to have a card, where the decoy asks for one: what a reader holds is looked at, and told,
 * as it is for others. */
static bool card_may_count(const struct attempt *a) {
        const struct login_terms *terms = policy_login_terms(attempt_policy(a));
        uint32_t asked = 0;

        for (size_t i = 0; i < a->decoy.n; i++)
                asked |= a->decoy.alternatives[i];
        return asked & FACTOR_BIT(FACTOR_CARD) && terms->card.module
               && (a->factors.n_cards > 0 || terms->card.map != CARD_MAP_NONE || a->plan.n == 0);
}

static void attempt_found(struct attempt *a) {
        if (a->begin.phase == LOGIN_OPEN) {
                sessions_open(attempt_sessions(a), a);
                return;
        }
        if (!may_ask_for(a)) {
                attempt_refuse_now(a, LOGIN_REFUSE, "another-user", WORD_WRONG);
                return;
        }
        settle_name(a);
        settle_plan(a);
        if (attempt_throttled(a))
                return;
        if (a->known && factors_read(attempt_context(a)->factors, a->user, &a->factors, NULL) < 0)
                a->enrolled_lost = true;
        if (card_may_count(a))
                card_find(a);
        else
                attempt_choose(a);
}

/* Why this person cannot be let in whatever they answer; they are asked all the same. */
static const struct unfit *without_means(const struct attempt *a) {
        static const struct unfit unknown = { "unknown", WORD_WRONG }, no_rule = { "no-rule", WORD_NO_RULE },
                                  lost = { "factors-lost", WORD_FACTORS_LOST },
                                  nothing = { "not-enrolled", WORD_NOTHING_ENROLLED };

        if (!a->known)
                return &unknown;
        if (a->plan.n == 0)
                return &no_rule;
        return a->enrolled_lost ? &lost : &nothing;
}

/* Without factors: a card was asked for often enough. Who is unfit is asked for one as often as others. */
static struct choice attempt_lead(struct attempt *a) {
        const struct means means = {
                .now = means_now(a),
                .card_expected = card_may_count(a) && a->inserts < INSERTS_MAX,
        };
        const struct choice c = choose(&a->plan, &means);

        if (c.factors)
                a->unfit = NULL;
        else if (a->inserts == 0)
                a->unfit = without_means(a);
        if (!a->unfit || a->inserts == INSERTS_MAX)
                return c;
        return choose_decoy(&a->decoy, means.card_expected, a->card_alone);
}

void attempt_choose(struct attempt *a) {
        a->choice = attempt_lead(a);
        a->answered = 0;
        if (!a->choice.factors) {
                card_refuse(a);
                return;
        }
        card_tell(a);
        if (!attempt_policy(a))
                attempt_tell(a, WORD_SEALED);
        attempt_go_on(a);
}

void attempt_go_on(struct attempt *a) {
        if (!a->choice.insert && a->answered == a->choice.n) {
                verify_begin(a);
                return;
        }
        a->state = ATTEMPT_ASKING;
        attempt_until(a, PERSON_MS);
        if (a->answered == 0 && attempt_ask(a) < 0)
                attempt_abandoned(a, false);
}

/* "password+code", or with a second code behind it: the last plus signs separate them, because a password may contain
 * one. */
static void attempt_part(struct attempt *a, const char *line) {
        (void)snprintf(a->password, sizeof a->password, "%s", line);
        for (enum factor f = FACTORS; f-- > 0;) {
                char *plus = strrchr(a->password, '+');

                if (!(a->choice.factors & means_of_codes() & FACTOR_BIT(f)))
                        continue;
                (void)snprintf(a->codes[f], sizeof a->codes[f], "%s", plus ? plus + 1 : "");
                *(plus ? plus : a->password) = '\0';
        }
        a->kept = (uint16_t)strlen(a->password);
}

void attempt_answered(struct attempt *a, const char *answer) {
        struct login_question q = a->choice.questions[a->answered];

        if (a->choice.insert) {
                a->inserts++;
                card_find(a);
                return;
        }
        a->answered++;
        switch (q.ask) {
        case ASK_PASSWORD:
                (void)snprintf(a->password, sizeof a->password, "%s", answer);
                a->kept = (uint16_t)strlen(answer);
                break;
        case ASK_PIN:
                (void)snprintf(a->pin, sizeof a->pin, "%s", answer);
                break;
        case ASK_LINE:
                attempt_part(a, answer);
                break;
        case ASK_CODE:
                (void)snprintf(a->codes[q.code], sizeof a->codes[q.code], "%s", answer);
                break;
        }
        attempt_go_on(a);
}

void attempt_person_heard(struct attempt *a, struct bytes message) {
        struct person_result result = { 0 };
        int type = person_type(message);

        if (a->state == ATTEMPT_LOOKING && type == PERSON_FOUND && person_found_decode(message, &a->who) == 0) {
                a->known = true;
                attempt_found(a);
        } else if (a->state == ATTEMPT_LOOKING && type == PERSON_UNKNOWN) {
                attempt_found(a);
        } else if (a->state == ATTEMPT_CHECKING && type == PERSON_RESULT
                   && person_result_decode(message, &result) == 0) {
                verify_password_checked(a, result.right);
        } else {
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "no-helper", WORD_UNAVAILABLE);
        }
}

void attempt_abandoned(struct attempt *a, bool garbage) {
        if (garbage)
                attempt_verdict(a, LOGIN_UNAVAILABLE);
        else
                attempt_end(a);
}

void attempt_timed_out(struct attempt *a) {
        switch (a->state) {
        case ATTEMPT_REFUSING:
                verify_tell(a);
                break;
        case ATTEMPT_FINDING: /* as if there were no reader */
                card_given_up(a);
                break;
        case ATTEMPT_LOOKING:
        case ATTEMPT_CHECKING:
        case ATTEMPT_QUEUED:
        case ATTEMPT_COUNTING:
        case ATTEMPT_SIGNING:
                attempt_refuse_now(a, LOGIN_UNAVAILABLE, "timeout", WORD_UNAVAILABLE);
                break;
        default:
                attempt_abandoned(a, false);
        }
}
