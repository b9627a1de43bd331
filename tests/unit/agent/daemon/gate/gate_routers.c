/* SPDX-License-Identifier: MIT */
/* The gate and Thunderbolt devices: not authorized unless a rule names them, with or without sekimori-keeper. */
#include "support/ceremony.h"
#include "support/routers.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <string.h>

#define OUR_DOCK "  - {name: dock, match: {bus: thunderbolt, serial: '" ROUTER_DOCK_ID "'}, action: allow}\n"

static struct terminal t;

static void given_a_terminal(void) {
        terminal_begin(&t);
        terminal_start(&t);
}

static void drop(void) {
        terminal_end(&t);
}

static void push(const char *rules) {
        struct err err = { 0 };

        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
}

static bool is_not_known(struct terminal *terminal, const char *path) {
        return !terminal_device(terminal, path);
}

static bool failed(struct terminal *terminal, const char *path) {
        const struct device *d = terminal_device(terminal, path);

        return d && d->judged && d->verdict.reason == REASON_FAILED;
}

TestSuite(gate_routers, .init = given_a_terminal, .fini = drop, .timeout = 40);

Test(gate_routers, stay_as_the_kernel_has_them_without_a_rule) {
        push(RULE_HID RULE_STORAGE);
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "0\n");
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK));
        cr_expect_eq(terminal_device(&t, ROUTER_DOCK)->verdict.reason, REASON_NO_RULE);
        cr_expect_eq(terminal_records("device-refused"), 1);
        cr_expect(is_not_known(&t, ROUTER_HOST), "the computer's own end is nobody's device");
}

Test(gate_routers, a_rule_lets_one_in_and_its_end_takes_it_away) {
        push(OUR_DOCK);
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "0\n");
        connect_router(t.bed, ROUTER_ENCLOSURE, ROUTER_ENCLOSURE_ID, "0\n");
        cr_assert(until(&t, is_let_in, ROUTER_DOCK));
        cr_assert(until(&t, is_kept_out, ROUTER_ENCLOSURE), "what hangs on it is another device");
        cr_expect_eq(terminal_records("device-allowed"), 1);
        push(RULE_HID);
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK));
        cr_expect_eq(terminal_records("device-revoked"), 1);
        disconnect_router(t.bed, ROUTER_ENCLOSURE);
        cr_expect(until(&t, is_not_known, ROUTER_ENCLOSURE));
}

Test(gate_routers, what_somebody_else_lets_in_is_cut_off_again) {
        push(RULE_HID);
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "1\n");
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK), "the firmware");
        bed_write(t.bed, ROUTER_DOCK, "authorized", "1\n");
        bed_announce(t.bed, ROUTER_DOCK, "change");
        cr_expect(until(&t, is_kept_out, ROUTER_DOCK), "bolt");
}

Test(gate_routers, what_cannot_be_taken_back_is_said_to_stay) {
        push(RULE_HID);
        a_thunderbolt_port(t.bed, false);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "1\n");
        cr_assert(until(&t, is_judged, ROUTER_DOCK));
        cr_expect_str_eq(bed_read(t.bed, ROUTER_DOCK, "authorized"), "1");
        cr_expect(strstr((const char *)slurp("state/audit/audit.jsonl").at, "stays in until it is pulled"));
}

Test(gate_routers, where_the_firmware_lets_nothing_through_a_rule_does_not_either) {
        push(OUR_DOCK);
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, NULL);
        connect_router(t.bed, ROUTER_ENCLOSURE, ROUTER_ENCLOSURE_ID, NULL);
        cr_assert(until(&t, failed, ROUTER_DOCK));
        cr_assert(until(&t, is_judged, ROUTER_ENCLOSURE));
        cr_expect_eq(terminal_device(&t, ROUTER_ENCLOSURE)->verdict.reason, REASON_NO_RULE);
}

Test(gate_routers, one_with_a_key_is_let_in_already) {
        push(OUR_DOCK);
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "2\n");
        cr_assert(until(&t, is_judged, ROUTER_DOCK));
        cr_expect(terminal_device(&t, ROUTER_DOCK)->authorized);
        cr_expect_str_eq(bed_read(t.bed, ROUTER_DOCK, "authorized"), "2");
}

Test(gate_routers, none_is_for_reading_only) {
        push("  - {name: look, match: {bus: thunderbolt, serial: '" ROUTER_DOCK_ID "'}, action: read-only}\n");
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "0\n");
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK));
        cr_expect_eq(terminal_device(&t, ROUTER_DOCK)->verdict.reason, REASON_READ_ONLY);
}

Test(gate_routers, no_rule_for_a_kind_takes_one_for_something_milder) {
        push("  - {name: kinds, match: {interfaces: [hid, hub, storage, audio, network]}, action: allow}\n");
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, ROUTER_DOCK_ID, "0\n");
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK));
}

Test(gate_routers, without_an_id_nothing_is_believed) {
        push("  - {name: all, match: {bus: thunderbolt}, action: allow}\n");
        a_thunderbolt_port(t.bed, true);
        connect_router(t.bed, ROUTER_DOCK, "", "0\n");
        cr_assert(until(&t, is_kept_out, ROUTER_DOCK));
        cr_expect_eq(terminal_device(&t, ROUTER_DOCK)->verdict.reason, REASON_MALFORMED);
}
