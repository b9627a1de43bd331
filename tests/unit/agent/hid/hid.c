/* SPDX-License-Identifier: MIT */
/* hid.c — who may type before there is an agent: keyboards and hubs, and nothing that is more. */
#include "hid/keyboard.h"
#include "hid/sandboxed_parse.h"
#include "support/bed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <seccomp.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bed *bed;

static void given_a_computer_that_denies(void) {
        bed = bed_new();
        bed_write(bed, bed_controller(bed, 2), "authorized_default", "0\n");
}

static void drop(void) {
        bed_free(bed);
}

static const char *plug_denied(struct hardware h) {
        const char *path = plug_silently(bed, h);

        bed_write(bed, path, "authorized", "0\n");
        return path;
}

/* As udev calls it, in a process of its own; its exit code. */
static int called(const char *devpath) {
        char program[512];
        ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
        char *argv[] = { program, (char *)devpath, NULL };
        int status;
        pid_t pid;

        cr_assert_gt(n, 0);
        program[n] = '\0';
        strcpy(strrchr(program, '/'), "/sekimori-hid");
        cr_assert_eq(posix_spawn(&pid, program, NULL, NULL, argv, environ), 0);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_let_in(const char *path) {
        return strcmp(bed_read(bed, path, "authorized"), "1") == 0;
}

static bool admitted(const char *path) {
        char devpath[512];

        (void)snprintf(devpath, sizeof devpath, "/devices/%s", path);
        cr_expect_eq(called(devpath), 0, "%s", path);
        return is_let_in(path);
}

TestSuite(admit, .init = given_a_computer_that_denies, .fini = drop, .timeout = 20);

Test(admit, keyboards_and_hubs_come_to_life) {
        struct hardware plain[] = { a_keyboard(), a_qemu_keyboard(), a_hub(), a_fast_hub() };

        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
                const char *path = plug_denied(plain[i]);

                cr_expect(admitted(path), "%zu", i);
                cr_expect(bed_wait_bound(bed, path, 0, true), "%zu", i);
                cr_expect(admitted(path), "%zu: twice does no harm", i);
        }
}

Test(admit, everything_else_stays_as_the_kernel_has_it) {
        struct hardware other[] = { a_stick(),           a_uas_disk(),       a_headset(),      a_webcam(),
                                    a_network_adapter(), a_printer(),        a_phone(),        a_bad_keyboard(),
                                    a_mouse(),           a_serial_adapter(), a_card_reader(),  a_camera(),
                                    a_felica_reader(),   a_label_printer(),  a_vendor_reader() };

        for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
                const char *path = plug_denied(other[i]);

                cr_expect_not(admitted(path), "%zu", i);
        }
}

Test(admit, a_keyboard_with_a_slot_for_cards_types_and_its_slot_waits) {
        const char *path = plug_denied(a_card_keyboard());

        cr_expect(admitted(path));
        cr_expect(bed_wait_bound(bed, path, 0, true));
        cr_expect(bed_settle(bed));
        cr_expect_not(bed_bound(bed, path, 1));
        cr_expect(admitted(path), "twice does no harm");
        cr_expect_not(bed_bound(bed, path, 1));
}

Test(admit, a_keyboard_that_turns_into_storage_in_another_configuration_is_none) {
        struct hardware h = a_qemu_keyboard();

        hardware_configuration(&h, 2);
        hardware_interface(&h, 0, 0, 8, 6, 0x50, 0);
        cr_expect_not(admitted(plug_denied(h)));
}

Test(admit, descriptors_that_contradict_themselves_are_believed_nothing) {
        struct hardware h = a_qemu_keyboard();

        h.descriptors[17] = 2; /* configurations, of which there is one */
        cr_expect_not(admitted(plug_denied(h)));
}

Test(admit, the_kernel_is_given_the_time_to_set_it_up) {
        const char *path = plug_slowly(bed, a_keyboard());

        bed_write(bed, path, "authorized", "0\n");
        cr_expect_not(admitted(path));
        bed_set_up(bed, path);
        cr_expect(admitted(path));
}

