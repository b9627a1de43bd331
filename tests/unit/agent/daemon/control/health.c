/* SPDX-License-Identifier: MIT */
/* A reader counts as it is let in, and not as the device shows itself. */
#include "control/health.h"

#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>

#define RULE_KEYS "  - {name: keys, match: {bus: usb, interfaces: [hid-keyboard]}, partial: true, action: allow}\n"
#define RULE_SLOT "  - {name: slot, match: {bus: usb, interfaces: [smartcard]}, partial: true, action: allow}\n"

static struct terminal t;

static void given_a_terminal(void) {
        terminal_begin(&t);
        terminal_start(&t);
}

static void drop(void) {
        terminal_end(&t);
}

static bool has_reader(void) {
        const struct subject s = { .state = t.state, .gate = t.gate, .store = t.store };
        json_t *o = health_object(&s);
        bool has = json_is_true(json_object_get(json_object_get(o, "card"), "reader"));

        cr_expect_eq(json_integer_value(json_object_get(json_object_get(o, "card"), "readers")), has);
        cr_assert(json_is_boolean(json_object_get(json_object_get(o, "card"), "reader")));
        json_decref(o);
        return has;
}

/* A keyboard with a slot for cards. */
static void let_in_by(const char *rules) {
        const char *keyboard = plug(t.bed, a_card_keyboard());
        struct err err = { 0 };

        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, keyboard));
}

TestSuite(health, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(health, a_slot_that_is_let_in_is_a_reader) {
        cr_expect_not(has_reader());
        let_in_by(RULE_SLOT);
        cr_expect(has_reader());
}

Test(health, a_slot_beside_keys_that_are_let_in_alone_is_none) {
        let_in_by(RULE_KEYS);
        cr_expect_not(has_reader());
}

Test(health, where_nothing_is_enforced_all_of_it_is_in) {
        struct err err = { 0 };

        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        let_in_by(RULE_KEYS);
        cr_expect(has_reader());
}
