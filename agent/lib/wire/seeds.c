/* SPDX-License-Identifier: MIT */
/* seeds.c — the layout of what the tool and sekimori-seeds say, once for both directions. */
#include "wire/seeds.h"

#include "base/secret.h"

#include <errno.h>

/* The first byte of every message: programs of different versions refuse each other's messages. */
#define VERSION 1

#define ROW_MOST (5 * 4 + 5 + SEEDS_SECRET + 2 * (2 + SEEDS_TEXT)) /* bytes of the longest row */

static struct bytes_out seeds_begin(enum seeds_message type, void *to) {
        struct bytes_out out = bytes_into(to, SEEDS_PACKET);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, type, 1);
        return out;
}

static size_t seeds_close(const struct bytes_out *out) {
        return out->broken ? 0 : out->used;
}

size_t seeds_read_encode(const struct seeds_asked *a, void *to) {
        struct bytes_out out = seeds_begin(SEEDS_READ, to);

        bytes_put_uint(&out, a->want, 1);
        bytes_put_string(&out, a->key);
        return seeds_close(&out);
}

size_t seeds_fault_encode(const struct seeds_fault *f, void *to) {
        struct bytes_out out = seeds_begin(SEEDS_FAULT, to);

        bytes_put_uint(&out, f->line, 4);
        bytes_put_uint(&out, f->column, 4);
        bytes_put_string(&out, f->text);
        bytes_put_string(&out, f->ja);
        return seeds_close(&out);
}

size_t seeds_end_encode(const struct seeds_end *e, void *to) {
        struct bytes_out out = seeds_begin(SEEDS_END, to);

        bytes_put_uint(&out, e->rows, 4);
        bytes_put_uint(&out, e->faults, 4);
        bytes_put_uint(&out, e->key_wanted, 1);
        bytes_put_uint(&out, e->alphabet, 1);
        bytes_put_string(&out, e->format);
        bytes_put_string(&out, e->format_ja);
        bytes_put_string(&out, e->encoding);
        return seeds_close(&out);
}

static void seeds_put_row(struct bytes_out *out, const struct seeds_row *r) {
        bytes_put_uint(out, r->line, 4);
        bytes_put_uint(out, r->user_column, 4);
        bytes_put_uint(out, r->serial_column, 4);
        bytes_put_uint(out, r->secret_column, 4);
        bytes_put_uint(out, r->principal, 1);
        bytes_put_uint(out, r->algorithm, 1);
        bytes_put_uint(out, r->digits, 1);
        bytes_put_uint(out, r->period_s, 2);
        bytes_put_uint(out, r->n_secret, 1);
        bytes_put(out, r->secret, r->n_secret <= SEEDS_SECRET ? r->n_secret : SEEDS_PACKET);
        bytes_put_string(out, r->user);
        bytes_put_string(out, r->serial);
}

size_t seeds_rows_encode(const struct seeds_row *first, size_t stride, size_t n, size_t *ret_n, void *to) {
        struct bytes_out out = seeds_begin(SEEDS_ROWS, to);
        size_t i;

        for (i = 0; i < n && !out.broken && out.size - out.used >= ROW_MOST; i++)
                seeds_put_row(&out, (const struct seeds_row *)((const uint8_t *)first + i * stride));
        *ret_n = i;
        return seeds_close(&out);
}

int seeds_type(struct bytes from) {
        uint8_t version = bytes_u8(&from), type = bytes_u8(&from);

        return from.broken || version != VERSION || type < SEEDS_READ || type >= SEEDS_MESSAGES ? -EBADMSG : type;
}

/* The cursor after the head of a message of this type; broken if it is of another type. */
static struct bytes seeds_body(struct bytes from, enum seeds_message type) {
        if (seeds_type(from) != (int)type)
                return (struct bytes){ .broken = true };
        (void)bytes_take(&from, 2);
        return from;
}

int seeds_read_decode(struct bytes from, struct seeds_asked *ret) {
        from = seeds_body(from, SEEDS_READ);
        ret->want = bytes_u8(&from);
        bytes_string(&from, ret->key, sizeof ret->key);
        if (bytes_done(&from) && (ret->want == SEEDS_TOKENS || ret->want == SEEDS_OWNERS))
                return 0;
        secret_wipe(ret, sizeof *ret);
        return -EBADMSG;
}

int seeds_fault_decode(struct bytes from, struct seeds_fault *ret) {
        from = seeds_body(from, SEEDS_FAULT);
        ret->line = bytes_u32(&from);
        ret->column = bytes_u32(&from);
        bytes_string(&from, ret->text, sizeof ret->text);
        bytes_string(&from, ret->ja, sizeof ret->ja);
        return bytes_done(&from) && ret->text[0] && ret->ja[0] ? 0 : -EBADMSG;
}

int seeds_end_decode(struct bytes from, struct seeds_end *ret) {
        from = seeds_body(from, SEEDS_END);
        ret->rows = bytes_u32(&from);
        ret->faults = bytes_u32(&from);
        ret->key_wanted = bytes_u8(&from);
        ret->alphabet = bytes_u8(&from);
        bytes_string(&from, ret->format, sizeof ret->format);
        bytes_string(&from, ret->format_ja, sizeof ret->format_ja);
        bytes_string(&from, ret->encoding, sizeof ret->encoding);
        return bytes_done(&from) && ret->key_wanted < SEEDS_KEYS && ret->alphabet < SEEDS_ALPHABETS ? 0 : -EBADMSG;
}

static bool seeds_take_row(struct bytes *from, struct seeds_row *r) {
        uint8_t principal;

        r->line = bytes_u32(from);
        r->user_column = bytes_u32(from);
        r->serial_column = bytes_u32(from);
        r->secret_column = bytes_u32(from);
        principal = bytes_u8(from);
        r->principal = principal == 1;
        r->algorithm = bytes_u8(from);
        r->digits = bytes_u8(from);
        r->period_s = bytes_u16(from);
        r->n_secret = bytes_u8(from);
        if (r->n_secret > sizeof r->secret || principal > 1)
                return false;
        bytes_copy(from, r->secret, r->n_secret);
        bytes_string(from, r->user, sizeof r->user);
        bytes_string(from, r->serial, sizeof r->serial);
        return !from->broken;
}

int seeds_rows_decode(struct bytes from, struct seeds_row *ret, size_t most, size_t *ret_n) {
        size_t n = 0;

        from = seeds_body(from, SEEDS_ROWS);
        for (; from.left && n < most && seeds_take_row(&from, &ret[n]); n++)
                continue;
        *ret_n = n;
        return bytes_done(&from) && n ? 0 : -EBADMSG;
}
