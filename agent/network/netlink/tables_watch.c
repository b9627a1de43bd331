/* SPDX-License-Identifier: MIT */
/* tables_watch.c — the kernel tells of each object of a transaction, and then, with NEWGEN, whose transaction it was.
 * In every message but that one the first attribute is the name of the table. */
#include "network/netlink/tables_watch.h"

#include "network/netlink/nfnl.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#define TABLE "sekimori"
#define MESSAGE(type) NFNL_TYPE(NFNL_SUBSYS_NFTABLES, type)

int tables_listen(struct tables_watch *w) {
        static const unsigned groups[] = { NFNLGRP_NFTABLES, 0 };

        *w = (struct tables_watch){ .fd = rtnl_open_of(NETLINK_NETFILTER, groups),
                                    .requests = rtnl_open_of(NETLINK_NETFILTER, NULL) };
        return w->fd < 0 ? w->fd : w->requests < 0 ? w->requests : 0;
}

struct tables_heard {
        struct tables_watch *watch;
        bool touched; /* ours, since they were written last */
};

struct tables_attributes {
        char table[NFT_TABLE_MAXNAMELEN];
        uint32_t generation;
};

static bool name_take(void *ctx, const struct nlattr *a) {
        struct tables_attributes *t = ctx;

        if (mnl_attr_get_type(a) == NFTA_TABLE_NAME)
                (void)rtnl_text(a, t->table, sizeof t->table);
        return true;
}

static bool generation_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_GEN_ID || nfnl_u32(a, ctx);
}

static bool end_take(void *ctx, const struct nlattr *a) {
        return generation_take(&((struct tables_attributes *)ctx)->generation, a);
}

static bool is_own(const struct tables_watch *w, uint32_t generation) {
        for (unsigned i = 0; i < TABLES_OWN && i < w->n_own; i++)
                if (w->own[i] == generation)
                        return true;
        return false;
}

/* Tells of one message. -EBADMSG. */
static int tables_take(void *ctx, const struct nlmsghdr *h) {
        struct tables_heard *heard = ctx;
        struct tables_watch *w = heard->watch;
        struct tables_attributes t = { 0 };
        bool ends = (h->nlmsg_type & 0xff) == NFT_MSG_NEWGEN;

        if (h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES)
                return 0;
        if (!rtnl_message_attributes(h, NFNL_HEADER, ends ? end_take : name_take, &t))
                return -EBADMSG;
        w->ours = w->ours || strcmp(t.table, TABLE) == 0;
        if (!ends)
                return 0;
        heard->touched = heard->touched || (w->ours && !is_own(w, t.generation));
        w->ours = false;
        return 0;
}

static int generation_heard(void *ctx, const struct nlmsghdr *h) {
        return rtnl_message_attributes(h, NFNL_HEADER, generation_take, ctx) ? 0 : -EBADMSG;
}

/* It rises by one with each transaction. 0 or -errno. */
static int generation_ask(const struct tables_watch *w, uint32_t *ret) {
        _Alignas(struct nlmsghdr) uint8_t raw[64];
        struct nlmsghdr *h = nfnl_request(raw, MESSAGE(NFT_MSG_GETGEN), NFPROTO_UNSPEC);

        *ret = 0;
        return rtnl_ask(w->requests, h, MESSAGE(NFT_MSG_NEWGEN), generation_heard, ret);
}

void tables_begin(struct tables_watch *w) {
        if (generation_ask(w, &w->generation) < 0)
                w->generation = 0;
}

bool tables_end(struct tables_watch *w) {
        uint32_t before = w->generation;

        if (generation_ask(w, &w->generation) < 0)
                return false;
        w->own[w->n_own++ % TABLES_OWN] = w->generation;
        return before != 0 && w->generation == before + 1;
}

bool tables_touched(struct tables_watch *w) {
        struct tables_heard heard = { .watch = w };
        uint32_t now;
        bool lost = false;
        int r;

        while ((r = rtnl_receive(w->fd, tables_take, &heard)) != 0)
                lost = lost || r < 0;
        if (heard.touched || !lost)
                return heard.touched;
        w->ours = false;
        return generation_ask(w, &now) < 0 || now != w->generation;
}
