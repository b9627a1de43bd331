/* SPDX-License-Identifier: MIT */
/* Other programs that decide about devices, on the files of a terminal made for it: each is known by what its package
 * puts there, is gone when it is turned off, and our own package is none. */
#include "cli/setup/rivals.h"

#include "cli/setup/checks.h"
#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(rivals, .init = given_a_tree, .fini = drop_tree, .timeout = 20);

#define expect_said(part) cr_expect(strstr(said(), part), "'%s' is not in: %s", part, said())
#define expect_nobody(...) cr_expect_eq(looked(check_rivals), FINDING_OK, "%s" __VA_ARGS__, said())

static const char muxd[] =
        "SUBSYSTEM==\"usb\", ENV{PRODUCT}==\"5ac/*\", ACTION==\"add\", ATTR{bConfigurationValue}=\"0\"\n";

static void given_usbguard(void) {
        given_file("usr/lib/systemd/system/usbguard.service", "[Unit]\n");
        given_file("usr/lib/systemd/system/usbguard-dbus.service", "[Unit]\n");
}

Test(rivals, a_terminal_without_any_is_fine) {
        expect_nobody();
        given_file("etc/udev/rules.d/10-a.rules", "# ATTR{authorized}=\"1\"\nATTR{authorized}==\"1\", TAG+=\"x\"\n");
        given_file("etc/udev/rules.d/10-b.rules.dpkg-old", "ATTR{authorized}=\"1\"\n");
        given_file("etc/udev/rules.d/README", "ATTR{authorized}=\"1\"\n");
        expect_nobody();
}

Test(rivals, usbguard_that_is_enabled_or_runs_stops_a_stage) {
        given_usbguard();
        expect_nobody("installed only");
        given_link("etc/systemd/system/basic.target.wants/usbguard.service", "/lib/systemd/system/usbguard.service");
        cr_expect_eq(looked(check_rivals), FINDING_STOP);
        expect_said("usbguard (usbguard.service): it cuts off");
        expect_said("systemctl disable --now usbguard-dbus.service usbguard.service");
        expect_said("sekimori policy import usbguard");
        given_link("etc/systemd/system/usbguard.service", "/dev/null");
        expect_nobody("masked");
        given_file("sys/fs/cgroup/system.slice/usbguard.service/cgroup.procs", "7\n");
        cr_expect_eq(looked(check_rivals), FINDING_STOP, "and yet it runs");
}

Test(rivals, a_unit_whose_package_is_gone_is_none) {
        given_link("etc/systemd/system/basic.target.wants/usbguard.service", "/lib/systemd/system/usbguard.service");
        expect_nobody();
}

Test(rivals, gnome_is_one_where_usbguards_dbus_service_is) {
        given_usbguard();
        given_file("usr/libexec/gsd-usb-protection", "");
        expect_nobody("the setting does nothing without the service");
        given_link("etc/systemd/system/multi-user.target.wants/usbguard-dbus.service",
                   "/lib/systemd/system/usbguard-dbus.service");
        cr_expect_eq(looked(check_rivals), FINDING_STOP);
        expect_said("GNOME usb-protection (usbguard-dbus.service): while the screen is locked");
        expect_said("usbguard (usbguard-dbus.service)");
        given_link("etc/systemd/system/usbguard.service", "/dev/null");
        expect_nobody("what it needs is masked");
}

Test(rivals, a_call_over_dbus_starts_usbguard) {
        given_usbguard();
        given_link("etc/systemd/system/dbus-org.usbguard.service", "/lib/systemd/system/usbguard-dbus.service");
        cr_expect_eq(looked(check_rivals), FINDING_STOP);
        expect_said("usbguard (usbguard-dbus.service)");
        cr_expect_null(strstr(said(), "GNOME"), "%s", said());
}

Test(rivals, bolt_is_one_unless_it_is_masked) {
        given_file("usr/lib/systemd/system/bolt.service", "[Unit]\n");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING);
        expect_said("bolt (bolt.service): it lets in the Thunderbolt devices");
        expect_said("systemctl mask --now bolt.service");
        given_link("etc/systemd/system/bolt.service", "/dev/null");
        expect_nobody("masked");
}

