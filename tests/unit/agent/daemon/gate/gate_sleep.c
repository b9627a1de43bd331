/* SPDX-License-Identifier: MIT */
/* A disk that is allowed does not outlast a sleep without power: what is in its port then comes as new. */
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
