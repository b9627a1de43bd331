/* SPDX-License-Identifier: MIT */
/* visit.c — writes the tally, the factors and the audit record, in this order; if the record fails, it rolls back to
 * the copies that visit_begin() made. See visit.h. */
#include "control/visit.h"

#include "host/locked.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum control_code petition_answer(struct petition *p, people_request *how) {
        const struct policy *policy = state_policy(p->subject->state);
        const json_t *asked_for = json_object_get(p->asked, "lang");

        if (asked_for && !json_is_string(asked_for))
                return petition_malformed(p, "lang が文字列ではありません", "lang is no string");
        p->l = language_of(asked_for ? json_string_value(asked_for) : policy ? policy_language(policy) : "");
        (void)json_object_del(p->asked, "lang");
        return how(p);
}

enum control_code petition_malformed(struct petition *p, const char *ja, const char *en) {
        (void)err_say(&p->err, 0, "依頼の形式が正しくありません: " IN_JA, "malformed request: " IN_EN, ja, en);
        return CONTROL_REFUSED;
}

enum control_code petition_say(struct petition *p, enum control_code code, const char *ja, const char *en) {
        (void)err_say(&p->err, 0, IN_JA, IN_EN, ja, en);
        return code;
}

/* The store's message follows this one: it names the file. */
static enum control_code visit_failed(const struct visit *v, int r, const char *ja, const char *en) {
        if (v->petition->err.text[0])
                (void)err_say_wrap(&v->petition->err, r, IN_JA, IN_EN, ja, en);
        else
                (void)err_say_errno(&v->petition->err, r, IN_JA, IN_EN, ja, en);
        return CONTROL_COULD_NOT;
}

static enum control_code read_factors(struct visit *v) {
        struct err *err = &v->petition->err;
        int r = factors_read(v->petition->subject->factors, v->user, &v->factors, err);

        v->codes_damaged = r == -EBADMSG && !v->factors.sealed_lost;
        if (r < 0 && !v->factors.sealed_lost && !v->codes_damaged)
                return visit_failed(v, r, "登録内容を読めません", "what is enrolled cannot be read");
        return CONTROL_OK;
}

static enum control_code read_tally(struct visit *v) {
        struct err *err = &v->petition->err;
        int r = tally_read(v->petition->subject->tallies, v->user, &v->tally, err);

        if (r < 0 && !v->tally.broken)
                return visit_failed(v, r, "使用済みコードの記録を読めません", "the record of use cannot be read");
        return CONTROL_OK;
}

static enum control_code can_begin(struct petition *p, const char *user) {
        const struct subject *s = p->subject;

        if (!s->factors || !s->tallies) {
                p->err = s->people_note;
                (void)err_say_wrap(&p->err, 0, "ログインの登録を開けません",
                                   "what people log in with cannot be opened");
                return CONTROL_COULD_NOT;
        }
        if (!factors_name_is_fit(user))
                return petition_say(p, CONTROL_REFUSED, "利用者名として使えない名前です",
                                    "not fit for the name of a user");
        return CONTROL_OK;
}

enum control_code visit_begin(struct petition *p, const char *user, struct visit **ret) {
        enum control_code code = can_begin(p, user);
        auto_visit v = NULL;

        if (code != CONTROL_OK)
                return code;
        v = locked_new(sizeof *v);
        if (!v)
                return petition_say(p, CONTROL_COULD_NOT, "メモリーが足りません", "no memory");
        *v = (struct visit){ .petition = p, .user = user, .now_s = time(NULL) };
        code = read_factors(v);
        if (code == CONTROL_OK)
                code = read_tally(v);
        if (code != CONTROL_OK)
                return code;
        v->factors_before = v->factors;
        v->tally_before = v->tally;
        p->err = (struct err){ "" };
        *ret = TAKE(v);
        return CONTROL_OK;
}

void visit_end(struct visit *v) {
        locked_free(v, sizeof *v);
}

bool visit_has_factors(const struct visit *v) {
        const struct factors *f = &v->factors;

        return f->n_tokens || f->n_cards || f->n_codes || f->sealed_lost || v->codes_damaged;
}

static int write_factors(const struct visit *v, const struct factors *f) {
        const struct subject *s = v->petition->subject;

        if (f->n_tokens || f->n_cards || f->n_codes || f->sealed_lost)
                return factors_write(s->factors, v->user, f, &v->petition->err);
        return factors_remove(s->factors, v->user);
}

/* The tally is written first, so that a code shown to enrol is used up before the secret becomes valid. */
enum control_code visit_store(struct visit *v, const struct change *change) {
        const struct subject *s = v->petition->subject;
        bool new_factors = memcmp(&v->factors, &v->factors_before, sizeof v->factors) != 0;
        int r = tally_write(s->tallies, v->user, &v->tally, &v->petition->err);

        if (r < 0)
                return visit_failed(v, r, "保存できません", "it cannot be stored");
        r = new_factors ? write_factors(v, &v->factors) : 0;
        if (r < 0)
                return visit_failed(v, r, "保存できません", "it cannot be stored");
        r = audit_factor(s->audit, v->petition->who, v->user, change->factor, change->what, change->label);
        if (r == 0)
                return CONTROL_OK;
        v->tally_before.generation = v->tally.generation;
        if ((new_factors && write_factors(v, &v->factors_before) < 0)
            || (!v->tally_before.fresh && !v->tally_before.broken
                && tally_write(s->tallies, v->user, &v->tally_before, NULL) < 0))
                return visit_failed(v, r, "監査記録に書けず、元に戻すこともできません",
                                    "the audit log cannot be written, nor the change taken back");
        return visit_failed(v, r, "監査記録に書けないため、変更しませんでした",
                            "the audit log cannot be written, so nothing was changed");
}
