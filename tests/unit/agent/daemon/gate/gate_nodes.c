/* SPDX-License-Identifier: MIT */
/* Which nodes of a device the keeper is told to let in, by the kinds that the verdict let in. */
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

static const char *plugged(struct hardware h, const char *rules) {
        const char *path = plug(k.t.bed, h);

        kept_push(&k, rules);
        cr_assert(until(&k.t, was_told_to_write, path));
        return path;
}

#define RULE(interfaces) "  - {name: " interfaces ", match: {bus: usb, interfaces: [" interfaces "]}, action: allow}\n"

TestSuite(gate_nodes, .init = given_a_terminal, .fini = drop, .timeout = 60);

Test(gate_nodes, each_kind_has_its_own_and_the_device_its_number) {
        const struct {
                struct hardware hardware;
                unsigned nodes;
        } devices[] = {
                { a_keyboard(), NODES_INPUT },    { a_stick(), NODES_DISK },
                { a_card_reader(), NODES_USBFS }, { a_printer(), NODES_USBFS | NODES_MISC },
                { a_camera(), NODES_USBFS },
        };
        const char *path;

        kept_push(&k, RULE_HID RULE("storage") RULE("smartcard") RULE("printer") RULE("still-image"));
        for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
                const struct keeper_order *told = &k.heard[KEEPER_WRITE].last;

                path = plug(k.t.bed, devices[i].hardware);
                cr_assert(until(&k.t, was_told_to_write, path), "%zu", i);
                cr_expect_eq(told->nodes, devices[i].nodes, "%zu: %x", i, told->nodes);
                cr_expect_eq(told->devnum, terminal_device(&k.t, path)->sighting.devnum);
                cr_expect_neq(told->devnum, 0);
        }
}

Test(gate_nodes, a_vendors_own_interface_has_a_disk_only_where_the_rule_does_not_say_what_it_is) {
        const char *phone = plugged(a_phone(), RULE("vendor"));

        cr_expect(k.heard[KEEPER_WRITE].last.nodes & NODES_USBFS);
        cr_expect_not(k.heard[KEEPER_WRITE].last.nodes & NODES_DISK);
        k.heard[KEEPER_WRITE].n = 0;
        kept_push(&k, "  - {name: whatever it is, match: {bus: usb}, action: allow}\n");
        cr_assert(until(&k.t, was_told_to_write, phone));
        cr_expect(k.heard[KEEPER_WRITE].last.nodes & NODES_DISK);
}

Test(gate_nodes, an_interface_that_is_not_let_in_brings_none) {
        (void)plugged(a_bad_keyboard(),
                      "  - {name: keys, match: {bus: usb, interfaces: [hid]}, partial: true, action: allow}\n");
        cr_expect_eq(k.heard[KEEPER_WRITE].last.nodes, NODES_INPUT, "%x", k.heard[KEEPER_WRITE].last.nodes);
}

#define BY_ID(rest) "  - {name: by its id, match: {bus: usb, id: \"046d:c31c\"" rest ", action: allow}\n"

static bool node_opens(const char *path, enum node_kind node, const char *rules) {
        k.heard[KEEPER_WRITE].n = 0;
        kept_push(&k, rules);
        cr_assert(until(&k.t, was_told_to_write, path));
        return k.heard[KEEPER_WRITE].last.nodes & node;
}

/* What people type with needs neither; what a program talks to is named. */
Test(gate_nodes, hidraw_and_usbfs_of_what_a_driver_has_open_by_their_names_alone) {
        const char *keyboard = plugged(a_keyboard(), RULE("hid"));

        cr_expect_not(k.heard[KEEPER_WRITE].last.nodes & (NODES_HIDRAW | NODES_USBFS));
        cr_expect_not(node_opens(keyboard, NODES_HIDRAW, BY_ID("}")));
        cr_expect_not(node_opens(keyboard, NODES_HIDRAW, BY_ID(", interfaces: [hid]}, nodes: [usbfs]")));
        cr_expect(node_opens(keyboard, NODES_USBFS, BY_ID(", interfaces: [hid]}, nodes: [usbfs]")));
        cr_expect(node_opens(keyboard, NODES_HIDRAW, BY_ID(", interfaces: [hid]}, nodes: [hidraw]")));
        cr_expect_eq(k.heard[KEEPER_WRITE].last.nodes, NODES_INPUT | NODES_HIDRAW);
}

Test(gate_nodes, what_opens_later_is_recorded_before_and_what_shuts_is_cut_off) {
        const char *keyboard = plugged(a_keyboard(), RULE("hid"));

        cr_assert(until(&k.t, is_let_in, keyboard));
        cr_expect_eq(terminal_records("device-allowed"), 1);
        (void)node_opens(keyboard, NODES_HIDRAW, BY_ID(", interfaces: [hid]}, nodes: [hidraw]"));
        cr_expect_eq(terminal_records("device-allowed"), 2);
        (void)node_opens(keyboard, NODES_HIDRAW, BY_ID(", interfaces: [hid]}, nodes: [hidraw]"));
        cr_expect_eq(terminal_records("device-allowed"), 2, "nothing new");
        cr_expect_not(node_opens(keyboard, NODES_HIDRAW, BY_ID(", interfaces: [hid]}")));
        cr_expect(until(&k.t, is_let_in, keyboard));
        cr_expect_eq(terminal_records("device-allowed"), 3, "let in anew: whoever has it open loses it");
}
