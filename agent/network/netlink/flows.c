/* SPDX-License-Identifier: MIT */
/* flows.c — see flows.h. Kernel: net/netfilter/nf_conntrack_netlink.c, ctnetlink_dump_acct(). */
#include "network/netlink/flows.h"

#include "network/netlink/nfnl.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#define MESSAGE(type) NFNL_TYPE(NFNL_SUBSYS_CTNETLINK, type)
#define DATAGRAMS 65536 /* a storm of connections does not keep us here for ever */

static bool side_take(void *ctx, const struct nlattr *a) {
        struct flow_side *s = ctx;

        switch (mnl_attr_get_type(a)) {
        case CTA_COUNTERS_PACKETS:
                return nfnl_u64(a, &s->packets);
        case CTA_COUNTERS_BYTES:
                return nfnl_u64(a, &s->bytes);
        default:
                return true;
        }
}

static bool flow_take(void *ctx, const struct nlattr *a) {
        struct flow *f = ctx;

        switch (mnl_attr_get_type(a)) {
        case CTA_MARK:
                return nfnl_u32(a, &f->mark);
        case CTA_COUNTERS_ORIG:
                return nfnl_nested(a, side_take, &f->began);
        case CTA_COUNTERS_REPLY:
                return nfnl_nested(a, side_take, &f->answered);
        default:
                return true;
        }
}

int flows_decode(void *reader, const struct nlmsghdr *h) {
        const struct flows_reader *r = reader;
        struct flow f = { .mark = 0 };

        if (!rtnl_message_attributes(h, NFNL_HEADER, flow_take, &f))
                return -EBADMSG;
        if (f.mark) /* what nobody has judged is of no peer */
                r->take(r->ctx, &f);
        return 0;
}

int flows_listen(void) {
        static const unsigned groups[] = { NFNLGRP_CONNTRACK_DESTROY, 0 };

        return rtnl_open_of(NETLINK_NETFILTER, groups);
}

int flows_ended(int fd, flows_take *take, void *ctx) {
        struct flows_reader reader = { take, ctx };
        bool lost = false;
        int r = 1;

        for (unsigned n = 0; r != 0 && n < DATAGRAMS; n++) {
                r = rtnl_receive(fd, flows_decode, &reader);
                lost = lost || r < 0;
        }
        return !lost;
}

int flows_read(int fd, uint32_t mark, uint32_t mask, flows_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[64];
        struct nlmsghdr *h = nfnl_request(raw, MESSAGE(IPCTNL_MSG_CT_GET_CTRZERO), NFPROTO_UNSPEC);
        struct flows_reader reader = { take, ctx };

        mnl_attr_put_u32(h, CTA_MARK, htobe32(mark));
        mnl_attr_put_u32(h, CTA_MARK_MASK, htobe32(mask));
        return rtnl_dump(fd, h, MESSAGE(IPCTNL_MSG_CT_NEW), flows_decode, &reader);
}
