/* SPDX-License-Identifier: MIT */
/* Connections as the kernel tells of them. */
#include "network/netlink/flows.h"

#include "network/netlink/nfnl.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

static struct flow found;
static unsigned n_found;

static void take(void *ctx, const struct flow *f) {
        (void)ctx;
        found = *f;
        n_found++;
}

static int decode(const struct nlmsghdr *h) {
        return flows_decode(&(struct flows_reader){ take, NULL }, h);
}

TestSuite(flows_decode, .timeout = 10);

struct message {
        _Alignas(struct nlmsghdr) uint8_t raw[512];
};

static void side_put(struct nlmsghdr *h, uint16_t type, uint64_t packets, uint64_t bytes) {
        struct nlattr *nest = mnl_attr_nest_start(h, type);

        mnl_attr_put_u64(h, CTA_COUNTERS_PACKETS, htobe64(packets));
        mnl_attr_put_u64(h, CTA_COUNTERS_BYTES, htobe64(bytes));
        mnl_attr_nest_end(h, nest);
}

static struct nlmsghdr *message_put(struct message *m, uint32_t mark, bool counted) {
        struct nlmsghdr *h = nfnl_request(m->raw, NFNL_TYPE(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE), 2);

        if (counted) {
                side_put(h, CTA_COUNTERS_ORIG, 3, 300);
                side_put(h, CTA_COUNTERS_REPLY, 5000000000, 1ULL << 40);
        }
        if (mark)
                mnl_attr_put_u32(h, CTA_MARK, htobe32(mark));
        return h;
}

Test(flows_decode, a_mark_and_what_went_either_way) {
        struct message m;

        cr_assert_eq(decode(message_put(&m, 0x00508001, true)), 0);
        cr_assert_eq(n_found, 1);
        cr_expect_eq(found.mark, 0x00508001);
        cr_expect(found.began.packets == 3 && found.began.bytes == 300);
        cr_expect(found.answered.packets == 5000000000 && found.answered.bytes == 1ULL << 40);
}

Test(flows_decode, without_a_mark_it_is_nobodys_and_without_counters_it_carried_nothing_known) {
        struct message m;

        cr_assert_eq(decode(message_put(&m, 0, true)), 0);
        cr_expect_eq(n_found, 0);
        cr_assert_eq(decode(message_put(&m, 7, false)), 0);
        cr_expect(n_found == 1 && found.began.packets == 0 && found.answered.bytes == 0);
}

Test(flows_decode, what_is_cut_or_of_another_size_is_malformed) {
        struct message m;
        struct nlmsghdr *h = message_put(&m, 7, true);
        const uint32_t whole = h->nlmsg_len;

        for (uint32_t n = NLMSG_HDRLEN; n < whole; n++) {
                h->nlmsg_len = n;
                cr_expect(decode(h) == -EBADMSG || n % 4 == 0, "cut to %u", n);
        }
        h = message_put(&m, 0, false);
        mnl_attr_put_u16(h, CTA_MARK, 1);
        cr_expect_eq(decode(h), -EBADMSG);
}
