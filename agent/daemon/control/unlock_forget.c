/* SPDX-License-Identifier: MIT */
/* unlock_forget.c — people_unlock lets a person log in again after failures or a wrong clock; people_forget removes
 * factors that are lost or not used any more. */
#include "control/people.h"

#include "auth/throttle.h"
#include "auth/totp.h"
#include "base/hex.h"
#include "control/enrolled.h"

#include <string.h>

/* If the tally is gone, so is what it recorded: the current codes and the recovery codes are taken for used. */
static bool unlock_tokens(struct visit *v, unsigned skew) {
        bool gone = v->tally.broken || (v->tally.fresh && visit_has_factors(v)), healed;

        v->tally.broken = gone;
        healed = totp_unlock(&v->tally, &v->factors, v->now_s, skew);
        v->tally.broken = v->tally_before.broken;
        if (v->tally.clock_s > v->now_s)
                v->tally.clock_s = v->now_s;
        return healed;
}

/* A success elsewhere resets the overall count, but not the count of a place. */
static int64_t failures_anywhere(const struct tally *t) {
        int64_t at_places = 0;

        for (size_t i = 0; i < TALLY_PLACES; i++)
                at_places += t->places[i].failures;
        return at_places > t->failures ? at_places : t->failures;
}

enum control_code people_unlock(struct petition *p) {
        const struct login_terms *terms = policy_login_terms(state_policy(p->subject->state));
        const char *user, *record;
        bool healed, clock_went_back;
        int64_t failures;
        auto_visit v = NULL;
        enum control_code code;
        json_error_t why;

        if (json_unpack_ex(p->asked, &why, JSON_STRICT, "{s:s}", "user", &user) < 0)
                return petition_malformed(p, why.text, why.text);
        code = visit_begin(p, user, &v);
        if (code != CONTROL_OK)
                return code;
        record = v->tally.broken ? "damaged" : v->tally.fresh && visit_has_factors(v) ? "missing" : "fine";
        healed = unlock_tokens(v, terms->totp.skew);
        clock_went_back = memcmp(v->tally.tokens, v->tally_before.tokens, sizeof v->tally.tokens) != 0
                          || v->tally.clock_s != v->tally_before.clock_s;
        failures = failures_anywhere(&v->tally);
        throttle_forgive(&v->tally);
        if (failures || clock_went_back
            || strcmp(record, "fine") != 0) /* otherwise nothing changes, and nothing is recorded */
                code = visit_store(v, &(struct change){ "unlocked", "all", NULL });
        if (code == CONTROL_OK)
                p->answer = json_pack("{s:I, s:b, s:b, s:s}", "failures", (json_int_t)failures, "clock_went_back",
                                      clock_went_back, "to_enrol_anew", !healed, "record", record);
        return code;
}

static bool is_named(const struct forget_asked *a, uint32_t id, const char *label) {
        return (!a->id || a->id == id) && (!a->label || strcmp(a->label, label) == 0);
}

static void forget_mark(struct tally *t, uint32_t id) {
        for (size_t i = 0; i < TALLY_TOKENS; i++)
                if (t->tokens[i].id == id)
                        t->tokens[i] = (struct tally_token){ 0 };
}

void forget_tokens(struct visit *v, struct forget_asked *a) {
        struct factors *f = &v->factors;
        uint8_t kept = 0;

        for (uint8_t i = 0; i < f->n_tokens; i++) {
                if (is_named(a, f->tokens[i].id, f->tokens[i].label)) {
                        forget_mark(&v->tally, f->tokens[i].id);
                        a->removed++;
                } else {
                        f->tokens[kept++] = f->tokens[i];
                }
        }
        memset(&f->tokens[kept], 0, (size_t)(f->n_tokens - kept) * sizeof *f->tokens);
        f->n_tokens = kept;
}

