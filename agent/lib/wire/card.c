/* SPDX-License-Identifier: MIT */
/* card.c — the layout of what crosses to the card helper and back, once for both directions. */
#include "wire/card.h"

#include "base/secret.h"

#include <errno.h>

/* The first byte of every message: an agent never takes a helper of another version for its own. */
#define VERSION 1

static struct bytes_out card_begin(void *to, enum card_message type) {
        struct bytes_out out = bytes_into(to, CARD_MAX);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, type, 1);
        return out;
}

static size_t card_used(const struct bytes_out *out) {
        return out->broken ? 0 : out->used;
}

int card_type(struct bytes from) {
        uint8_t version = bytes_u8(&from), type = bytes_u8(&from);

        return from.broken || version != VERSION || type == 0 || type >= CARD_MESSAGES ? -EBADMSG : type;
}

/* The cursor after the type; broken if the message is of another type. */
static struct bytes card_body(struct bytes from, enum card_message type) {
        int found = card_type(from);

        (void)bytes_take(&from, found == (int)type ? 2 : SIZE_MAX);
        return from;
}

/* A message that is its type, and nothing more. */
#define NOTHING(name, type)                                                                                            \
        size_t card_##name##_encode(void *to) {                                                                        \
                struct bytes_out out = card_begin(to, type);                                                           \
                                                                                                                       \
                return card_used(&out);                                                                                \
        }                                                                                                              \
        int card_##name##_decode(struct bytes from) {                                                                  \
                struct bytes in = card_body(from, type);                                                               \
                                                                                                                       \
                return bytes_done(&in) ? 0 : -EBADMSG;                                                                 \
        }

NOTHING(ready, CARD_READY);
NOTHING(removed, CARD_REMOVED);
NOTHING(hear, CARD_HEAR);
NOTHING(unreached, CARD_UNREACHED);

/* Whether the text ends within its field and has no control characters. */
static bool is_text(const char *s, size_t size) {
        size_t n = strnlen(s, size);

        for (size_t i = 0; i < n; i++)
                if ((uint8_t)s[i] < 0x20 || s[i] == 0x7f)
                        return false;
        return n < size;
}

/* A u16 length, at most `most`, and that many bytes. */
static size_t take_counted(struct bytes *in, void *to, size_t most) {
        struct bytes raw = bytes_take(in, bytes_u16(in));

        if (raw.left > most) {
                *in = (struct bytes){ .broken = true };
                return 0;
        }
        if (raw.left)
                memcpy(to, raw.at, raw.left);
        return raw.left;
}

static void put_counted(struct bytes_out *out, const void *p, size_t n) {
        bytes_put_uint(out, n, 2);
        bytes_put(out, p, n);
}

static bool is_module(const char *path) {
        return path[0] == '/' && is_text(path, CARD_MODULE);
}

static size_t encode_module(enum card_message type, const char *module, void *to) {
        struct bytes_out out = card_begin(to, type);

        if (!is_module(module))
                return 0;
        bytes_put_string(&out, module);
        return card_used(&out);
}

size_t card_open_encode(const char *module, void *to) {
        return encode_module(CARD_OPEN, module, to);
}

size_t card_prepare_encode(const char *module, void *to) {
        return encode_module(CARD_PREPARE, module, to);
}

static int decode_module(struct bytes from, enum card_message type, char module[CARD_MODULE]) {
        struct bytes in = card_body(from, type);

        bytes_string(&in, module, CARD_MODULE);
        if (bytes_done(&in) && is_module(module))
                return 0;
        memset(module, 0, CARD_MODULE);
        return -EBADMSG;
}

int card_open_decode(struct bytes from, char module[CARD_MODULE]) {
        return decode_module(from, CARD_OPEN, module);
}

int card_prepare_decode(struct bytes from, char module[CARD_MODULE]) {
        return decode_module(from, CARD_PREPARE, module);
}

/* An empty PIN is allowed here: the helper refuses it with a result of its own (CARD_PIN_MALFORMED). */
static bool sign_in_range(const struct card_sign *s) {
        return s->n_id > 0 && s->n_id <= CARD_ID && strnlen(s->pin, CARD_PIN) < CARD_PIN;
}

size_t card_sign_encode(const struct card_sign *s, void *to) {
        struct bytes_out out = card_begin(to, CARD_SIGN);

        if (!sign_in_range(s))
                return 0;
        bytes_put_uint(&out, s->slot, 8);
        put_counted(&out, s->id, s->n_id);
        bytes_put_string(&out, s->pin);
        bytes_put(&out, s->nonce, sizeof s->nonce);
        return card_used(&out);
}

