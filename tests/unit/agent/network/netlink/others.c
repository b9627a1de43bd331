/* SPDX-License-Identifier: MIT */
/* Chains and rules of other tables as the kernel tells of them, and which of them refuse what no rule takes. */
#include "network/netlink/others.h"

#include "base/hex.h"
#include "network/netlink/nfnl.h"
#include "others_messages.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <stdio.h>

TestSuite(others, .timeout = 10);

#define N_MESSAGES (sizeof others_messages / sizeof *others_messages)

struct message {
        _Alignas(struct nlmsghdr) uint8_t raw[1024];
};

static struct nlmsghdr *message_of(struct message *m) {
        return (struct nlmsghdr *)(void *)m->raw;
}

static struct message message_kept(size_t i) {
        struct message m = { 0 };
        size_t n = strlen(others_messages[i]) / 2;

        cr_assert(n <= sizeof m.raw && hex_bytes(others_messages[i], m.raw, n));
        cr_assert_eq(message_of(&m)->nlmsg_len, n);
        return m;
}

static char told[512];

static void take(void *ctx, const struct other_chain *c) {
        const size_t n = strlen(told), room = sizeof told - n;

        (void)ctx;
        cr_assert_lt(
                (size_t)snprintf(told + n, room, "%u %s %s %s\n", c->family, c->table, c->chain, c->out ? "out" : "in"),
                room);
}

static const char *told_of(struct others *o) {
        told[0] = '\0';
        others_tell(o, take, NULL);
        return told;
}

/* As nf_tables has them. */
static struct message message_new(unsigned type, const char *table, const char *chain, uint16_t name_type) {
        struct message m = { 0 };

        nfnl_request(m.raw, (uint16_t)NFNL_TYPE(NFNL_SUBSYS_NFTABLES, type), NFPROTO_INET);
        mnl_attr_put_strz(message_of(&m), 1, table); /* NFTA_CHAIN_TABLE, NFTA_RULE_TABLE */
        mnl_attr_put_strz(message_of(&m), name_type, chain);
        return m;
}

static struct message chain_new(const char *table, const char *chain, uint32_t hook, uint32_t policy) {
        struct message m = message_new(NFT_MSG_NEWCHAIN, table, chain, NFTA_CHAIN_NAME);
        struct nlattr *nest = mnl_attr_nest_start(message_of(&m), NFTA_CHAIN_HOOK);

        mnl_attr_put_u32(message_of(&m), NFTA_HOOK_HOOKNUM, htobe32(hook));
        mnl_attr_nest_end(message_of(&m), nest);
        mnl_attr_put_u32(message_of(&m), NFTA_CHAIN_POLICY, htobe32(policy));
        return m;
}

static struct message rule_new(const char *chain, uint64_t handle, int verdict, const char *to) {
        struct message m = message_new(NFT_MSG_NEWRULE, "t", chain, NFTA_RULE_CHAIN);
        struct nlmsghdr *h = message_of(&m);
        struct nlattr *n[5];

        mnl_attr_put_u64(h, NFTA_RULE_HANDLE, htobe64(handle));
        n[0] = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
        n[1] = mnl_attr_nest_start(h, NFTA_LIST_ELEM);
        mnl_attr_put_strz(h, NFTA_EXPR_NAME, "immediate");
        n[2] = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
        n[3] = mnl_attr_nest_start(h, NFTA_IMMEDIATE_DATA);
        n[4] = mnl_attr_nest_start(h, NFTA_DATA_VERDICT);
        mnl_attr_put_u32(h, NFTA_VERDICT_CODE, htobe32((uint32_t)verdict));
        if (to)
                mnl_attr_put_strz(h, NFTA_VERDICT_CHAIN, to);
        for (int i = 4; i >= 0; i--)
                mnl_attr_nest_end(h, n[i]);
        return m;
}

static void hear(struct others *o, struct message m) {
        cr_assert_eq(others_heard(o, message_of(&m)), 0);
}

/* firewalld's chain accepts by policy, and refuses in a chain that it jumps to; iptables' does so behind a comment. Its
 * OUTPUT drops by policy, and accepts everything before. */
Test(others, what_a_real_firewall_refuses_in_the_end_is_told) {
        auto_others o = others_new();

        for (unsigned round = 0; round < 2; round++) /* a list that changed is read again */
                for (size_t i = 0; i < N_MESSAGES; i++)
                        hear(o, message_kept(i));
        cr_expect_str_eq(told_of(o), "1 firewalld filter_INPUT in\n2 filter INPUT in\n");
}

