/* SPDX-License-Identifier: MIT */
/* counts.c — see counts.h. Kernel: net/netfilter/nf_tables_api.c, nf_tables_fill_setelem(). */
#include "network/netlink/counts.h"

#include "network/netlink/nfnl.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#define TABLE "sekimori"
#define MESSAGE(type) NFNL_TYPE(NFNL_SUBSYS_NFTABLES, type)

static bool counter_take(void *ctx, const struct nlattr *a) {
        struct counted *c = ctx;

        switch (mnl_attr_get_type(a)) {
        case NFTA_COUNTER_PACKETS:
                return nfnl_u64(a, &c->packets);
        case NFTA_COUNTER_BYTES:
                return nfnl_u64(a, &c->bytes);
        default:
                return true;
        }
}

static bool expression_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_EXPR_DATA || nfnl_nested(a, counter_take, ctx);
}

static bool key_take(void *ctx, const struct nlattr *a) {
        struct counted *c = ctx;

        if (mnl_attr_get_type(a) != NFTA_DATA_VALUE)
                return true;
        c->key_size = mnl_attr_get_payload_len(a);
        return c->key_size <= sizeof c->key && rtnl_value(a, c->key, c->key_size);
}

static bool element_take(void *ctx, const struct nlattr *a) {
        struct counted *c = ctx;

        switch (mnl_attr_get_type(a)) {
        case NFTA_SET_ELEM_KEY:
                return nfnl_nested(a, key_take, c);
        case NFTA_SET_ELEM_EXPR: /* sets of ours have one: the counter */
                return nfnl_nested(a, expression_take, c);
        case NFTA_SET_ELEM_EXPIRATION:
                return nfnl_u64(a, &c->left_ms);
        default:
                return true;
        }
}

static bool elements_take(void *ctx, const struct nlattr *a) {
        const struct counts_reader *r = ctx;
        struct counted c = { .key_size = 0 };

        if (!nfnl_nested(a, element_take, &c) || !c.key_size)
                return false;
        r->take(r->ctx, &c);
        return true;
}

static bool list_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_SET_ELEM_LIST_ELEMENTS || nfnl_nested(a, elements_take, ctx);
}

int counts_decode(void *reader, const struct nlmsghdr *h) {
        return rtnl_message_attributes(h, NFNL_HEADER, list_take, reader) ? 0 : -EBADMSG;
}

int counts_read(int fd, const char *set, counts_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[256];
        struct nlmsghdr *h = nfnl_request(raw, MESSAGE(NFT_MSG_GETSETELEM), NFPROTO_INET);
        struct counts_reader reader = { take, ctx };

        mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, TABLE);
        mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, set);
        return rtnl_dump(fd, h, MESSAGE(NFT_MSG_NEWSETELEM), counts_decode, &reader);
}

static bool object_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_OBJ_DATA || nfnl_nested(a, counter_take, ctx);
}

static int object_heard(void *ctx, const struct nlmsghdr *h) {
        return rtnl_message_attributes(h, NFNL_HEADER, object_take, ctx) ? 0 : -EBADMSG;
}

int counter_read(int fd, uint8_t family, const char *name, uint64_t *ret_packets) {
        _Alignas(struct nlmsghdr) uint8_t raw[256];
        struct nlmsghdr *h = nfnl_request(raw, MESSAGE(NFT_MSG_GETOBJ), family);
        struct counted c = { .packets = 0 };
        int r;

        mnl_attr_put_strz(h, NFTA_OBJ_TABLE, TABLE);
        mnl_attr_put_strz(h, NFTA_OBJ_NAME, name);
        mnl_attr_put_u32(h, NFTA_OBJ_TYPE, htobe32(NFT_OBJECT_COUNTER));
        r = rtnl_ask(fd, h, MESSAGE(NFT_MSG_NEWOBJ), object_heard, &c);
        if (r == 0)
                *ret_packets = c.packets;
        return r;
}
