/* SPDX-License-Identifier: MIT */
/* keeper.c — version, type, path, then fields; checked before encoding and after decoding. See keeper.h. */
#include "wire/keeper.h"

#include <errno.h>

#define VERSION 3 /* of another version nothing is understood: neither end takes the other to be there */

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

/* Only KEEPER_WRITE names more than disks, and even that not where it is about one medium. */
static bool nodes_are_fine(const struct keeper_order *o) {
        switch (o->type) {
        case KEEPER_WRITE:
                return o->diskseq ? o->nodes == NODES_DISK : o->nodes <= KEEPER_NODES;
        case KEEPER_READ:
                return o->nodes == NODES_DISK;
        default:
                return o->nodes == 0;
        }
}

static bool order_is_fine(const struct keeper_order *o) {
        return (unsigned)o->type < KEEPER_ORDERS && nodes_are_fine(o)
               && strnlen(o->path, sizeof o->path) < sizeof o->path && path_is_plain(o->path);
}

static bool medium_is_fine(const struct medium_facts *m) {
        static const uint8_t none[UUID_SIZE];
        bool fine = m->state > MEDIUM_UNKNOWN && m->state < MEDIUM_STATES && m->n <= FACTS_UUIDS;

        for (size_t i = 0; i < FACTS_UUIDS; i++)
                fine = fine && (i < m->n) == (memcmp(m->uuid[i], none, UUID_SIZE) != 0);
        return fine;
}

static bool word_is_fine(const struct keeper_word *w) {
        if (w->type == KEEPER_READY)
                return !w->path[0];
        return (w->type == KEEPER_SYSTEM || w->type == KEEPER_READING
                || (w->type == KEEPER_MEDIUM && w->diskseq && medium_is_fine(&w->medium)))
               && strnlen(w->path, sizeof w->path) < sizeof w->path && path_is_plain(w->path);
}

static struct bytes_out keeper_begun(unsigned type, const char *path, void *to) {
        struct bytes_out out = bytes_into(to, KEEPER_MAX);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, type, 1);
        bytes_put_string(&out, path);
        return out;
}

static bool keeper_begin(struct bytes *from, unsigned *type, char path[KEEPER_PATH]) {
        uint8_t version = bytes_u8(from);

        *type = bytes_u8(from);
        bytes_string(from, path, KEEPER_PATH);
        return version == VERSION;
}

size_t keeper_order_encode(const struct keeper_order *o, void *to) {
        struct bytes_out out;

        if (!order_is_fine(o))
                return 0;
        out = keeper_begun(o->type, o->path, to);
        bytes_put_uint(&out, o->diskseq, 8);
        bytes_put_uint(&out, o->nodes, 2);
        bytes_put_uint(&out, o->devnum, 4);
        return out.broken ? 0 : out.used;
}

int keeper_order_decode(struct bytes from, struct keeper_order *ret) {
        struct keeper_order o;
        unsigned type;
        bool ours = keeper_begin(&from, &type, o.path);

        o.type = (enum keeper_order_type)type;
        o.diskseq = bytes_u64(&from);
        o.nodes = bytes_u16(&from);
        o.devnum = bytes_u32(&from);
        *ret = (struct keeper_order){ 0 };
        if (!ours || !bytes_done(&from) || !order_is_fine(&o))
                return -EBADMSG;
        *ret = o;
        return 0;
}

void keeper_medium_encode(const struct medium_facts *m, uint8_t to[KEEPER_MEDIUM_SIZE]) {
        struct bytes_out out = bytes_into(to, KEEPER_MEDIUM_SIZE);

        bytes_put_uint(&out, m->state, 1);
        bytes_put_uint(&out, m->n, 1);
        bytes_put(&out, m->uuid, sizeof m->uuid);
}

int keeper_medium_decode(struct bytes from, struct medium_facts *ret) {
        struct medium_facts m = { .state = (enum medium_state)bytes_u8(&from) };

        m.n = bytes_u8(&from);
        bytes_copy(&from, m.uuid, sizeof m.uuid);
        if (!bytes_done(&from) || !medium_is_fine(&m))
                return -EBADMSG;
        *ret = m;
        return 0;
}

size_t keeper_word_encode(const struct keeper_word *w, void *to) {
        uint8_t medium[KEEPER_MEDIUM_SIZE];
        struct bytes_out out;

        if (!word_is_fine(w))
                return 0;
        out = keeper_begun(w->type, w->path, to);
        if (w->type == KEEPER_MEDIUM) {
                keeper_medium_encode(&w->medium, medium);
                bytes_put_uint(&out, w->diskseq, 8);
                bytes_put(&out, medium, sizeof medium);
        }
        return out.broken ? 0 : out.used;
}

int keeper_word_decode(struct bytes from, struct keeper_word *ret) {
        struct keeper_word w = { 0 };
        unsigned type;
        bool ours = keeper_begin(&from, &type, w.path);

        w.type = (enum keeper_word_type)type;
        if (w.type == KEEPER_MEDIUM) {
                w.diskseq = bytes_u64(&from);
                if (keeper_medium_decode(bytes_take(&from, KEEPER_MEDIUM_SIZE), &w.medium) < 0)
                        ours = false;
        }
        *ret = (struct keeper_word){ 0 };
        if (!ours || !bytes_done(&from) || !word_is_fine(&w))
                return -EBADMSG;
        *ret = w;
        return 0;
}

bool path_covers(const char *above, const char *path) {
        size_t n = strlen(above);

        return n > 0 && strncmp(above, path, n) == 0 && (path[n] == '/' || path[n] == '\0');
}
