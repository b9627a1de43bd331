/* SPDX-License-Identifier: MIT */
/* enrol.c — see enrol.h; pinned cards, and recovery codes. */
#include "control/enrol.h"

#include "auth/certificate.h"
#include "auth/recovery.h"
#include "base/hex.h"
#include "control/enrolled.h"
#include "control/secret_heap.h"

#include <stdio.h>
#include <string.h>

#define DER_MAX 8192
#define CODES_ROOM 8192

const struct login_terms *visit_terms(const struct visit *v) {
        return policy_login_terms(state_policy(v->petition->subject->state));
}

void enrol_skip_used_ids(struct visit *v) {
        struct factors *f = &v->factors;

        for (size_t i = 0; i < TALLY_TOKENS; i++)
                if (f->next_id <= v->tally.tokens[i].id)
                        f->next_id = v->tally.tokens[i].id + 1;
}

enum control_code enrol_can_add(struct visit *v) {
        if (v->tally.broken)
                return petition_say(v->petition, CONTROL_REFUSED,
                                    "この人の使用済みコードの記録が壊れています。先に sekimori unlock をしてください",
                                    "this person's record of use is damaged: sekimori unlock first");
        if (v->factors.sealed_lost)
                return petition_say(
                        v->petition, CONTROL_REFUSED,
                        "鍵が失われ、この人の登録内容を開けません。sekimori forget で消してから登録し直してください",
                        "the key is lost that opens what this person has: sekimori forget, then enrol anew");
        return CONTROL_OK;
}

/* -1: not the hexadecimal digits of at most DER_MAX bytes. */
static ssize_t der_of(const char *hex, uint8_t der[DER_MAX]) {
        size_t n = strlen(hex) / 2;

        return n == 0 || n > DER_MAX || !hex_bytes(hex, der, n) ? -1 : (ssize_t)n;
}

/* The result that a login with this card would have now: "fine", "expired" … A card that is enrolled before its
 * authority is in the policy is not refused here. */
static const char *enrol_outlook(struct visit *v, struct bytes der, const json_t *authorities) {
        struct card_chain chain = { 0 };
        auto_roots roots = NULL;
        enum certificate_fault fault;
        uint8_t authority[DER_MAX];
        json_t *hex;
        size_t i;

        if (roots_new(visit_terms(v), &roots, NULL) < 0)
                return "";
        json_array_foreach(authorities, i, hex) {
                ssize_t n = json_is_string(hex) ? der_of(json_string_value(hex), authority) : -1;

                if (n > 0)
                        card_chain_add(&chain, bytes_of(authority, (size_t)n));
        }
        fault = certificate_judge(roots, visit_terms(v), der, &chain, v->user, &v->factors, v->now_s);
        card_chain_deinit(&chain);
        return certificate_fault_name(fault);
}

static enum control_code add_card(struct visit *v, struct bytes der, const json_t *authorities) {
        struct factors *f = &v->factors;
        struct pinned_card card = { .enrolled = v->now_s };
        char digest[2 * sizeof card.sha256 + 1];
        const char *outcome = "stored";
        enum control_code code = CONTROL_OK;
        size_t i;

        if (certificate_describe(der, card.label, sizeof card.label, card.sha256) < 0)
                return petition_say(v->petition, CONTROL_REFUSED, "証明書として読めません",
                                    "it cannot be read as a certificate");
        for (i = 0; i < f->n_cards && memcmp(f->cards[i].sha256, card.sha256, sizeof card.sha256) != 0; i++)
                continue;
        if (i == FACTORS_CARDS)
                return petition_say(
                        v->petition, CONTROL_REFUSED,
                        "一人に登録できるカードは4枚までです。使わないものを sekimori forget で消してください",
                        "a person has four cards at most: take an unused one away with sekimori forget");
        if (i < f->n_cards) {
                outcome = "already";
        } else {
                f->cards[f->n_cards++] = card;
                code = visit_store(v, &(struct change){ "enrolled", "card", card.label });
        }
        hex_of(card.sha256, sizeof card.sha256, digest);
        if (code == CONTROL_OK)
                v->petition->answer = json_pack("{s:s, s:s, s:s, s:s}", "outcome", outcome, "label", card.label,
                                                "sha256", digest, "outlook", enrol_outlook(v, der, authorities));
        return code;
}

