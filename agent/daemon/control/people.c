/* SPDX-License-Identifier: MIT */
/* people.c — people_factors: who has what, a page at a time, so that no request holds up the gate. The answer holds
 * nothing that could be used to log in. */
#include "control/people.h"

#include "auth/recovery.h"
#include "auth/throttle.h"
#include "auth/totp.h"
#include "base/hex.h"
#include "control/token.h"
#include "control/visit.h"
#include "host/clock.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 64
#define CLOCK_GRACE_S 60

/* NULL where it never happened. */
static json_t *people_when(int64_t unix_s) {
        char text[CLOCK_TEXT];

        clock_text(unix_s, text);
        return unix_s ? json_string(text) : json_null();
}

static json_t *people_tokens(const struct factors *f) {
        json_t *array = json_array();

        for (size_t i = 0; i < f->n_tokens; i++) {
                const struct token *t = &f->tokens[i];

                (void)json_array_append_new(
                        array, json_pack("{s:I, s:s, s:s, s:i, s:i, s:o}", "id", (json_int_t)t->id, "label", t->label,
                                         "algorithm", algorithm_name(t->algorithm), "digits", (int)t->digits, "period",
                                         (int)t->period_s, "enrolled", people_when(t->enrolled)));
        }
        return array;
}

static json_t *people_cards(const struct factors *f) {
        json_t *array = json_array();

        for (size_t i = 0; i < f->n_cards; i++) {
                const struct pinned_card *c = &f->cards[i];
                char digest[2 * sizeof c->sha256 + 1];

                hex_of(c->sha256, sizeof c->sha256, digest);
                (void)json_array_append_new(array, json_pack("{s:s, s:s, s:o}", "subject", c->label, "sha256", digest,
                                                             "enrolled", people_when(c->enrolled)));
        }
        return array;
}

/* The longest that this person has to wait anywhere. */
static int64_t longest_wait(const struct visit *v, const struct login_terms *terms) {
        int64_t longest = 0;

        for (size_t i = 0; i < TALLY_PLACES; i++) {
                int64_t wait = v->tally.places[i].place
                                       ? throttle_wait(&v->tally, terms, v->tally.places[i].place, v->now_s)
                                       : 0;

                longest = wait > longest ? wait : longest;
        }
        return longest;
}

static uint64_t last_step(const struct tally *t, uint32_t id) {
        for (size_t i = 0; i < TALLY_TOKENS; i++)
                if (t->tokens[i].id == id)
                        return t->tokens[i].step;
        return 0;
}

/* A mark ahead of the clock refuses right codes until the clock has caught up with it. */
static bool clock_went_back(const struct visit *v, unsigned skew) {
        for (size_t i = 0; i < v->factors.n_tokens; i++) {
                const struct token *t = &v->factors.tokens[i];

                if (last_step(&v->tally, t->id) > totp_step(t, v->now_s) + skew + TOTP_DRIFT_MAX)
                        return true;
        }
        return v->tally.clock_s > v->now_s + CLOCK_GRACE_S;
}

static const char *tally_state(const struct visit *v) {
        if (v->tally.broken)
                return "damaged";
        return v->tally.fresh && visit_has_factors(v) ? "missing" : "fine";
}

static json_t *last_login(const struct tally *t) {
        return t->login_s ? json_pack("{s:o, s:s}", "time", people_when(t->login_s), "place", t->login_place)
                          : json_null();
}

static json_t *people_person(const struct visit *v) {
        const struct login_terms *terms = policy_login_terms(state_policy(v->petition->subject->state));
        const char *state = tally_state(v);
        int64_t wait = longest_wait(v, terms);

        return json_pack("{s:s, s:o, s:o, s:i, s:i, s:o, s:I, s:o, s:b, s:b, s:b, s:s}", "user", v->user, "tokens",
                         people_tokens(&v->factors), "cards", people_cards(&v->factors), "recovery",
                         (int)v->factors.n_codes, "recovery_left", (int)recovery_left(&v->factors, &v->tally),
                         "last_login", last_login(&v->tally), "failures", (json_int_t)v->tally.failures,
                         "throttled_until", people_when(wait ? v->now_s + wait : 0), "clock_went_back",
                         clock_went_back(v, terms->totp.skew), "key_lost", v->factors.sealed_lost, "recovery_damaged",
                         v->codes_damaged, "record", state);
}

/* A person whose file is damaged is in the list all the same, and so are the persons after that one. */
static json_t *people_one(struct petition *p, const char *user) {
        auto_visit v = NULL;

        if (visit_begin(p, user, &v) == CONTROL_OK)
                return people_person(v);
        return json_pack("{s:s, s:s}", "user", user, "unreadable", err_text(&p->err, p->l));
}

static void names_free(char **names, size_t n) {
        for (size_t i = 0; i < n; i++)
                free(names[i]);
        free(names);
}

static enum control_code people_page(struct petition *p, const char *after) {
        json_t *list = json_array(), *next = json_null();
        char **names = NULL;
        size_t n = 0, told = 0;

        if (!p->subject->factors || factors_people(p->subject->factors, &names, &n) < 0) {
                json_decref(list);
                return petition_say(p, CONTROL_COULD_NOT, "登録されている人の一覧を読めません",
                                    "the list of those enrolled cannot be read");
        }
        for (size_t i = 0; i < n && json_is_null(next); i++) {
                if (strcmp(names[i], after) <= 0)
                        continue;
                if (told++ < PAGE)
                        (void)json_array_append_new(list, people_one(p, names[i]));
                else
                        next = json_string(names[i - 1]);
        }
        names_free(names, n);
        p->err = (struct err){ "" };
        p->answer = json_pack("{s:o, s:o}", "people", list, "next", next);
        return CONTROL_OK;
}

enum control_code people_factors(struct petition *p) {
        const char *user = NULL, *after = "";
        auto_visit v = NULL;
        enum control_code code;
        json_error_t why;

        if (json_unpack_ex(p->asked, &why, JSON_STRICT, "{s?s, s?s}", "user", &user, "after", &after) < 0)
                return petition_malformed(p, why.text, why.text);
        if (!user)
                return people_page(p, after);
        code = visit_begin(p, user, &v);
        if (code == CONTROL_OK)
                p->answer = json_pack("{s:[o], s:n}", "people", people_person(v), "next");
        return code;
}
