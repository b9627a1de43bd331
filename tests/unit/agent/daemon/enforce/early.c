/* SPDX-License-Identifier: MIT */
/* Before the agent runs, on simulated hardware: what the kernel is left with. */
#include "enforce/early.h"

#include "host/file.h"
#include "support/bed.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARAMETER "/sys/module/usbcore/parameters/authorized_default"

static struct bed *bed;
static struct err err;

static void given_a_computer(void) {
        ceremony_begin();
        bed = bed_new();
}

static void drop(void) {
        bed_free(bed);
        ceremony_end();
}

static bool option_is_there(void) {
        return access("modprobe.d/sekimori.conf", F_OK) == 0;
}

TestSuite(early_deny, .init = given_a_computer, .fini = drop, .timeout = 10);

Test(early_deny, closes_the_parameter_every_root_hub_and_a_usbcore_to_come) {
        const char *hub = bed_controller(bed, 2);

        cr_assert_eq(early_deny("modprobe.d", &err), 0, "%s", err.text);
        cr_expect_str_eq(bed_read(bed, "", PARAMETER), "0");
        cr_expect_str_eq(bed_read(bed, hub, "authorized_default"), "0");
        cr_assert(option_is_there());
        cr_expect(
                strstr((const char *)slurp("modprobe.d/sekimori.conf").at, "\noptions usbcore authorized_default=0\n"));
        cr_assert_eq(early_deny("modprobe.d", &err), 0, "and once more: %s", err.text);
}

Test(early_deny, leaves_interfaces_to_whoever_lets_a_keyboard_in_before_the_agent_runs) {
        const char *hub = bed_controller(bed, 2), *keyboard = plug_into(bed, hub, a_keyboard());

        cr_assert_eq(early_deny("modprobe.d", &err), 0, "%s", err.text);
        cr_expect_str_eq(bed_read(bed, hub, "interface_authorized_default"), "1");
        cr_expect_str_eq(bed_read(bed, keyboard, "authorized"), "1", "what is in already is the agent's to judge");
}

Test(early_deny, where_there_is_no_usb_yet_writes_the_option_alone) {
        bed_free(bed);
        bed = NULL;
        cr_assert_eq(setenv("UMOCKDEV_DIR", ".", 1), 0); /* a /sys with nothing in it */
        cr_assert_eq(mkdir("sys", 0755), 0);
        cr_assert_eq(mkdir("sys/devices", 0755), 0);
        cr_assert_neq(access("/sys/kernel", F_OK), 0, "it is ours");
        cr_assert_eq(early_deny("modprobe.d", &err), 0, "%s", err.text);
        cr_expect(option_is_there());
}

Test(early_deny, does_the_rest_where_the_option_cannot_be_written) {
        cr_assert_eq(symlink("/tmp", "modprobe.d"), 0);
        cr_expect_lt(early_deny("modprobe.d", &err), 0);
        cr_expect(strstr(err.text, "modprobe.d"), "%s", err.text);
        cr_expect_str_eq(bed_read(bed, "", PARAMETER), "0");
}

TestSuite(early_open, .init = given_a_computer, .fini = drop, .timeout = 10);

Test(early_open, undoes_the_denial_and_lets_in_what_was_held_back) {
        const char *hub = bed_controller(bed, 2), *stick;

        cr_assert_eq(early_deny("modprobe.d", &err), 0, "%s", err.text);
        stick = plug_into(bed, hub, a_stick());
        cr_assert_str_eq(bed_read(bed, stick, "authorized"), "0");
        cr_assert_eq(early_open("modprobe.d", &err), 0, "%s", err.text);
        cr_expect_not(option_is_there());
        cr_expect_str_eq(bed_read(bed, "", PARAMETER), "-1");
        cr_expect_str_eq(bed_read(bed, hub, "authorized_default"), "1");
        cr_expect_str_eq(bed_read(bed, stick, "authorized"), "1");
        cr_expect(bed_wait_bound(bed, stick, 0, true));
}

Test(early_open, leaves_a_kernel_alone_that_denies_nothing) {
        const char *hub = bed_controller(bed, 2);

        bed_write(bed, hub, "authorized_default", "2\n");
        cr_assert_eq(early_open("modprobe.d", &err), 0, "%s", err.text);
        cr_expect_str_eq(bed_read(bed, hub, "authorized_default"), "2", "somebody else's choice");
        cr_expect_str_eq(bed_read(bed, "", PARAMETER), "1");
}

Test(early_open, leaves_other_options_alone) {
        cr_assert_eq(early_deny("modprobe.d", &err), 0, "%s", err.text);
        spill("modprobe.d/other.conf", bytes_text("options usbcore autosuspend=5\n"));
        cr_assert_eq(early_open("modprobe.d", &err), 0, "%s", err.text);
        cr_expect_eq(access("modprobe.d/other.conf", F_OK), 0);
}
