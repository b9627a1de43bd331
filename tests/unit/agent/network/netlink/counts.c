/* SPDX-License-Identifier: MIT */
/* Elements of a set as the kernel tells of them. */
#include "network/netlink/counts.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <endian.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

TestSuite(counts_decode, .timeout = 10);

struct message {
        _Alignas(struct nlmsghdr) uint8_t raw[1024];
};

static struct counted found[2];
static unsigned n_found;

static void take(void *ctx, const struct counted *c) {
        (void)ctx;
        cr_assert_lt(n_found, 2);
        found[n_found++] = *c;
}

static struct counts_reader reader = { take, NULL };

static struct nlmsghdr *message_of(struct message *m) {
        return (struct nlmsghdr *)(void *)m->raw;
}

/* Where the key is put, for a test to damage. */
static void element_put(struct nlmsghdr *h, const char *key, size_t size, uint64_t packets) {
        struct nlattr *element = mnl_attr_nest_start(h, NFTA_LIST_ELEM),
                      *inner = mnl_attr_nest_start(h, NFTA_SET_ELEM_KEY);

        mnl_attr_put(h, NFTA_DATA_VALUE, size, key);
        mnl_attr_nest_end(h, inner);
        mnl_attr_put_u64(h, NFTA_SET_ELEM_EXPIRATION, htobe64(5000));
        inner = mnl_attr_nest_start(h, NFTA_SET_ELEM_EXPR);
        mnl_attr_put_strz(h, NFTA_EXPR_NAME, "counter");
        struct nlattr *data = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
        mnl_attr_put_u64(h, NFTA_COUNTER_BYTES, htobe64(100 * packets));
        mnl_attr_put_u64(h, NFTA_COUNTER_PACKETS, htobe64(packets));
        mnl_attr_nest_end(h, data);
        mnl_attr_nest_end(h, inner);
        mnl_attr_nest_end(h, element);
}

static struct message message_new(void) {
        struct message m = { 0 };
        struct nlmsghdr *h = mnl_nlmsg_put_header(m.raw);
        struct nlattr *list;

        (void)mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
        mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, "sekimori");
        list = mnl_attr_nest_start(h, NFTA_SET_ELEM_LIST_ELEMENTS);
        element_put(h, "\12\1\2\3", 4, 7);
        element_put(h, "0123456789abcdef0123456789ab", 28, 1);
        mnl_attr_nest_end(h, list);
        return m;
}

Test(counts_decode, each_element_is_told_of) {
        struct message m = message_new();

        cr_assert_eq(counts_decode(&reader, message_of(&m)), 0);
        cr_assert_eq(n_found, 2);
        cr_expect(found[0].packets == 7 && found[0].bytes == 700 && found[0].left_ms == 5000 && found[0].key_size == 4);
        cr_expect_arr_eq(found[0].key, "\12\1\2\3", 4);
        cr_expect(found[1].packets == 1 && found[1].key_size == 28);
}

Test(counts_decode, every_truncation_is_refused) {
        struct message whole = message_new();
        const uint32_t size = message_of(&whole)->nlmsg_len, names = NLMSG_HDRLEN + 4 + 16;

        for (uint32_t n = NLMSG_HDRLEN; n < size; n++) {
                struct message m = whole;

                n_found = 0;
                message_of(&m)->nlmsg_len = n;
                if (n == NLMSG_HDRLEN + 4 || n == names) /* ends between two attributes: nothing is listed */
                        cr_expect(counts_decode(&reader, message_of(&m)) == 0 && n_found == 0);
                else
                        cr_expect_eq(counts_decode(&reader, message_of(&m)), -EBADMSG, "%u of %u", n, size);
        }
}

Test(counts_decode, a_key_that_is_too_long_or_missing_is_refused) {
        for (size_t size = 0; size <= 32; size += 32) {
                struct message m = { 0 };
                struct nlmsghdr *h = mnl_nlmsg_put_header(m.raw);
                struct nlattr *list;

                (void)mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg));
                list = mnl_attr_nest_start(h, NFTA_SET_ELEM_LIST_ELEMENTS);
                element_put(h, "0123456789abcdef0123456789abcdef", size, 1);
                mnl_attr_nest_end(h, list);
                cr_expect_eq(counts_decode(&reader, h), -EBADMSG, "%zu", size);
        }
}