int card_sign_decode(struct bytes from, struct card_sign *ret) {
        struct bytes in = card_body(from, CARD_SIGN);

        memset(ret, 0, sizeof *ret);
        ret->slot = bytes_u64(&in);
        ret->n_id = (uint8_t)take_counted(&in, ret->id, sizeof ret->id);
        bytes_string(&in, ret->pin, sizeof ret->pin);
        bytes_copy(&in, ret->nonce, sizeof ret->nonce);
        if (bytes_done(&in) && sign_in_range(ret))
                return 0;
        secret_wipe(ret, sizeof *ret);
        return -EBADMSG;
}

static size_t encode_slot(enum card_message type, uint64_t slot, void *to) {
        struct bytes_out out = card_begin(to, type);

        bytes_put_uint(&out, slot, 8);
        return card_used(&out);
}

static int decode_slot(struct bytes from, enum card_message type, uint64_t *ret_slot) {
        struct bytes in = card_body(from, type);
        uint64_t slot = bytes_u64(&in);
        bool done = bytes_done(&in);

        *ret_slot = done ? slot : 0;
        return done ? 0 : -EBADMSG;
}

size_t card_watch_encode(uint64_t slot, void *to) {
        return encode_slot(CARD_WATCH, slot, to);
}

int card_watch_decode(struct bytes from, uint64_t *ret_slot) {
        return decode_slot(from, CARD_WATCH, ret_slot);
}

size_t card_tries_encode(uint64_t slot, void *to) {
        return encode_slot(CARD_TRIES, slot, to);
}

int card_tries_decode(struct bytes from, uint64_t *ret_slot) {
        return decode_slot(from, CARD_TRIES, ret_slot);
}

/* One byte, below `bound`. */
static size_t encode_state(enum card_message type, unsigned state, unsigned bound, void *to) {
        struct bytes_out out = card_begin(to, type);

        if (state >= bound)
                return 0;
        bytes_put_uint(&out, state, 1);
        return card_used(&out);
}

/* 0 is what nobody knows, of a reader and of a PIN. */
static int decode_state(struct bytes from, enum card_message type, unsigned bound, unsigned *ret) {
        struct bytes in = card_body(from, type);
        uint8_t state = bytes_u8(&in);
        bool right = bytes_done(&in) && state < bound;

        *ret = right ? state : 0;
        return right ? 0 : -EBADMSG;
}

size_t card_left_encode(enum pin_state pin, void *to) {
        return encode_state(CARD_LEFT, pin, PIN_STATES, to);
}

int card_left_decode(struct bytes from, enum pin_state *ret) {
        return decode_state(from, CARD_LEFT, PIN_STATES, ret);
}

size_t card_look_encode(const char *reader, void *to) {
        struct bytes_out out = card_begin(to, CARD_LOOK);

        if (!is_text(reader, CARD_READER))
                return 0;
        bytes_put_string(&out, reader);
        return card_used(&out);
}

int card_look_decode(struct bytes from, char reader[CARD_READER]) {
        struct bytes in = card_body(from, CARD_LOOK);

        bytes_string(&in, reader, CARD_READER);
        if (bytes_done(&in) && is_text(reader, CARD_READER))
                return 0;
        memset(reader, 0, CARD_READER);
        return -EBADMSG;
}

size_t card_seen_encode(enum reader_state s, void *to) {
        return encode_state(CARD_SEEN, s, READER_STATES, to);
}

int card_seen_decode(struct bytes from, enum reader_state *ret) {
        return decode_state(from, CARD_SEEN, READER_STATES, ret);
}

static bool found_in_range(const struct card_found *f) {
        return f->pin >= PIN_FRESH && f->pin < PIN_STATES && f->pin_least > 0 && f->pin_least <= f->pin_most
               && f->pin_most < CARD_PIN && f->n_id > 0 && f->n_id <= CARD_ID && f->n_certificate > 0
               && f->n_certificate <= CARD_CERTIFICATE && is_text(f->label, sizeof f->label)
               && is_text(f->serial, sizeof f->serial) && is_text(f->reader, sizeof f->reader);
}

size_t card_found_encode(const struct card_found *f, void *to) {
        struct bytes_out out = card_begin(to, CARD_FOUND);

        if (!found_in_range(f))
                return 0;
        bytes_put_uint(&out, f->slot, 8);
        bytes_put_uint(&out, f->pin, 1);
        bytes_put_uint(&out, f->pin_least, 1);
        bytes_put_uint(&out, f->pin_most, 1);
        bytes_put_string(&out, f->label);
        bytes_put_string(&out, f->serial);
        bytes_put_string(&out, f->reader);
        put_counted(&out, f->id, f->n_id);
        put_counted(&out, f->certificate, f->n_certificate);
        return card_used(&out);
}

