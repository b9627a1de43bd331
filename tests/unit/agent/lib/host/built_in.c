/* SPDX-License-Identifier: MIT */
/* keyboard_is_built_in — what counts as a keyboard of the computer's own, and what only looks like one. */
#include "host/built_in.h"

#include "support/inputs.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char root[SCRATCH];
static int fd;

static void given_a_tree(void) {
        cr_assert(scratch_make(root, "built-in"));
        fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(fd, 0);
        case_set(root, "10");
}

static void drop(void) {
        (void)close(fd);
}

TestSuite(keyboard_is_built_in, .init = given_a_tree, .fini = drop, .timeout = 5);

static bool found(void) {
        return keyboard_is_built_in(fd, "sys");
}

Test(keyboard_is_built_in, nothing_found_is_no_keyboard) {
        cr_expect_not(found());
}

Test(keyboard_is_built_in, on_the_buses_inside_the_case) {
        static const struct {
                const char *parent, *bus;
        } inside[] = {
                { "platform/i8042/serio0", "0011" },
                { "pci0000:00/0000:00:15.0/i2c_designware.0/i2c-0/i2c-ELAN/0018:04F3:1234.0001", "0018" },
                { "pci0000:00/0000:00:1e.3/pxa2xx-spi.3/spi_master/spi2/spi-APP000D:00", "001c" },
                { "platform/MSHW0263:00/serial0/serial0-0/01:15:02:02:00/0019:045E:09AE.0001", "0019" },
        };

        for (unsigned i = 0; i < sizeof inside / sizeof *inside; i++) {
                given_a_tree();
                input_add(root, i, inside[i].parent, inside[i].bus, KEYS_KEYBOARD);
                cr_expect(found(), "%s", inside[i].parent);
        }
}

Test(keyboard_is_built_in, others_are_not) {
        static const struct {
                const char *parent, *bus, *keys, *why;
        } others[] = {
                { "pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/0003:046D:C31C.0001", "0003", KEYS_KEYBOARD, "on USB" },
                { "LNXSYSTM:00/LNXPWRBN:00", "0019", KEYS_POWER, "a power button" },
                { "virtual", "0011", KEYS_KEYBOARD, "a program's" },
                { "virtual/misc/uhid/0005:004C:0267.0001", "0005", KEYS_KEYBOARD, "Bluetooth" },
                { "platform/i8042/serio1", "0011", "70000 0 0 0 0", "a touchpad" },
                { "platform/i8042/serio2", "0011", "fffffffffffffffe 0", "the keys of another word" },
                { "platform/i8042/serio3", "11 x", KEYS_KEYBOARD, "no number" },
                { "platform/i8042/serio4", "0011", "", "no keys" },
        };

        for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
                input_add(root, i, others[i].parent, others[i].bus, others[i].keys);
                cr_expect_not(found(), "%s", others[i].why);
        }
        input_add(root, 99, "platform/i8042/serio0", "0011", KEYS_KEYBOARD);
        cr_expect(found(), "beside them");
}

Test(keyboard_is_built_in, only_in_a_case_that_is_carried) {
        static const char *const others[] = { "3", "13", "265", "10x", "" };

        input_add(root, 0, "platform/i8042/serio0", "0011", KEYS_KEYBOARD);
        cr_expect(found(), "a notebook");
        for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
                case_set(root, others[i]);
                cr_expect_not(found(), "'%s'", others[i]);
        }
}
