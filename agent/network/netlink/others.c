/* SPDX-License-Identifier: MIT */
/* others.c — see others.h. Kernel: net/netfilter/nf_tables_api.c, nf_tables_fill_chain_info(). */
#include "network/netlink/others.h"

#include "network/netlink/nfnl.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#define MESSAGE(type) NFNL_TYPE(NFNL_SUBSYS_NFTABLES, type)
#define NO_HOOK UINT32_MAX

struct others_reader {
        others_take *take;
        void *ctx;
};

struct chain_facts {
        struct other_chain chain;
        uint32_t hook, policy;
};

static bool hook_take(void *ctx, const struct nlattr *a) {
        struct chain_facts *c = ctx;

        return mnl_attr_get_type(a) != NFTA_HOOK_HOOKNUM || nfnl_u32(a, &c->hook);
}

/* A name that is too long for us is cut. */
static bool name_take(const struct nlattr *a, char ret[OTHER_NAME]) {
        const size_t n = mnl_attr_get_payload_len(a);

        memcpy(ret, mnl_attr_get_payload(a), n < OTHER_NAME ? n : OTHER_NAME);
        ret[n < OTHER_NAME ? n : OTHER_NAME - 1] = '\0';
        return true;
}

static bool chain_take(void *ctx, const struct nlattr *a) {
        struct chain_facts *c = ctx;

        switch (mnl_attr_get_type(a)) {
        case NFTA_CHAIN_TABLE:
                return name_take(a, c->chain.table);
        case NFTA_CHAIN_NAME:
                return name_take(a, c->chain.chain);
        case NFTA_CHAIN_HOOK:
                return nfnl_nested(a, hook_take, c);
        case NFTA_CHAIN_POLICY:
                return nfnl_u32(a, &c->policy);
        default:
                return true;
        }
}

static bool may_refuse(const struct chain_facts *c) {
        const uint8_t f = c->chain.family;

        return (f == NFPROTO_INET || f == NFPROTO_IPV4 || f == NFPROTO_IPV6) && c->policy == NF_DROP
               && (c->hook == NF_INET_LOCAL_IN || c->hook == NF_INET_LOCAL_OUT)
               && strcmp(c->chain.table, "sekimori") != 0;
}

static int chain_heard(void *ctx, const struct nlmsghdr *h) {
        const struct others_reader *r = ctx;
        struct chain_facts c = { .hook = NO_HOOK, .policy = NF_ACCEPT };

        if (mnl_nlmsg_get_payload_len(h) < NFNL_HEADER || !rtnl_message_attributes(h, NFNL_HEADER, chain_take, &c))
                return -EBADMSG;
        c.chain.family = ((const struct nfgenmsg *)mnl_nlmsg_get_payload(h))->nfgen_family;
        c.chain.out = c.hook == NF_INET_LOCAL_OUT;
        if (may_refuse(&c))
                r->take(r->ctx, &c.chain);
        return 0;
}

int others_list(int fd, others_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[64];
        struct nlmsghdr *h = nfnl_request(raw, MESSAGE(NFT_MSG_GETCHAIN), NFPROTO_UNSPEC);

        return rtnl_dump(fd, h, MESSAGE(NFT_MSG_NEWCHAIN), chain_heard, &(struct others_reader){ take, ctx });
}