Test(admit, what_has_left_is_no_error) {
        const char *path = plug_denied(a_keyboard());
        char name[512];

        (void)snprintf(name, sizeof name, "%s", path);
        unplug(bed, path);
        cr_expect_not(admitted(name));
}

Test(admit, only_paths_of_devices_are_looked_at) {
        static const char *const wrong[] = { "", "/", "devices/x", "/devices/../etc", "/dev/usb" };

        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
                cr_expect_eq(called(wrong[i]), 3, "%s", wrong[i]);
}

Test(sandboxed_parse_interfaces, every_truncation_is_refused) {
        struct hardware h = a_keyboard();
        struct interfaces shown;
        struct err err = { 0 };

        cr_assert_eq(sandboxed_parse_interfaces(bytes_of(h.descriptors, h.size), &shown, &err), 0, "%s", err.text);
        cr_expect_eq(keyboard_interfaces(&shown), 3);
        for (size_t n = 0; n < h.size; n++)
                cr_expect_eq(sandboxed_parse_interfaces(bytes_of(h.descriptors, n), &shown, &err), -EBADMSG, "%zu", n);
}

/* systemd-udevd.service runs what its rules call under filters of its own. */
static void forbid(int call, int answer) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

        cr_assert_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)answer), call, 0), 0);
        cr_assert_eq(seccomp_load(filter), 0);
        seccomp_release(filter);
}

Test(admit, works_under_the_filters_of_udevs_service) {
        const char *keyboard = plug_denied(a_keyboard()), *bad = plug_denied(a_bad_keyboard());

        forbid(SCMP_SYS(openat2), ENOSYS); /* RestrictSUIDSGID= */
        forbid(SCMP_SYS(seccomp), EPERM);  /* SystemCallFilter=@system-service */
        cr_expect(admitted(keyboard));
        cr_expect_not(admitted(bad));
}

static struct interfaces a_keyboard_and(struct interface_facts other) {
        struct interfaces both = { 0 };

        interfaces_add(&both, (struct interface_facts){ 1, 0, 3, 1, 1 }, false);
        interfaces_add(&both, other, false);
        return both;
}

Test(keyboard_interfaces, beside_what_carries_no_data_away_only_the_keyboard_is_needed) {
        static const struct {
                struct interface_facts other;
                uint64_t needed;
        } rows[] = {
                { { 1, 1, 3, 0, 0 }, 3 },    { { 1, 1, 3, 1, 2 }, 3 },    { { 1, 1, 11, 0, 0 }, 1 },
                { { 1, 1, 0xff, 0, 0 }, 1 }, { { 1, 1, 1, 1, 0 }, 1 },    { { 2, 0, 11, 0, 0 }, 1 },
                { { 1, 1, 8, 6, 0x50 }, 0 }, { { 1, 1, 2, 6, 0 }, 0 },    { { 1, 1, 10, 0, 0 }, 0 },
                { { 1, 1, 2, 2, 1 }, 0 },    { { 1, 1, 6, 1, 1 }, 0 },    { { 1, 1, 0xe0, 1, 1 }, 0 },
                { { 1, 1, 0xe0, 1, 3 }, 0 }, { { 1, 1, 0xfe, 1, 1 }, 0 }, { { 1, 1, 7, 1, 2 }, 0 },
                { { 1, 1, 0xdc, 1, 1 }, 0 }, { { 1, 1, 9, 0, 0 }, 0 },    { { 2, 0, 8, 6, 0x50 }, 0 },
                { { 1, 0, 0xff, 0, 0 }, 0 }, { { 1, 0, 11, 0, 0 }, 0 },   { { 1, 0, 3, 0, 0 }, 3 },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct interfaces both = a_keyboard_and(rows[i].other);

                cr_expect_eq(keyboard_interfaces(&both), rows[i].needed, "%zu", i);
        }
}

Test(keyboard_interfaces, nothing_and_too_much_are_none) {
        struct interfaces keyboard = { .n = 1, .of = { { 1, 0, 3, 1, 1 } } }, none = { 0 };

        cr_expect_eq(keyboard_interfaces(&keyboard), 1);
        cr_expect_eq(keyboard_interfaces(&none), 0);
        keyboard.overfull = true;
        cr_expect_eq(keyboard_interfaces(&keyboard), 0);
}
