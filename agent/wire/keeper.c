/* SPDX-License-Identifier: MIT */
/* keeper.c — see keeper.h. */
#include "wire/keeper.h"

#include <errno.h>

#define VERSION 1

/* The kernel's own names: relative, nothing empty, no "." or "..", printable. */
static bool path_is_plain(const char *path) {
        for (const char *at = path;; at++) {
                size_t n = strcspn(at, "/");

                if (n == 0 || (n == 1 && at[0] == '.') || (n == 2 && at[0] == '.' && at[1] == '.'))
                        return false;
                for (size_t i = 0; i < n; i++)
                        if ((uint8_t)at[i] <= 0x20 || at[i] == 0x7f)
                                return false;
                at += n;
                if (!*at)
                        return true;
        }
}

static bool order_is_fine(const struct keeper_order *o) {
        return (unsigned)o->type < KEEPER_ORDERS && strnlen(o->path, sizeof o->path) < sizeof o->path
               && path_is_plain(o->path);
}

static bool word_is_fine(const struct keeper_word *w) {
        if (w->type == KEEPER_READY)
                return !w->path[0];
        return (w->type == KEEPER_SYSTEM || w->type == KEEPER_READING)
               && strnlen(w->path, sizeof w->path) < sizeof w->path && path_is_plain(w->path);
}

static size_t encode(unsigned type, const char *path, void *to) {
        struct bytes_out out = bytes_into(to, KEEPER_MAX);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, type, 1);
        bytes_put_string(&out, path);
        return out.broken ? 0 : out.used;
}

static bool decode(struct bytes from, unsigned *type, char path[KEEPER_PATH]) {
        uint8_t version = bytes_u8(&from);

        *type = bytes_u8(&from);
        bytes_string(&from, path, KEEPER_PATH);
        return bytes_done(&from) && version == VERSION;
}

size_t keeper_order_encode(const struct keeper_order *o, void *to) {
        return order_is_fine(o) ? encode(o->type, o->path, to) : 0;
}

int keeper_order_decode(struct bytes from, struct keeper_order *ret) {
        unsigned type;
        bool whole = decode(from, &type, ret->path);

        ret->type = (enum keeper_order_type)type;
        if (whole && order_is_fine(ret))
                return 0;
        *ret = (struct keeper_order){ 0 };
        return -EBADMSG;
}

size_t keeper_word_encode(const struct keeper_word *w, void *to) {
        return word_is_fine(w) ? encode(w->type, w->path, to) : 0;
}

int keeper_word_decode(struct bytes from, struct keeper_word *ret) {
        unsigned type;
        bool whole = decode(from, &type, ret->path);

        ret->type = (enum keeper_word_type)type;
        if (whole && word_is_fine(ret))
                return 0;
        *ret = (struct keeper_word){ 0 };
        return -EBADMSG;
}

bool path_covers(const char *above, const char *path) {
        size_t n = strlen(above);

        return n > 0 && strncmp(above, path, n) == 0 && (path[n] == '/' || path[n] == '\0');
}
