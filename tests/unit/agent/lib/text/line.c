/* SPDX-License-Identifier: MIT */
#include "text/line.h"

#include <criterion/criterion.h>

Test(line_name, is_what_stands_in_dev) {
        cr_expect_str_eq(line_name("/dev/pts/3"), "pts/3");
        cr_expect_str_eq(line_name("tty2"), "tty2");
        cr_expect_str_eq(line_name(""), "");
        cr_expect_str_eq(line_name("/device"), "/device");
}

Test(line_is_console, is_a_number_behind_tty_and_nothing_else) {
        static const char *const consoles[] = { "tty1", "tty63", "/dev/tty2" }, *const others[] = {
                "", "tty", "ttyS0", "/dev/ttyS0", "ttyUSB0", "pts/1", "tty1/ssh0", "tty2x", ":0", "xtty1"
        };

        for (size_t i = 0; i < sizeof consoles / sizeof *consoles; i++)
                cr_expect(line_is_console(consoles[i]), "%s", consoles[i]);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                cr_expect_not(line_is_console(others[i]), "%s", others[i]);
}
