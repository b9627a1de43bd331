/* SPDX-License-Identifier: MIT */
/* bytes.h — a view of untrusted bytes, and a cursor over it that stays broken once it is broken.
 *
 * Read without checks, and call bytes_done() once, at the end: after the first read beyond the end every value is zero
 * and bytes_done() is false. Numbers are little-endian (USB's order, and our wire's). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
        const uint8_t *at;
        size_t left;
        bool broken;
};

static inline struct bytes bytes_of(const void *p, size_t n) {
        return (struct bytes){ .at = p, .left = n };
}

static inline struct bytes bytes_text(const char *s) {
        return bytes_of(s, strlen(s));
}

/* The next n bytes as a view of their own; an empty broken one where there are fewer. */
static inline struct bytes bytes_take(struct bytes *b, size_t n) {
        struct bytes ret = { .at = b->at, .left = n };

        if (b->broken || n > b->left) {
                *b = (struct bytes){ .broken = true };
                return *b;
        }
        b->at += n;
        b->left -= n;
        return ret;
}

static inline uint64_t bytes_uint(struct bytes *b, size_t width) {
        struct bytes raw = bytes_take(b, width);
        uint64_t value = 0;

        for (size_t i = raw.left; i > 0; i--)
                value = value << 8 | raw.at[i - 1];
        return value;
}

static inline uint8_t bytes_u8(struct bytes *b) {
        return (uint8_t)bytes_uint(b, 1);
}

static inline uint16_t bytes_u16(struct bytes *b) {
        return (uint16_t)bytes_uint(b, 2);
}

static inline uint32_t bytes_u32(struct bytes *b) {
        return (uint32_t)bytes_uint(b, 4);
}

static inline uint64_t bytes_u64(struct bytes *b) {
        return bytes_uint(b, 8);
}

/* Copy exactly n bytes out; zeros where there are fewer. */
static inline void bytes_copy(struct bytes *b, void *to, size_t n) {
        struct bytes raw = bytes_take(b, n);

        memset(to, 0, n);
        if (raw.left)
                memcpy(to, raw.at, raw.left);
}

/* A u16 length and that many bytes into a NUL-terminated buffer. Too long, or a NUL inside, breaks the cursor. */
static inline void bytes_string(struct bytes *b, char *to, size_t size) {
        struct bytes raw = bytes_take(b, bytes_u16(b));

        memset(to, 0, size);
        if (raw.left >= size || (raw.left && memchr(raw.at, 0, raw.left))) {
                *b = (struct bytes){ .broken = true };
                return;
        }
        if (raw.left)
                memcpy(to, raw.at, raw.left);
}

/* Everything was there, and nothing is left over. */
static inline bool bytes_done(const struct bytes *b) {
        return !b->broken && b->left == 0;
}

static inline bool bytes_equal(struct bytes a, struct bytes b) {
        return a.left == b.left && (a.left == 0 || memcmp(a.at, b.at, a.left) == 0);
}

/* The other direction: a writer into a buffer of the caller's; it stays broken too. */
struct bytes_out {
        uint8_t *start;
        size_t used, size;
        bool broken;
};

static inline struct bytes_out bytes_into(void *p, size_t size) {
        return (struct bytes_out){ .start = p, .size = size };
}

static inline void bytes_put(struct bytes_out *o, const void *p, size_t n) {
        if (o->broken || n > o->size - o->used) {
                o->broken = true;
                return;
        }
        if (n)
                memcpy(o->start + o->used, p, n);
        o->used += n;
}

static inline void bytes_put_uint(struct bytes_out *o, uint64_t value, size_t width) {
        uint8_t raw[8];

        for (size_t i = 0; i < width; i++)
                raw[i] = (uint8_t)(value >> (8 * i));
        bytes_put(o, raw, width);
}

/* What bytes_string reads. */
static inline void bytes_put_string(struct bytes_out *o, const char *s) {
        size_t n = strlen(s);

        if (n > UINT16_MAX)
                o->broken = true;
        bytes_put_uint(o, n, 2);
        bytes_put(o, s, n);
}
