/* SPDX-License-Identifier: MIT */
/* enrol_token.c — "factor": "totp": a secret that counts once a code made from it came back, or a hardware token's
 * seed. */
#include "control/enrol.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "control/enrolled.h"
#include "control/token.h"

#include <stdio.h>
#include <string.h>

struct token_asked {
        const char *secret, *algorithm, *label, *code;
        int digits, period_s; /* 0: as the policy says */
        int beside;           /* how many more will be enrolled for this person: there must be room for all */
        int only_check;
};

static enum control_code enrol_token_refuse(struct visit *v, const char *ja, const char *en) {
        return petition_say(v->petition, CONTROL_REFUSED, ja, en);
}

static enum control_code read_asked(struct visit *v, struct token_asked *a) {
        const char *user, *factor;
        json_error_t why;

        if (json_unpack_ex(v->petition->asked, &why, JSON_STRICT, "{s:s, s:s, s:s, s?s, s?s, s?s, s?i, s?i, s?i, s?b}",
                           "user", &user, "factor", &factor, "secret", &a->secret, "algorithm", &a->algorithm, "label",
                           &a->label, "code", &a->code, "digits", &a->digits, "period", &a->period_s, "beside",
                           &a->beside, "only_check", &a->only_check)
            < 0)
                return petition_malformed(v->petition, why.text, why.text);
        if (a->beside < 0 || a->digits < 0 || a->digits > 8 || a->period_s < 0 || a->period_s > TOKEN_PERIOD_MAX)
                return petition_malformed(v->petition, "数が範囲を超えています", "a number is out of range");
        return CONTROL_OK;
}

static enum control_code take_secret(struct visit *v, const struct token_asked *a, struct token *t) {
        const struct login_terms *terms = visit_terms(v);

        *t = (struct token){
                .digits = (uint8_t)(a->digits ? (unsigned)a->digits : terms->totp.digits),
                .period_s = (uint16_t)(a->period_s ? (unsigned)a->period_s : terms->totp.period_s),
                .algorithm = terms->totp.algorithm,
                .enrolled = v->now_s,
        };
        if ((a->algorithm && !algorithm_from_name(a->algorithm, &t->algorithm))
            || totp_seed(a->secret, t->secret, &t->n_secret) < 0 || !token_is_fit(t))
                return enrol_token_refuse(v, "秘密の値、または方式（algorithm・digits・period）が正しくありません",
                                          "the secret, or its algorithm, digits or period, cannot be right");
        return CONTROL_OK;
}

static bool has_label(const struct visit *v, const char *label) {
        for (size_t i = 0; i < v->factors.n_tokens; i++)
                if (strcmp(v->factors.tokens[i].label, label) == 0)
                        return true;
        return false;
}

static enum control_code take_label(struct visit *v, const struct token_asked *a, struct token *t) {
        t->id = v->factors.next_id;
        for (unsigned i = 1; !a->label && (i == 1 || has_label(v, t->label)); i++)
                (void)snprintf(t->label, sizeof t->label, "totp-%u", i);
        if (!a->label)
                return CONTROL_OK;
        if (!label_is_fit(a->label))
                return enrol_token_refuse(v, "名前（label）が長すぎるか、使えない文字があります",
                                          "the label is too long, or has characters that cannot be used");
        if (has_label(v, a->label))
                return enrol_token_refuse(v, "同じ名前（label）のものが、すでに登録されています",
                                          "there is one of this label already");
        (void)snprintf(t->label, sizeof t->label, "%s", a->label);
        return CONTROL_OK;
}

static const struct token *same_secret(const struct visit *v, const struct token *t) {
        for (size_t i = 0; i < v->factors.n_tokens; i++) {
                const struct token *o = &v->factors.tokens[i];

                if (o->n_secret == t->n_secret && secret_equal(o->secret, t->secret, t->n_secret))
                        return o;
        }
        return NULL;
}

/* A right code proves that the secret arrived where it should; the code is then used up. */
static enum control_code take_code(struct visit *v, const struct token *t, const char *code) {
        struct tally_token *mark = totp_mark(&v->tally, t->id);

        if (!code)
                return CONTROL_OK;
        switch (totp_check(t, code, v->now_s, visit_terms(v)->totp.skew, mark)) {
        case TOTP_RIGHT:
                return CONTROL_OK;
        case TOTP_OFF:
                return enrol_token_refuse(
                        v,
                        "別の時刻のワンタイムパスワードです。この端末と、それを出した機器の時計を確かめてください。登録していません",
                        "the code of another time: check the clock of this terminal and of what shows the code; "
                        "nothing was enrolled");
        default:
                return enrol_token_refuse(v, "ワンタイムパスワードが違います。登録していません",
                                          "the code is not right; nothing was enrolled");
        }
}

static enum control_code enrol_token_answer(struct visit *v, const struct token *t, const char *outcome) {
        v->petition->answer =
                json_pack("{s:s, s:s, s:I}", "outcome", outcome, "label", t->label, "id", (json_int_t)t->id);
        return CONTROL_OK;
}

static enum control_code enrol_token_add(struct visit *v, const struct token_asked *a, struct token *t) {
        const struct token *there = same_secret(v, t);
        enum control_code code;

        if (there)
                return enrol_token_answer(v, there, "already");
        if (a->beside >= FACTORS_TOKENS - v->factors.n_tokens)
                return enrol_token_refuse(
                        v, "一人に登録できるのは4つまでです。使わないものを sekimori forget で消してください",
                        "a person has four at most: take an unused one away with sekimori forget");
        if ((code = take_label(v, a, t)) != CONTROL_OK || (code = take_code(v, t, a->code)) != CONTROL_OK)
                return code;
        if (a->only_check)
                return enrol_token_answer(v, t, "fine");
        v->factors.tokens[v->factors.n_tokens++] = *t;
        v->factors.next_id = t->id + 1;
        code = visit_store(v, &(struct change){ "enrolled", "totp", t->label });
        return code == CONTROL_OK ? enrol_token_answer(v, t, "stored") : code;
}

enum control_code enrol_add_token(struct visit *v) {
        struct token_asked a = { 0 };
        enum control_code code = read_asked(v, &a);

        if (code == CONTROL_OK)
                code = enrol_can_add(v);
        if (code == CONTROL_OK)
                code = take_secret(v, &a, &v->fresh);
        enrol_skip_used_ids(v);
        if (code == CONTROL_OK)
                code = enrol_token_add(v, &a, &v->fresh);
        return code;
}
