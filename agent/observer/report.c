/* SPDX-License-Identifier: MIT */
/* report.c — walks the items and keeps the usage page; each usage must be of FIDO's page, each top-level collection an
 * authenticator. What no security key needs (long items, push and pop) counts as something else. See report.h. */
#include "observer/report.h"

#define FIDO_PAGE 0xf1d0
#define FIDO_AUTHENTICATOR 1
#define APPLICATION 1
#define LONG_ITEM 0xfe

/* Type and tag of a short item, as its first byte has them above the size. */
enum item {
        ITEM_INPUT = 0x80,
        ITEM_OUTPUT = 0x90,
        ITEM_COLLECTION = 0xa0,
        ITEM_FEATURE = 0xb0,
        ITEM_END_COLLECTION = 0xc0,
        ITEM_USAGE_PAGE = 0x04,
        ITEM_PUSH = 0xa4,
        ITEM_POP = 0xb4,
        ITEM_USAGE = 0x08,
        ITEM_USAGE_MINIMUM = 0x18,
        ITEM_USAGE_MAXIMUM = 0x28,
};

struct report_walk {
        struct report found;
        uint32_t page;
        uint32_t usage; /* the last one since the last main item; 0: none */
        unsigned depth; /* of collections */
};

/* With four bytes the page stands above the usage. */
static void walk_usage(struct report_walk *w, uint32_t value, size_t size) {
        const uint32_t page = size == 4 ? value >> 16 : w->page;

        w->usage = size == 4 ? value & 0xffff : value;
        w->found.other = w->found.other || page != FIDO_PAGE;
}

static void walk_collection(struct report_walk *w, uint32_t value) {
        const bool is_key = value == APPLICATION && w->page == FIDO_PAGE && w->usage == FIDO_AUTHENTICATOR;

        if (w->depth++ > 0)
                return;
        w->found.fido = w->found.fido || is_key;
        w->found.other = w->found.other || !is_key;
}

static void walk_item(struct report_walk *w, unsigned item, uint32_t value, size_t size) {
        switch (item) {
        case ITEM_USAGE_PAGE:
                w->page = value;
                w->found.other = w->found.other || value != FIDO_PAGE;
                return;
        case ITEM_USAGE:
        case ITEM_USAGE_MINIMUM:
        case ITEM_USAGE_MAXIMUM:
                walk_usage(w, value, size);
                return;
        case ITEM_COLLECTION:
                walk_collection(w, value);
                break;
        case ITEM_END_COLLECTION:
                w->found.other = w->found.other || w->depth == 0;
                w->depth -= w->depth > 0;
                break;
        case ITEM_INPUT:
        case ITEM_OUTPUT:
        case ITEM_FEATURE:
                w->found.other = w->found.other || w->depth == 0;
                break;
        case ITEM_PUSH:
        case ITEM_POP:
                w->found.other = true;
                return;
        default:
                return;
        }
        w->usage = 0; /* usages are for the next main item only */
}

struct report report_read(struct bytes raw) {
        static const uint8_t sizes[] = { 0, 1, 2, 4 };
        struct report_walk w = { 0 };

        while (raw.left > 0) {
                const uint8_t prefix = bytes_u8(&raw);
                const size_t size = sizes[prefix & 3];
                const uint32_t value = (uint32_t)bytes_uint(&raw, size);

                if (prefix == LONG_ITEM)
                        w.found.other = true;
                walk_item(&w, prefix & 0xfcU, value, size);
        }
        w.found.other = w.found.other || !bytes_done(&raw) || w.depth > 0 || !w.found.fido;
        return w.found;
}
