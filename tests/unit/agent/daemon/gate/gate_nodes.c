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

/* A security key speaks through hidraw; what people type with does not need it. */
Test(gate_nodes, hidraw_opens_where_the_rule_names_no_interfaces) {
        const char *keyboard = plugged(a_keyboard(), RULE("hid"));

        cr_expect_not(k.heard[KEEPER_WRITE].last.nodes & NODES_HIDRAW);
        k.heard[KEEPER_WRITE].n = 0;
        kept_push(&k, "  - {name: the key of the office, match: {bus: usb, id: \"046d:c31c\"}, action: allow}\n");
        cr_assert(until(&k.t, was_told_to_write, keyboard));
        cr_expect(k.heard[KEEPER_WRITE].last.nodes & NODES_HIDRAW);
}
