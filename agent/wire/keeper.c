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

static bool in_range(const struct keeper_order *o) {
        return (unsigned)o->type < KEEPER_ORDERS && strnlen(o->path, sizeof o->path) < sizeof o->path
               && path_is_plain(o->path);
}

size_t keeper_order_encode(const struct keeper_order *o, void *to) {
        struct bytes_out out = bytes_into(to, KEEPER_MAX);

        if (!in_range(o))
                return 0;
        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, o->type, 1);
        bytes_put_string(&out, o->path);
        return out.broken ? 0 : out.used;
}

int keeper_order_decode(struct bytes from, struct keeper_order *ret) {
        uint8_t version = bytes_u8(&from);

        *ret = (struct keeper_order){ .type = bytes_u8(&from) };
        bytes_string(&from, ret->path, sizeof ret->path);
        if (bytes_done(&from) && version == VERSION && in_range(ret))
                return 0;
        *ret = (struct keeper_order){ 0 };
        return -EBADMSG;
}