int card_found_decode(struct bytes from, struct card_found *ret) {
        struct bytes in = card_body(from, CARD_FOUND);

        memset(ret, 0, sizeof *ret);
        ret->slot = bytes_u64(&in);
        ret->pin = (enum pin_state)bytes_u8(&in);
        ret->pin_least = bytes_u8(&in);
        ret->pin_most = bytes_u8(&in);
        bytes_string(&in, ret->label, sizeof ret->label);
        bytes_string(&in, ret->serial, sizeof ret->serial);
        bytes_string(&in, ret->reader, sizeof ret->reader);
        ret->n_id = (uint8_t)take_counted(&in, ret->id, sizeof ret->id);
        ret->n_certificate = (uint16_t)take_counted(&in, ret->certificate, sizeof ret->certificate);
        if (bytes_done(&in) && found_in_range(ret))
                return 0;
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}

static bool authority_in_range(const struct card_authority *a) {
        return a->n_certificate > 0 && a->n_certificate <= CARD_CERTIFICATE;
}

size_t card_authority_encode(const struct card_authority *a, void *to) {
        struct bytes_out out = card_begin(to, CARD_AUTHORITY);

        if (!authority_in_range(a))
                return 0;
        put_counted(&out, a->certificate, a->n_certificate);
        return card_used(&out);
}

int card_authority_decode(struct bytes from, struct card_authority *ret) {
        struct bytes in = card_body(from, CARD_AUTHORITY);

        memset(ret, 0, sizeof *ret);
        ret->n_certificate = (uint16_t)take_counted(&in, ret->certificate, sizeof ret->certificate);
        if (bytes_done(&in) && authority_in_range(ret))
                return 0;
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}

size_t card_heard_encode(const struct card_heard *h, void *to) {
        struct bytes_out out = card_begin(to, CARD_HEARD);

        bytes_put_uint(&out, h->error, 4);
        bytes_put_uint(&out, h->readers, 1);
        return card_used(&out);
}

int card_heard_decode(struct bytes from, struct card_heard *ret) {
        struct bytes in = card_body(from, CARD_HEARD);

        *ret = (struct card_heard){ .error = bytes_u32(&in), .readers = bytes_u8(&in) };
        if (bytes_done(&in))
                return 0;
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}

static bool listed_in_range(const struct card_listed *l) {
        return l->result < CARD_RESULTS && l->n <= CARDS_MAX && is_text(l->text, sizeof l->text);
}

size_t card_listed_encode(const struct card_listed *l, void *to) {
        struct bytes_out out = card_begin(to, CARD_LISTED);

        if (!listed_in_range(l))
                return 0;
        bytes_put_uint(&out, l->result, 1);
        bytes_put_uint(&out, l->n, 4);
        bytes_put_string(&out, l->text);
        return card_used(&out);
}

int card_listed_decode(struct bytes from, struct card_listed *ret) {
        struct bytes in = card_body(from, CARD_LISTED);

        memset(ret, 0, sizeof *ret);
        ret->result = (enum card_result)bytes_u8(&in);
        ret->n = bytes_u32(&in);
        bytes_string(&in, ret->text, sizeof ret->text);
        if (bytes_done(&in) && listed_in_range(ret))
                return 0;
        /* All zero is CARD_OK with nothing listed: harmless if a caller ignores the error. */
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}

/* There is a signature exactly if the result is CARD_OK. */
static bool signed_in_range(const struct card_signed *s) {
        return s->result < CARD_RESULTS && s->pin < PIN_STATES && s->n_signature <= CARD_SIGNATURE
               && (s->result == CARD_OK) == (s->n_signature > 0) && (s->result != CARD_OK || s->pin >= PIN_FRESH)
               && is_text(s->text, sizeof s->text);
}

size_t card_signed_encode(const struct card_signed *s, void *to) {
        struct bytes_out out = card_begin(to, CARD_SIGNED);

        if (!signed_in_range(s))
                return 0;
        bytes_put_uint(&out, s->result, 1);
        bytes_put_uint(&out, s->pin, 1);
        put_counted(&out, s->signature, s->n_signature);
        bytes_put_string(&out, s->text);
        return card_used(&out);
}

int card_signed_decode(struct bytes from, struct card_signed *ret) {
        struct bytes in = card_body(from, CARD_SIGNED);

        memset(ret, 0, sizeof *ret);
        ret->result = (enum card_result)bytes_u8(&in);
        ret->pin = (enum pin_state)bytes_u8(&in);
        ret->n_signature = (uint16_t)take_counted(&in, ret->signature, sizeof ret->signature);
        bytes_string(&in, ret->text, sizeof ret->text);
        if (bytes_done(&in) && signed_in_range(ret))
                return 0;
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}
