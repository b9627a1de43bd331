/* SPDX-License-Identifier: MIT */
/* rule_compile.c — what a rule may not say together, at its place. */
#include "unit/policy/hostile.h"

TestSuite(rule_compile, .timeout = 60);

#define RULE(rest) "devices:\n- name: a\n  action: allow\n" rest
#define PAD "{id: '056a:00a4', interfaces: [hid]}"

Test(rule_compile, nodes_are_named_by_model_and_never_round_a_disk) {
        static const struct hostile rows[] = {
                { RULE("  match: " PAD "\n  nodes: []\n"), 5, 10, "the list is empty" },
                { RULE("  match: " PAD "\n  nodes: hidraw\n"), 5, 10, "here belongs a list" },
                { RULE("  match: " PAD "\n  nodes: [hidraw, usbsf]\n"), 5, 19, "unknown node 'usbsf'" },
                { RULE("  match: " PAD "\n  nodes: [ttyACM]\n"), 5, 11, "unknown node 'ttyACM'" },
                { RULE("  match: {interfaces: [hid]}\n  nodes: [hidraw]\n"), 5, 10, "nodes needs both id" },
                { RULE("  match: {serial: X, interfaces: [hid]}\n  nodes: [hidraw]\n"), 5, 10, "nodes needs both id" },
                { RULE("  match: {id: '056a:*', interfaces: [hid]}\n  nodes: [hidraw]\n"), 5, 10, "nodes needs both" },
                { RULE("  match: {id: '056a:00a4'}\n  nodes: [hidraw]\n"), 5, 10, "nodes needs both" },
                { RULE("  match: {id: '0951:1666', interfaces: [hid, storage]}\n  nodes: [usbfs]\n"), 5, 10,
                  "a rule for storage cannot name nodes" },
                { RULE("  match: {id: '0951:1666', interfaces: ['08:06:50']}\n  nodes: [usbfs]\n"), 5, 10,
                  "a rule for storage" },
                { RULE("  match: {id: '0951:1666', interfaces: [vendor]}\n  encrypted: required\n  nodes: [usbfs]\n"),
                  6, 10, "a rule for storage" },
                { RULE("  match: {bus: mmc, id: '0951:1666', interfaces: [vendor]}\n  nodes: [usbfs]\n"), 5, 10,
                  "a rule for storage" },
                { "devices:\n- {name: a, match: " PAD ", action: deny, nodes: [hidraw]}\n", 2, 79,
                  "nodes needs action: allow" },
                { "devices:\n- {name: a, match: " PAD ", action: read-only, nodes: [hidraw]}\n", 2, 84,
                  "nodes needs action: allow" },
        };

        EXPECT_ALL_REFUSED(rows);
        cr_expect_str_eq(refusal_of(RULE("  match: " PAD "\n  nodes: [usbfs, hidraw]\n")), "");
        cr_expect_str_eq(refusal_of(RULE("  match: {bus: usb, id: '056a:00a4', interfaces: ['03:00:*', vendor]}\n"
                                         "  nodes: [hidraw]\n")),
                         "");
}
