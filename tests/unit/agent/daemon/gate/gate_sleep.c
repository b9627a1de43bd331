/* SPDX-License-Identifier: MIT */
/* A disk that is allowed does not outlast a sleep without power: what is in its port then comes as new. */
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define RULE_OF_THE_READER "  - {name: reader, match: {bus: usb, id: \"0bda:0138\"}, action: allow}\n"

#define RULE_OF_ENCRYPTED                                                                                              \
        "  - {name: e, match: {bus: usb, interfaces: [storage]}, encrypted: required, action: allow}\n"

static struct kept k;

static void given_a_gate(void) {
        kept_begin(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool is_in_by_the_plane(struct terminal *t, const char *path) {
        return is_let_in(t, path) && was_told_to_write(t, path);
}

static bool is_refused_for_a_failure(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && terminal_device(t, path)->verdict.reason == REASON_FAILED;
}

TestSuite(gate_sleep, .init = given_a_gate, .fini = drop, .timeout = 60);

Test(gate_sleep, an_allowed_stick_does_not_persist) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, is_in_by_the_plane, stick));
        cr_expect_str_eq(bed_read(k.t.bed, stick, "power/persist"), "0");
}

/* A card reader of a vendor's own class, which is driven as a disk. */
static struct hardware a_vendors_disk(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x0bda, 0x0138);

        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 0xff, 6, 0x50, 2);
        hardware_endpoint(&h, 0x81, 2, 512, 0);
        hardware_endpoint(&h, 0x02, 2, 512, 0);
        return h;
}

Test(gate_sleep, nor_does_what_may_be_a_disk_by_its_rule) {
        const char *disk = plug(k.t.bed, a_vendors_disk());

        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_OF_THE_READER);
        cr_assert(until(&k.t, is_in_by_the_plane, disk));
        cr_expect_str_eq(bed_read(k.t.bed, disk, "power/persist"), "0");
}

Test(gate_sleep, nor_does_what_is_being_looked_at) {
        const char *stick;

        keeper_comes(&k);
        kept_push(&k, RULE_OF_ENCRYPTED);
        stick = plug(k.t.bed, a_stick());
        cr_assert(until(&k.t, was_told_to_look, stick));
        cr_assert_not(terminal_device(&k.t, stick)->judged);
        cr_expect_str_eq(bed_read(k.t.bed, stick, "power/persist"), "0");
}

Test(gate_sleep, what_is_no_disk_persists) {
        const char *mouse = plug(k.t.bed, a_mouse());

        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, is_in_by_the_plane, mouse));
        cr_expect_str_eq(bed_read(k.t.bed, mouse, "power/persist"), "1");
}

Test(gate_sleep, what_the_system_stands_on_persists) {
        const char *stick = plug(k.t.bed, a_stick());
        char disk[KEEPER_PATH];

        (void)snprintf(disk, sizeof disk, "devices/%s/1-1:1.0/host9/target9:0:0/9:0:0:0", stick);
        cr_assert_eq(grants_set_system(&k.grants, disk), 0);
        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, is_in_by_the_plane, stick));
        cr_expect_str_eq(bed_read(k.t.bed, stick, "power/persist"), "1");
}

Test(gate_sleep, a_stick_that_would_persist_all_the_same_is_refused) {
        const char *stick;
        char persist[512];

        kept_push(&k, RULE_HID);
        stick = plug(k.t.bed, a_stick());
        cr_assert(until(&k.t, is_kept_out, stick));
        (void)snprintf(persist, sizeof persist, "%s/sys/devices/%s/power/persist", bed_root(k.t.bed), stick);
        cr_assert(unlink(persist) == 0 && mkdir(persist, 0755) == 0, "nothing can be written there");
        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_expect(until(&k.t, is_refused_for_a_failure, stick), "once the plane is in force");
}
