/* SPDX-License-Identifier: MIT */
/* factors_record.c — little-endian fields in fixed order; each count and token is checked. See factors_record.h. */
#include "store/factors_record.h"

#include "base/secret.h"
#include "store/checksum.h"

#include <errno.h>
#include <string.h>

#define CODES_MAGIC "SKCODES\1"
#define CODES_MAGIC_SIZE 8

static bool is_sound(const struct token *t) {
        return t->n_secret > 0 && t->n_secret <= TOKEN_SECRET && t->digits >= 6 && t->digits <= 8 && t->period_s > 0
               && t->algorithm <= TOTP_SHA512 && t->id != 0;
}

static void put_token(struct bytes_out *o, const struct token *t) {
        bytes_put_uint(o, t->n_secret, 1);
        bytes_put(o, t->secret, TOKEN_SECRET);
        bytes_put_uint(o, t->digits, 1);
        bytes_put_uint(o, t->period_s, 2);
        bytes_put_uint(o, (uint64_t)t->algorithm, 1);
        bytes_put_uint(o, t->id, 4);
        bytes_put_uint(o, (uint64_t)t->enrolled, 8);
        bytes_put_string(o, t->label);
}

static bool take_token(struct bytes *b, struct token *ret) {
        ret->n_secret = bytes_u8(b);
        bytes_copy(b, ret->secret, TOKEN_SECRET);
        ret->digits = bytes_u8(b);
        ret->period_s = bytes_u16(b);
        ret->algorithm = (enum totp_algorithm)bytes_u8(b);
        ret->id = bytes_u32(b);
        ret->enrolled = (int64_t)bytes_u64(b);
        bytes_string(b, ret->label, sizeof ret->label);
        return !b->broken && is_sound(ret);
}

static void put_card(struct bytes_out *o, const struct pinned_card *c) {
        bytes_put(o, c->sha256, sizeof c->sha256);
        bytes_put_uint(o, (uint64_t)c->enrolled, 8);
        bytes_put_string(o, c->label);
}

static void take_card(struct bytes *b, struct pinned_card *ret) {
        bytes_copy(b, ret->sha256, sizeof ret->sha256);
        ret->enrolled = (int64_t)bytes_u64(b);
        bytes_string(b, ret->label, sizeof ret->label);
}

int factors_plain_make(const struct factors *f, uint8_t ret[FACTORS_PLAIN]) {
        struct bytes_out o = bytes_into(ret, FACTORS_PLAIN);

        if (f->n_tokens > FACTORS_TOKENS || f->n_cards > FACTORS_CARDS)
                return -EINVAL;
        bytes_put_uint(&o, f->next_id, 4);
        bytes_put_uint(&o, f->n_tokens, 1);
        for (size_t i = 0; i < f->n_tokens; i++) {
                o.broken |= !is_sound(&f->tokens[i]);
                put_token(&o, &f->tokens[i]);
        }
        bytes_put_uint(&o, f->n_cards, 1);
        for (size_t i = 0; i < f->n_cards; i++)
                put_card(&o, &f->cards[i]);
        return o.broken ? -EINVAL : (int)o.used;
}

static bool take_plain(struct bytes *b, struct factors *ret) {
        ret->next_id = bytes_u32(b);
        ret->n_tokens = bytes_u8(b);
        if (ret->n_tokens > FACTORS_TOKENS)
                return false;
        for (size_t i = 0; i < ret->n_tokens; i++)
                if (!take_token(b, &ret->tokens[i]))
                        return false;
        ret->n_cards = bytes_u8(b);
        if (ret->n_cards > FACTORS_CARDS)
                return false;
        for (size_t i = 0; i < ret->n_cards; i++)
                take_card(b, &ret->cards[i]);
        return bytes_done(b);
}

int factors_plain_parse(struct bytes from, struct factors *ret) {
        struct factors f = { 0 };
        bool sound = take_plain(&from, &f);

        if (sound) {
                ret->next_id = f.next_id;
                ret->n_tokens = f.n_tokens;
                ret->n_cards = f.n_cards;
                memcpy(ret->tokens, f.tokens, sizeof ret->tokens);
                memcpy(ret->cards, f.cards, sizeof ret->cards);
        }
        secret_wipe(&f, sizeof f);
        return sound ? 0 : -EBADMSG;
}

int factors_codes_make(const struct factors *f, const char *user, uint8_t ret[FACTORS_CODES_SIZE]) {
        struct bytes_out o = bytes_into(ret, FACTORS_CODES_SIZE - DIGEST_SIZE);
        int r;

        if (f->n_codes > FACTORS_CODES)
                return -EINVAL;
        bytes_put(&o, CODES_MAGIC, CODES_MAGIC_SIZE);
        bytes_put_uint(&o, f->codes_id, 4);
        bytes_put_uint(&o, f->n_codes, 1);
        for (size_t i = 0; i < f->n_codes; i++) {
                bytes_put(&o, f->codes[i].salt, sizeof f->codes[i].salt);
                bytes_put(&o, f->codes[i].hash, sizeof f->codes[i].hash);
        }
        r = o.broken ? -EINVAL : checksum(bytes_of(ret, o.used), user, ret + o.used);
        return r < 0 ? r : (int)o.used + DIGEST_SIZE;
}

static bool take_codes(struct bytes b, struct factors *ret) {
        ret->codes_id = bytes_u32(&b);
        ret->n_codes = bytes_u8(&b);
        if (ret->n_codes > FACTORS_CODES)
                return false;
        for (size_t i = 0; i < ret->n_codes; i++) {
                bytes_copy(&b, ret->codes[i].salt, sizeof ret->codes[i].salt);
                bytes_copy(&b, ret->codes[i].hash, sizeof ret->codes[i].hash);
        }
        return bytes_done(&b);
}

int factors_codes_parse(struct bytes from, const char *user, struct factors *ret) {
        size_t n = from.left - DIGEST_SIZE;
        struct factors f = { 0 };

        if (from.left < CODES_MAGIC_SIZE + DIGEST_SIZE || from.left > FACTORS_CODES_SIZE
            || memcmp(from.at, CODES_MAGIC, CODES_MAGIC_SIZE) != 0
            || !checksum_is(bytes_of(from.at, n), user, from.at + n)
            || !take_codes(bytes_of(from.at + CODES_MAGIC_SIZE, n - CODES_MAGIC_SIZE), &f))
                return -EBADMSG;
        ret->codes_id = f.codes_id;
        ret->n_codes = f.n_codes;
        memcpy(ret->codes, f.codes, sizeof ret->codes);
        return 0;
}
