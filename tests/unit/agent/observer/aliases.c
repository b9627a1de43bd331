/* SPDX-License-Identifier: MIT */
/* aliases.c — against tables that depmod made of modules with real aliases (tests/odd/modules). */
#include "observer/aliases.h"

#include "decision/kind.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct aliases aliases;

/* Beside this program. */
static const char *tables(void) {
        static char folder[PATH_MAX + 32];
        char own[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);

        cr_assert_gt(n, 0);
        own[n] = '\0';
        *strrchr(own, '/') = '\0';
        (void)snprintf(folder, sizeof folder, "%s/modules/lib/modules/6.1.0-test", own);
        return folder;
}

static void given_tables(void) {
        aliases_open(&aliases, tables(), NULL);
        cr_assert(aliases.kmod && !aliases.unreadable);
}

static void drop(void) {
        aliases_close(&aliases);
}

static struct device_facts with(uint16_t vendor, uint16_t product, struct interface_facts one) {
        struct device_facts f = { .bus = BUS_USB, .vendor = vendor, .product = product, .n_interfaces = 1 };

        f.interfaces[0] = one;
        return f;
}

#define KEYBOARD ((struct interface_facts){ 1, 0, 3, 1, 1 })
#define READER ((struct interface_facts){ 1, 0, 0x0b, 0, 0 })
#define STORAGE ((struct interface_facts){ 1, 0, 8, 6, 0x50 })
#define HUB ((struct interface_facts){ 1, 0, 9, 0, 1 })

static uint64_t foreign_of(struct device_facts *f) {
        aliases_find_foreign(&aliases, 0x0110, f);
        return f->foreign;
}

TestSuite(aliases, .init = given_tables, .fini = drop, .timeout = 20);

Test(aliases, what_is_what_it_says_is_not_foreign) {
        struct device_facts all[] = { with(0x046d, 0xc31c, KEYBOARD), with(0x04e6, 0x5116, READER),
                                      with(0x0781, 0x5151, STORAGE),  with(0x0424, 0x2514, HUB),
                                      with(0x1a40, 0x0101, HUB),      with(0x05ac, 0x024f, KEYBOARD),
                                      with(0x046d, 0xc287, KEYBOARD) };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                cr_expect_eq(foreign_of(&all[i]), 0u, "%04x:%04x: %s", all[i].vendor, all[i].product, all[i].driver);
                cr_expect_str_empty(all[i].driver);
        }
}

Test(aliases, the_ids_of_a_disk_make_no_keyboard_and_no_reader) {
        struct device_facts keyboard = with(0x0781, 0x5151, KEYBOARD), reader = with(0x0781, 0x5151, READER);

        cr_expect_eq(foreign_of(&keyboard), 1u);
        cr_expect_str_eq(keyboard.driver, "usb_storage");
        cr_expect_eq(kinds_of_interface(&keyboard, 0), (uint32_t)KIND_VENDOR);
        cr_expect_eq(foreign_of(&reader), 1u);
}

Test(aliases, the_release_counts) {
        struct device_facts f = with(0x04b8, 0x0602, READER);

        cr_expect_eq(foreign_of(&f), 1u);
        aliases_find_foreign(&aliases, 0x0100, &f);
        cr_expect_eq(f.foreign, 0u);
}

Test(aliases, the_ids_of_a_network_adapter_make_no_keyboard) {
        struct device_facts f = with(0x0525, 0x9901, KEYBOARD);

        cr_expect_eq(foreign_of(&f), 1u);
        cr_expect_str_eq(f.driver, "cdc_subset");
}

Test(aliases, a_bridge_on_the_hid_bus_is_no_input_device) {
        struct device_facts f = with(0x10c4, 0xea90, (struct interface_facts){ 1, 0, 3, 0, 0 });

        cr_expect_eq(foreign_of(&f), 1u);
        cr_expect_str_eq(f.driver, "hid_cp2112");
}

Test(aliases, only_the_interface_that_lies_is_foreign) {
        struct device_facts f = with(0x0525, 0x9901, KEYBOARD);

        f.interfaces[f.n_interfaces++] = (struct interface_facts){ 1, 1, 0xff, 0, 0 };
        cr_expect_eq(foreign_of(&f), 1u, "the other says nothing");
}

/* A folder as modprobe.d is. */
static char folder[] = "/tmp/sekimori-modprobe.XXXXXX";

static void given_an_empty_modprobe_d(void) {
        static const char *const config[] = { folder, NULL };

        cr_assert(mkdtemp(folder));
        aliases_open(&aliases, tables(), config);
        cr_assert_not(aliases.unreadable);
}

static void modprobe_d_goes(void) {
        char file[128];

        aliases_close(&aliases);
        (void)snprintf(file, sizeof file, "%s/local.conf", folder);
        (void)unlink(file);
        (void)rmdir(folder);
}

static void modprobe_d_says(const char *line) {
        char file[128];
        FILE *f;

        (void)snprintf(file, sizeof file, "%s/local.conf", folder);
        f = fopen(file, "we");
        cr_assert(f && fputs(line, f) >= 0 && fclose(f) == 0);
}

TestSuite(aliases_modprobe_d, .init = given_an_empty_modprobe_d, .fini = modprobe_d_goes, .timeout = 20);

Test(aliases_modprobe_d, what_it_would_load_counts_as_what_the_tables_name) {
        struct device_facts reader = with(0x04e6, 0x5116, READER), another = with(0x04e6, 0x5117, READER);

        cr_expect_eq(foreign_of(&reader), 0u);
        modprobe_d_says("alias usb:v04E6p5116d*dc*dsc*dp*ic*isc*ip*in* usb-storage\n");
        cr_expect_eq(foreign_of(&reader), 1u, "also where it was written meanwhile");
        cr_expect_str_eq(reader.driver, "usb_storage");
        cr_expect_eq(foreign_of(&another), 0u);
}

/* modprobe would go no further; a driver that is loaded for something else binds all the same. */
Test(aliases_modprobe_d, it_hides_nothing_of_the_tables) {
        struct device_facts reader = with(0x0781, 0x5151, READER);

        modprobe_d_says("alias usb:v0781p5151d*dc*dsc*dp*ic*isc*ip*in* apple-mfi-fastcharge\n");
        cr_expect_eq(foreign_of(&reader), 1u);
        cr_expect_str_eq(reader.driver, "usb_storage");
}

Test(aliases_without, a_folder_nothing_can_be_loaded) {
        struct device_facts f = with(0x0781, 0x5151, READER);

        aliases_open(&aliases, "/nowhere/lib/modules/6.0", NULL);
        cr_expect_eq(foreign_of(&f), 0u);
}

/* A keyboard is bound to usbhid by name; nothing would hold a driver off a reader. */
Test(aliases_without, tables_what_programs_drive_counts_as_vendor) {
        struct device_facts reader = with(0x04e6, 0x5116, READER), keyboard = with(0x046d, 0xc31c, KEYBOARD);
        char empty[] = "/tmp/sekimori-aliases.XXXXXX";

        cr_assert(mkdtemp(empty));
        aliases_open(&aliases, empty, NULL);
        cr_expect(aliases.unreadable);
        cr_expect_eq(foreign_of(&reader), 1u);
        cr_expect_str_eq(reader.driver, "?");
        cr_expect_eq(foreign_of(&keyboard), 0u);
        aliases_close(&aliases);
        (void)rmdir(empty);
}
