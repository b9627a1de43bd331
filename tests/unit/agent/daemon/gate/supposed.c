/* SPDX-License-Identifier: MIT */
/* supposed_note, supposed_may — how long nothing is supposed at a port that deceived. */
#include "gate/supposed.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(supposed, each_time_it_is_twice_as_long_and_an_hour_at_most) {
        static const int64_t waits[] = { 60, 120, 240, 480, 960, 1920, 3600, 3600 };
        struct supposed s = { 0 };
        int64_t now = 7;

        cr_expect(supposed_may(&s, "usb1/1-1", now), "nothing has deceived");
        for (unsigned i = 0; i < sizeof waits / sizeof *waits; i++) {
                supposed_note(&s, "usb1/1-1", now);
                cr_expect_not(supposed_may(&s, "usb1/1-1", now + waits[i] - 1), "%u", i);
                cr_expect(supposed_may(&s, "usb1/1-1", now + waits[i]), "%u", i);
                cr_expect(supposed_may(&s, "usb1/1-10", now), "another port");
                now += waits[i];
        }
        now += SUPPOSED_LAST_S;
        supposed_note(&s, "usb1/1-1", now);
        cr_expect(supposed_may(&s, "usb1/1-1", now + SUPPOSED_FIRST_S), "after a quiet hour it begins anew");
}

Test(supposed, where_more_ports_deceive_than_can_be_remembered_nothing_is_supposed) {
        struct supposed s = { 0 };
        char path[32];

        for (unsigned i = 0; i < SUPPOSED_PORTS; i++) {
                cr_expect(supposed_may(&s, "usb2/2-1", 0), "%u", i);
                (void)snprintf(path, sizeof path, "usb1/1-%u", i);
                supposed_note(&s, path, 0);
        }
        cr_expect_not(supposed_may(&s, "usb2/2-1", 0));
        supposed_note(&s, "usb2/2-1", 0);
        cr_expect_not(supposed_may(&s, "usb2/2-1", SUPPOSED_FIRST_S), "and what deceived is still remembered");
        cr_expect(supposed_may(&s, "usb1/1-0", SUPPOSED_FIRST_S));
        cr_expect(supposed_may(&s, "usb2/2-1", SUPPOSED_FIRST_S + SUPPOSED_LAST_S));
}
