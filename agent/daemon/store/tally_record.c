/* SPDX-License-Identifier: MIT */
/* tally_record.c — all records have one size; size, magic and checksum are checked first. See tally_record.h. */
#include "store/tally_record.h"

#include "store/checksum.h"

#include <errno.h>
#include <string.h>

#define MAGIC "SKTALLY1"
#define MAGIC_SIZE 8
#define CONTENT (TALLY_RECORD - DIGEST_SIZE)
#define PLACES_OF_0_4_0 8 /* the others stand behind all that it wrote, where it left zeros: free places */

static void put_token(struct bytes_out *o, const struct tally_token *t) {
        bytes_put_uint(o, t->id, 4);
        bytes_put_uint(o, (uint16_t)t->drift, 2);
        bytes_put_uint(o, t->step, 8);
        bytes_put_uint(o, t->off, 8);
        for (size_t i = 0; i < TALLY_RECENT; i++)
                bytes_put_uint(o, t->recent[i], 8);
}

static void take_token(struct bytes *b, struct tally_token *ret) {
        ret->id = bytes_u32(b);
        ret->drift = (int16_t)bytes_u16(b);
        ret->step = bytes_u64(b);
        ret->off = bytes_u64(b);
        for (size_t i = 0; i < TALLY_RECENT; i++)
                ret->recent[i] = bytes_u64(b);
}

static void put_place(struct bytes_out *o, const struct tally_place *p) {
        bytes_put_uint(o, p->place, 8);
        bytes_put_uint(o, p->failures, 4);
        bytes_put_uint(o, p->known, 1);
        bytes_put_uint(o, (uint64_t)p->first_s, 8);
        bytes_put_uint(o, (uint64_t)p->last_s, 8);
}

static void take_place(struct bytes *b, struct tally_place *ret) {
        ret->place = bytes_u64(b);
        ret->failures = bytes_u32(b);
        ret->known = bytes_u8(b) != 0;
        ret->first_s = (int64_t)bytes_u64(b);
        ret->last_s = (int64_t)bytes_u64(b);
}

int tally_record_make(const struct tally *t, const char *user, uint8_t ret[TALLY_RECORD]) {
        struct bytes_out o = bytes_into(ret, CONTENT);

        memset(ret, 0, TALLY_RECORD);
        bytes_put(&o, MAGIC, MAGIC_SIZE);
        bytes_put_uint(&o, t->generation, 8);
        for (size_t i = 0; i < TALLY_TOKENS; i++)
                put_token(&o, &t->tokens[i]);
        bytes_put_uint(&o, t->codes_id, 4);
        bytes_put_uint(&o, t->codes_used, 4);
        bytes_put_uint(&o, t->failures, 4);
        for (size_t i = 0; i < PLACES_OF_0_4_0; i++)
                put_place(&o, &t->places[i]);
        bytes_put_uint(&o, (uint64_t)t->clock_s, 8);
        bytes_put_uint(&o, (uint64_t)t->login_s, 8);
        bytes_put(&o, t->login_place, sizeof t->login_place);
        for (size_t i = PLACES_OF_0_4_0; i < TALLY_PLACES; i++)
                put_place(&o, &t->places[i]);
        return o.broken ? -EIO : checksum(bytes_of(ret, CONTENT), user, ret + CONTENT);
}

static bool is_whole(struct bytes from, const char *user) {
        return from.left == TALLY_RECORD && memcmp(from.at, MAGIC, MAGIC_SIZE) == 0
               && checksum_is(bytes_of(from.at, CONTENT), user, from.at + CONTENT);
}

int tally_record_parse(struct bytes from, const char *user, struct tally *ret) {
        struct tally t = { 0 };

        if (!is_whole(from, user))
                return -EBADMSG;
        (void)bytes_take(&from, MAGIC_SIZE);
        t.generation = bytes_u64(&from);
        for (size_t i = 0; i < TALLY_TOKENS; i++)
                take_token(&from, &t.tokens[i]);
        t.codes_id = bytes_u32(&from);
        t.codes_used = bytes_u32(&from);
        t.failures = bytes_u32(&from);
        for (size_t i = 0; i < PLACES_OF_0_4_0; i++)
                take_place(&from, &t.places[i]);
        t.clock_s = (int64_t)bytes_u64(&from);
        t.login_s = (int64_t)bytes_u64(&from);
        bytes_copy(&from, t.login_place, sizeof t.login_place);
        for (size_t i = PLACES_OF_0_4_0; i < TALLY_PLACES; i++)
                take_place(&from, &t.places[i]);
        t.login_place[sizeof t.login_place - 1] = '\0';
        if (from.broken || t.generation == 0)
                return -EBADMSG;
        *ret = t;
        return 0;
}