Test(rivals, those_that_switch_devices_are_named) {
        given_file("usr/lib/udev/rules.d/39-usbmuxd.rules", muxd);
        given_file("usr/lib/udev/rules.d/40-usb_modeswitch.rules",
                   "ATTR{idVendor}==\"1\", RUN+=\"usb_modeswitch /%k\"\n");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING);
        expect_said("usbmuxd (/usr/lib/udev/rules.d/39-usbmuxd.rules): it turns devices into other ones");
        expect_said("usb_modeswitch (/usr/lib/udev/rules.d/40-usb_modeswitch.rules)");
        cr_expect_null(strstr(said(), "39-usbmuxd.rules:1"), "named once: %s", said());
        given_link("etc/udev/rules.d/39-usbmuxd.rules", "/dev/null");
        given_link("run/udev/rules.d/40-usb_modeswitch.rules", "/dev/null");
        expect_nobody("masked as udev(7) has it");
}

Test(rivals, rules_that_write_are_named_with_their_line) {
        static const char *const folders[] = { "etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d",
                                               "usr/lib/udev/rules.d" };

        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                char path[128], place[256];

                (void)snprintf(path, sizeof path, "%s/%zu-x.rules", folders[i], i);
                (void)snprintf(place, sizeof place, "udev (/%s:4): it lets devices in or cuts them off", path);
                given_file(path, "# one\n\nSUBSYSTEM==\"usb\", \\\n  ATTR{authorized}=\"1\"\n");
                cr_expect_eq(looked(check_rivals), FINDING_WARNING);
                expect_said(place);
        }
        given_file("etc/udev/rules.d/3-x.rules", "# in its place\n");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING);
        cr_expect_null(strstr(said(), "usr/lib/udev/rules.d/3-x"), "the one in /etc hides it: %s", said());
}

Test(rivals, our_own_package_is_none_and_its_name_alone_is_no_disguise) {
        given_file("usr/lib/udev/rules.d/60-sekimori-x.rules", "ATTR{authorized}=\"1\"\n");
        expect_nobody();
        given_file("usr/lib/udev/rules.d/60-not-sekimori-x.rules", "ATTR{authorized}=\"1\"\n");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING);
        given_file("usr/lib/udev/rules.d/60-not-sekimori-x.rules", "\n");
        given_file("etc/udev/rules.d/60-sekimori-x.rules", "ATTR{authorized}=\"1\"\n");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING, "packages put nothing there");
        expect_said("/etc/udev/rules.d/60-sekimori-x.rules:1");
}

Test(rivals, what_cannot_be_read_is_not_nothing) {
        given_link("etc/udev/rules.d/50-x.rules", "/somewhere/else.rules");
        cr_expect_eq(looked(check_rivals), FINDING_WARNING);
        expect_said("udev (/etc/udev/rules.d/50-x.rules): whether something there lets devices in cannot be told");
}

Test(rivals, status_has_those_that_decide_apart_from_those_that_switch) {
        json_t *found;

        given_usbguard();
        given_link("etc/systemd/system/basic.target.wants/usbguard.service", "/lib/systemd/system/usbguard.service");
        given_file("usr/lib/udev/rules.d/39-usbmuxd.rules", muxd);
        given_file("etc/udev/rules.d/9-\xff.rules", "ATTR{authorized}=\"1\"\n");
        given_link("etc/udev/rules.d/50-x.rules", "/somewhere/else.rules");
        found = rivals_of(tree.root);
        cr_assert_eq(json_array_size(json_object_get(found, "deciding")), 2, "a name that is no UTF-8, too");
        cr_assert_eq(json_array_size(json_object_get(found, "switching")), 1);
        cr_expect_eq(json_array_size(json_object_get(found, "unread")), 1);
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(found, "deciding"), 0)),
                         "usbguard (usbguard.service)");
        json_decref(found);
}
