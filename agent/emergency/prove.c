/* SPDX-License-Identifier: MIT */
/* prove.c — the recovery code is checked even if name or password is wrong, so that the time does not tell which; a
 * used code is written by tally_write before PROOF_RIGHT is returned. See prove.h. */
#include "emergency/prove.h"

#include "auth/recovery.h"
#include "auth/throttle.h"
#include "base/secret.h"
#include "decision/administrators.h"
#include "emergency/ask_person.h"
#include "host/clock.h"
#include "host/locked.h"
#include "store/strangers.h"

#include <errno.h>
#include <stdio.h>

struct proof_candidate {
        struct person_found who;
        char counted[PERSON_NAME]; /* whose tally counts */
        bool known, password;
        struct factors *factors; /* locked memory */
        struct tally tally;
};

static void prove_record(const struct proof_context *g, const struct proof_candidate *c, const char *outcome,
                         const char *reason) {
        const struct audit_login l = { .user = c->known ? c->who.name : NULL,
                                       .service = PROVE_SERVICE,
                                       .tty = PROVE_TTY,
                                       .factors = "password+recovery",
                                       .outcome = outcome,
                                       .reason = reason };

        /* A log that cannot be written does not refuse access: an administrator must be able to repair it. */
        (void)audit_login(g->audit, &l);
}

static bool is_administrator(const struct person_found *who) {
        const char *groups[PERSON_GROUPS + 1] = { 0 };
        const struct person p = { .user = who->name, .groups = groups };

        for (size_t i = 0; i < who->n_groups; i++)
                groups[i] = who->groups[i];
        return person_is_administrator(&p);
}

/* A wrong clock is no reason to refuse access, and it is not trusted: its time is not stored as the latest time. */
static enum proof prove_refuse(const struct proof_context *g, struct proof_candidate *c, const char *reason) {
        throttle_failed(&c->tally, policy_login_terms(NULL), throttle_place("", PROVE_TTY, ""), clock_now().unix_s);
        (void)tally_write(g->tallies, c->counted, &c->tally, NULL);
        prove_record(g, c, "refused", reason);
        return PROOF_WRONG;
}

static enum proof prove_unavailable(const struct proof_context *g, const struct proof_candidate *c) {
        prove_record(g, c, "unavailable", "state");
        return PROOF_UNAVAILABLE;
}

/* The record of a used code must be on the disk first, or the same code could be used twice. */
static enum proof prove_accept(const struct proof_context *g, struct proof_candidate *c, struct tally *spent,
                               struct err *err) {
        throttle_succeeded(spent, throttle_place("", PROVE_TTY, ""));
        if (tally_write(g->tallies, c->who.name, spent, err) < 0)
                return prove_unavailable(g, c);
        prove_record(g, c, "allowed", "");
        return PROOF_RIGHT;
}

/* The recovery code is always checked, whatever was wrong before; an unknown person's code is stretched like any
 * other. */
static enum proof prove_judge(const struct proof_context *g, const struct answers *a, struct proof_candidate *c,
                              struct err *err) {
        struct tally spent = c->tally;
        int code = recovery_check(c->factors, &spent, a->code);

        if (!c->known || !c->password)
                return prove_refuse(g, c, c->known ? "wrong-password" : "unknown");
        if (!is_administrator(&c->who))
                return prove_refuse(g, c, "no-administrator");
        if (code < 0)
                return prove_refuse(g, c, code == -EALREADY ? "used" : "wrong-code");
        return prove_accept(g, c, &spent, err);
}

static enum proof look_up(const struct proof_context *g, const struct answers *a, struct proof_candidate *c,
                          int64_t *ret_wait_s, struct err *err) {
        int r = !factors_name_is_fit(a->name) ? 0
                                              : ask_person(a->name, a->password, &c->who, &c->known, &c->password, err);

        if (r < 0)
                return prove_unavailable(g, c);
        c->known = c->known && factors_name_is_fit(c->who.name);
        if (c->known)
                (void)snprintf(c->counted, sizeof c->counted, "%s", c->who.name);
        else
                stranger_name(tally_draw(g->tallies, a->name), c->counted);
        if (tally_read(g->tallies, c->counted, &c->tally, err) < 0)
                return prove_unavailable(g, c);
        *ret_wait_s = throttle_wait(&c->tally, policy_login_terms(NULL), throttle_place("", PROVE_TTY, ""),
                                    clock_now().unix_s);
        if (*ret_wait_s > 0) {
                prove_record(g, c, "throttled", "");
                return PROOF_WAIT;
        }
        if (c->known) /* tokens may be lost: codes are not sealed */
                (void)factors_read(g->factors, c->who.name, c->factors, NULL);
        return prove_judge(g, a, c, err);
}

enum proof prove(const struct proof_context *g, const struct answers *a, int64_t *ret_wait_s, struct err *err) {
        static struct proof_candidate c;
        enum proof proof = PROOF_UNAVAILABLE;

        c = (struct proof_candidate){ .factors = locked_new(sizeof *c.factors) };
        if (c.factors)
                proof = look_up(g, a, &c, ret_wait_s, err);
        else
                (void)err_set(err, -ENOMEM, "no memory");
        locked_free(c.factors, sizeof *c.factors);
        return proof;
}