/* Where a message ends between two attributes it is a shorter one. */
static bool is_between(const struct nlmsghdr *h, uint32_t n) {
        const uint8_t *at = mnl_nlmsg_get_payload_offset(h, NFNL_HEADER), *start = (const uint8_t *)h;

        while (at - start < n && at - start < h->nlmsg_len)
                at += MNL_ALIGN(((const struct nlattr *)(const void *)at)->nla_len);
        return at - start == n;
}

Test(others, every_truncation_is_refused) {
        auto_others o = others_new();

        for (size_t i = 0; i < N_MESSAGES; i++) {
                struct message whole = message_kept(i);

                for (uint32_t n = NLMSG_HDRLEN; n < message_of(&whole)->nlmsg_len; n++) {
                        struct message cut = whole;

                        message_of(&cut)->nlmsg_len = n;
                        cr_expect_eq(others_heard(o, message_of(&cut)),
                                     is_between(message_of(&whole), n) ? 0 : -EBADMSG, "%zu, %u bytes", i, n);
                }
        }
}

Test(others, each_way_of_a_packet_is_looked_at) {
        static const struct {
                uint8_t family;
                uint32_t hook;
                const char *told;
        } rows[] = {
                { NFPROTO_INET, NF_INET_PRE_ROUTING, "1 t c in\n" },
                { NFPROTO_IPV4, NF_INET_LOCAL_IN, "2 t c in\n" },
                { NFPROTO_INET, NF_INET_FORWARD, "" },
                { NFPROTO_IPV6, NF_INET_LOCAL_OUT, "10 t c out\n" },
                { NFPROTO_IPV4, NF_INET_POST_ROUTING, "2 t c out\n" },
                { NFPROTO_INET, NF_INET_INGRESS, "1 t c in\n" },
                { NFPROTO_ARP, 0, "3 t c in\n" },
                { NFPROTO_ARP, 1, "3 t c out\n" },
                { NFPROTO_NETDEV, NF_NETDEV_INGRESS, "5 t c in\n" },
                { NFPROTO_NETDEV, 1, "5 t c out\n" },
                { NFPROTO_BRIDGE, NF_INET_LOCAL_IN, "" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                auto_others o = others_new();
                struct message m = chain_new("t", "c", rows[i].hook, NF_DROP);

                ((struct nfgenmsg *)mnl_nlmsg_get_payload(message_of(&m)))->nfgen_family = rows[i].family;
                hear(o, m);
                cr_expect_str_eq(told_of(o), rows[i].told, "%zu: %s", i, told);
        }
}

Test(others, our_own_table_is_none_of_them) {
        auto_others o = others_new();

        hear(o, chain_new("sekimori", "input", NF_INET_LOCAL_IN, NF_DROP));
        hear(o, chain_new("t", "c", NF_INET_LOCAL_IN, NF_ACCEPT));
        cr_expect_str_eq(told_of(o), "");
}

Test(others, the_first_rule_without_a_condition_decides) {
        auto_others o = others_new();

        hear(o, chain_new("t", "in", NF_INET_LOCAL_IN, NF_DROP));
        hear(o, rule_new("in", 1, NFT_JUMP, "there"));
        hear(o, rule_new("in", 2, NF_ACCEPT, NULL));
        hear(o, rule_new("there", 3, NFT_RETURN, NULL));
        hear(o, rule_new("there", 4, NF_DROP, NULL));
        cr_expect_str_eq(told_of(o), "");
        hear(o, chain_new("t", "goes", NF_INET_LOCAL_IN, NF_DROP));
        hear(o, rule_new("goes", 5, NFT_GOTO, "there"));
        hear(o, rule_new("goes", 6, NF_ACCEPT, NULL));
        cr_expect_str_eq(told_of(o), "1 t goes in\n", "it comes to the policy");
}

Test(others, what_cannot_be_looked_through_may_refuse) {
        auto_others o = others_new();

        hear(o, chain_new("t", "in", NF_INET_LOCAL_IN, NF_ACCEPT));
        hear(o, rule_new("in", 1, NFT_JUMP, "in"));
        cr_expect_str_eq(told_of(o), "1 t in in\n");
}

Test(others, more_than_there_is_room_for_is_an_error) {
        auto_others o = others_new();
        char name[16];
        int r = 0;

        for (unsigned i = 0; i <= 256; i++) {
                struct message m;

                cr_assert_eq(r, 0);
                (void)snprintf(name, sizeof name, "c%u", i);
                m = chain_new("t", name, NF_INET_LOCAL_IN, NF_ACCEPT);
                r = others_heard(o, message_of(&m));
        }
        cr_expect_eq(r, -E2BIG);
        for (unsigned i = 0; i < 4096; i++)
                hear(o, rule_new("c0", i, NF_ACCEPT, NULL));
        struct message last = rule_new("c0", 4096, NF_ACCEPT, NULL);
        cr_expect_eq(others_heard(o, message_of(&last)), -E2BIG);
}
