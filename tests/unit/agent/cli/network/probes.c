/* SPDX-License-Identifier: MIT */
/* What is tried, and what is said of it. That it is sent, and stopped: tests/flow/test_network_evidence. */
#include "cli/network/probes.h"

#include "control/parcel.h"

#include <criterion/criterion.h>
#include <errno.h>

TestSuite(probes, .timeout = 10);

static json_t *answer(json_int_t packets, json_int_t more, bool observed) {
        return json_pack("{s:[{s:s, s:s, s:i, s:i, s:I, s:b}], s:I, s:i}", "refused", "direction", "out", "address",
                         "192.0.2.1", "protocol", 6, "port", 443, "packets", packets, "observed", observed,
                         "refused_more", more, "refused_raw", 3);
}

Test(probes, only_what_was_counted_was_stopped) {
        auto_json none = answer(4, 1, false), one = answer(5, 1, false), more = answer(4, 2, false),
                  let_pass = answer(5, 1, true);

        cr_expect_eq(probe_judge(&probes[0], 0, none, one), PROBE_STOPPED);
        cr_expect_eq(probe_judge(&probes[0], 0, none, none), PROBE_GOT_OUT);
        cr_expect_eq(probe_judge(&probes[0], 0, none, let_pass), PROBE_GOT_OUT, "observed: it passed");
        cr_expect_eq(probe_judge(&probes[0], 0, none, more), PROBE_UNKNOWN);
        cr_expect_eq(probe_judge(&probes[1], 0, none, one), PROBE_GOT_OUT, "another packet was stopped");
        cr_expect_eq(probe_judge(&probes[PROBES - 1], 0, none, one), PROBE_GOT_OUT, "a frame, by its own counter");
}

Test(probes, the_kernel_says_itself_that_it_sends_nothing) {
        auto_json none = answer(4, 1, false);

        cr_expect_eq(probe_judge(&probes[1], -EPERM, none, none), PROBE_STOPPED);
        cr_expect_eq(probe_judge(&probes[0], -EPERM, none, none), PROBE_GOT_OUT, "EPERM may be anything here");
        cr_expect_eq(probe_judge(&probes[5], -ENETUNREACH, none, none), PROBE_NO_WAY);
        cr_expect_eq(probe_judge(&probes[1], -ENOBUFS, none, none), PROBE_GOT_OUT);
}

static const struct address_range nobody = { .first = { 192, 0, 2, 0 }, .last = { 192, 0, 2, 255 } },
                                  server = { .first = { 10, 1, 2, 3 }, .last = { 10, 1, 2, 9 } };
static const struct port_range ports[] = { { 443, 443 }, { 8000, 8010 } };
static const struct network_peer peers[] = {
        { .name = "a",
          .addresses = &server,
          .n_addresses = 1,
          .ports = ports,
          .n_ports = 2,
          .protocols = PROTOCOL_BIT(PROTOCOL_TCP),
          .direction = NETWORK_OUT },
        { .name = "b",
          .addresses = &server,
          .n_addresses = 1,
          .ports = ports,
          .n_ports = 1,
          .protocols = PROTOCOL_BIT(PROTOCOL_UDP),
          .direction = NETWORK_OUT },
        { .name = "c",
          .addresses = &nobody,
          .n_addresses = 1,
          .ports = ports,
          .n_ports = 1,
          .protocols = PROTOCOL_BIT(PROTOCOL_TCP),
          .direction = NETWORK_IN },
};

Test(probes, whom_the_policy_lets_be_asked_is_asked) {
        static struct call calls[CALLS_MAX];
        const struct network_terms terms = { .peers = peers, .n_peers = 3 };

        cr_assert_eq(calls_of(&terms, calls), 2);
        cr_expect_str_eq(calls[0].text, "10.1.2.3");
        cr_expect(calls[0].port == 443 && calls[1].port == 8000);
}

Test(probes, where_a_peer_may_be_nothing_is_tried) {
        struct network_peer out = peers[2];
        const struct network_terms in = { .peers = peers, .n_peers = 3 }, both = { .peers = &out, .n_peers = 1 };

        out.direction = NETWORK_BOTH;
        cr_expect_not(probe_is_allowed(&probes[0], &in));
        cr_expect(probe_is_allowed(&probes[0], &both));
        cr_expect_not(probe_is_allowed(&probes[1], &both));
        cr_expect_not(probe_is_allowed(&probes[PROBES - 1], &both));
}