enum control_code enrol_add_card(struct visit *v) {
        const char *user, *factor, *certificate;
        json_t *authorities = NULL;
        uint8_t der[DER_MAX];
        json_error_t why;
        ssize_t n;
        enum control_code code = enrol_can_add(v);

        if (json_unpack_ex(v->petition->asked, &why, JSON_STRICT, "{s:s, s:s, s:s, s?o}", "user", &user, "factor",
                           &factor, "certificate", &certificate, "authorities", &authorities)
            < 0)
                return petition_malformed(v->petition, why.text, why.text);
        n = der_of(certificate, der);
        if (n < 0)
                return petition_malformed(v->petition, "証明書が16進数で書かれていません",
                                          "the certificate is not in hexadecimal digits");
        return code == CONTROL_OK ? add_card(v, bytes_of(der, (size_t)n), authorities) : code;
}

/* The answer is given back before the next request is read, and so is what was asked: one heap is enough for both. */
static json_t *codes_answer(char codes[FACTORS_CODES][RECOVERY_CODE]) {
        json_t *array, *answer;

        secret_heap_open(CODES_ROOM);
        array = json_array();
        for (size_t i = 0; i < FACTORS_CODES; i++)
                (void)json_array_append_new(array, json_string(codes[i]));
        answer = json_pack("{s:s, s:o}", "outcome", "stored", "codes", array);
        secret_heap_close();
        return answer;
}

static enum control_code make_codes(struct visit *v) {
        enum control_code code;

        enrol_skip_used_ids(v);
        if (recovery_make(&v->factors, v->codes) < 0)
                return petition_say(v->petition, CONTROL_COULD_NOT, "回復コードを作れません",
                                    "recovery codes cannot be made");
        v->tally.codes_id = v->factors.codes_id;
        v->tally.codes_used = 0;
        code = visit_store(v, &(struct change){ "enrolled", "recovery", NULL });
        if (code == CONTROL_OK)
                v->petition->answer = codes_answer(v->codes);
        return code;
}

/* Recovery codes are not sealed: they can be made even if the key is lost. */
enum control_code enrol_add_recovery(struct visit *v) {
        const char *user, *factor;
        json_error_t why;
        int replace = 0;

        if (json_unpack_ex(v->petition->asked, &why, JSON_STRICT, "{s:s, s:s, s?b}", "user", &user, "factor", &factor,
                           "replace", &replace)
            < 0)
                return petition_malformed(v->petition, why.text, why.text);
        if (v->tally.broken)
                return enrol_can_add(v);
        if (v->factors.n_codes && !replace)
                return petition_say(v->petition, CONTROL_REFUSED,
                                    "回復コードがすでにあります。作り直すと、前のものは使えなくなります（--replace）",
                                    "there are recovery codes already; new ones make the old ones void (--replace)");
        return make_codes(v);
}

enum control_code people_enrol(struct petition *p) {
        const struct enrolled_kind *kind;
        const char *user, *factor;
        enum control_code code;
        auto_visit v = NULL;
        json_error_t why;

        if (json_unpack_ex(p->asked, &why, 0, "{s:s, s:s}", "user", &user, "factor", &factor) < 0)
                return petition_malformed(p, why.text, why.text);
        kind = enrolled_kind(factor);
        if (!kind)
                return petition_malformed(p, "そのような種類の登録はありません", "no such factor");
        code = visit_begin(p, user, &v);
        return code == CONTROL_OK ? kind->enrol(v) : code;
}
