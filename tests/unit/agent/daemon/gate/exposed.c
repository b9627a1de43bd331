/* SPDX-License-Identifier: MIT */
/* What an agent had let in, cut off and not yet had forgotten when it ended: the next one has it forgotten. */
#include "gate/inside.h"
#include "support/ceremony.h"
#include "support/ports.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

/* As if it had ended before a process was started: all that can be done at once were others'. */
static void cut_off_and_ends(const char *device, const char *rules, const char *next) {
        cr_assert(until(&k.t, is_let_in, device));
        for (size_t i = 0; i < FORGETS_MAX; i++)
                k.t.gate->forgets.each[i].directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        kept_push(&k, rules);
        cr_assert_eq(terminal_device(&k.t, device)->forget, FORGET_WAITING);
        kept_starts_again_with(&k, next);
}

TestSuite(exposed, .init = given_the_plane, .fini = drop, .timeout = 60);

Test(exposed, what_the_agent_before_had_cut_off_is_forgotten) {
        const char *reader = given_a_reader(&k);

        cut_off_and_ends(reader, RULE_HID, RULE_HID);
        cr_expect(until(&k.t, is_another_plugging, reader));
}

Test(exposed, and_where_it_is_allowed_by_then_it_is_forgotten_before_it_is_in) {
        const char *reader = given_a_reader(&k);

        cut_off_and_ends(reader, RULE_HID, RULE_HID RULE_CARDS);
        cr_expect(until(&k.t, is_in_again, reader));
}

Test(exposed, what_the_kernel_did_not_let_go_of_is_tried_again) {
        const char *reader = given_a_reader(&k);

        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        cr_assert_eq(unlink(on_disk(&k, reader, "remove")), 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_held, reader));
        kept_starts_again_with(&k, RULE_HID);
        cr_expect(until(&k.t, is_held, reader));
}

/* It goes on, as does what is mounted. */
Test(exposed, what_is_still_in_stays) {
        const char *reader = given_a_reader(&k);
        unsigned number = number_of(&k.t, reader);

        kept_starts_again_with(&k, RULE_HID RULE_CARDS);
        cr_assert(until(&k.t, has_seen_all, reader));
        cr_assert(until(&k.t, is_let_in, reader));
        cr_expect_eq(number_of(&k.t, reader), number);
}

Test(exposed, what_was_never_in_stays) {
        const char *reader = plug(k.t.bed, a_card_reader());
        unsigned number;

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_kept_out, reader));
        number = number_of(&k.t, reader);
        kept_starts_again_with(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, has_seen_all, reader));
        cr_assert(until(&k.t, is_kept_out, reader));
        cr_expect_eq(number_of(&k.t, reader), number);
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE);
}

#define RULE_CARD_KEYBOARD "  - {name: desk, match: {bus: usb, interfaces: [hid-keyboard, smartcard]}, action: allow}\n"

Test(exposed, what_people_type_with_is_spared_by_the_next_agent_too) {
        const char *keyboard = plug(k.t.bed, a_card_keyboard());
        unsigned number;

        kept_push(&k, RULE_HID RULE_CARD_KEYBOARD);
        cr_assert(until(&k.t, is_let_in, keyboard));
        cr_assert(until(&k.t, is_let_in, plug(k.t.bed, a_keyboard())), "or no policy would be accepted");
        number = number_of(&k.t, keyboard);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_kept_out, keyboard));
        kept_starts_again_with(&k, RULE_HID);
        cr_assert(until(&k.t, has_seen_all, keyboard));
        cr_assert(until(&k.t, is_in_force, keyboard));
        cr_assert(until(&k.t, is_kept_out, keyboard));
        cr_expect(terminal_device(&k.t, keyboard)->exposed);
        cr_expect_eq(number_of(&k.t, keyboard), number);
}

static bool is_third_plugging(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && number_of(t, path) > 80;
}

Test(exposed, a_damaged_file_may_have_named_any_device) {
        const char *reader = given_a_reader(&k);

        cut_off_and_ends(reader, RULE_HID, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, reader));
        spill("exposed", bytes_text("SKOPEN1\nand no more"));
        kept_starts_again_with(&k, RULE_HID);
        cr_expect(until(&k.t, is_third_plugging, reader));
}