/* By subject, or by the first digits of the certificate's SHA-256: a renewed card has the subject of the old one. */
static bool is_card(const struct forget_asked *a, const struct pinned_card *c) {
        char digest[2 * sizeof c->sha256 + 1];

        hex_of(c->sha256, sizeof c->sha256, digest);
        return is_named(a, 0, c->label)
               || (a->label && strlen(a->label) >= 8 && strncmp(a->label, digest, strlen(a->label)) == 0);
}

void forget_cards(struct visit *v, struct forget_asked *a) {
        struct factors *f = &v->factors;
        uint8_t kept = 0;

        for (uint8_t i = 0; i < f->n_cards; i++) {
                if (is_card(a, &f->cards[i]))
                        a->removed++;
                else
                        f->cards[kept++] = f->cards[i];
        }
        memset(&f->cards[kept], 0, (size_t)(f->n_cards - kept) * sizeof *f->cards);
        f->n_cards = kept;
}

void forget_codes(struct visit *v, struct forget_asked *a) {
        struct factors *f = &v->factors;

        a->removed += f->n_codes + (unsigned)v->codes_damaged;
        v->codes_damaged = false;
        memset(f->codes, 0, sizeof f->codes);
        f->n_codes = 0;
}

/* Removes everything, also what cannot be opened any more. */
static void forget_all(struct visit *v, struct forget_asked *a) {
        const struct enrolled_kind *kind;

        a->removed += (unsigned)v->factors.sealed_lost + (unsigned)v->codes_damaged;
        v->factors.sealed_lost = v->codes_damaged = false;
        for (size_t i = 0; (kind = enrolled_kind_at(i)); i++)
                kind->forget(v, a);
}

/* Is it clear which one is meant, if there are several? `kind` NULL: all. */
static bool is_plain(const struct visit *v, const struct enrolled_kind *kind, const struct forget_asked *a) {
        return !kind || a->label || a->id || kind->count(&v->factors) <= 1;
}

static enum control_code unlock_forget_factors(struct visit *v, const struct enrolled_kind *kind,
                                               struct forget_asked *a) {
        struct petition *p = v->petition;
        enum control_code code;

        if (v->factors.sealed_lost && kind && kind->is_sealed)
                return petition_say(p, CONTROL_REFUSED,
                                    "鍵が失われ、一つずつ選べません。sekimori forget USER all で消せます",
                                    "the key is lost, so they cannot be told apart: sekimori forget USER all");
        if (!is_plain(v, kind, a))
                return petition_say(p, CONTROL_REFUSED,
                                    "二つ以上あります。--label で選んでください（sekimori factors で見られます）",
                                    "there are several: choose with --label (sekimori factors shows them)");
        (kind ? kind->forget : forget_all)(v, a);
        if (a->removed == 0)
                return petition_say(p, CONTROL_REFUSED, "そのような登録はありません", "nothing like that is enrolled");
        code = visit_store(v, &(struct change){ "removed", a->what, a->label });
        if (code == CONTROL_OK)
                p->answer = json_pack("{s:i, s:b}", "removed", (int)a->removed, "nothing_left", !visit_has_factors(v));
        return code;
}

enum control_code people_forget(struct petition *p) {
        const struct enrolled_kind *kind;
        const char *user;
        struct forget_asked a = { 0 };
        enum control_code code;
        auto_visit v = NULL;
        json_error_t why;
        json_int_t id = 0;
        bool all;

        if (json_unpack_ex(p->asked, &why, JSON_STRICT, "{s:s, s:s, s?s, s?I}", "user", &user, "what", &a.what, "label",
                           &a.label, "id", &id)
            < 0)
                return petition_malformed(p, why.text, why.text);
        all = strcmp(a.what, "all") == 0;
        if (id < 0 || id > UINT32_MAX || (all && (a.label || id)))
                return petition_malformed(p, "すべてか一つかが決まりません", "all, or one of them?");
        kind = enrolled_kind(a.what);
        if (!kind && !all)
                return petition_malformed(p, "何を消すのかが分かりません", "forget what?");
        a.id = (uint32_t)id;
        code = visit_begin(p, user, &v);
        return code == CONTROL_OK ? unlock_forget_factors(v, kind, &a) : code;
}
