/* SPDX-License-Identifier: MIT */
/* router.c — what Thunderbolt devices say of themselves, and which paths are any. */
#include "observer/router.h"

#include "support/routers.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

TestSuite(router_place, .timeout = 10);
TestSuite(router_gather, .timeout = 20);

Test(router_place, is_what_is_plugged_in_and_not_the_computers_own_end) {
        static const struct {
                const char *devpath;
                bool is;
        } cases[] = {
                { "/devices/" ROUTER_DOCK, true },
                { "/devices/" ROUTER_ENCLOSURE, true },
                { "/devices/pci0000:00/0000:00:0d.3/domain1/1-0/1-3", true },
                { "/devices/pci0000:00/0000:00:0d.2/domain0/0-0/0-1/0-701030501", true },
                { "/devices/" ROUTER_HOST, false },
                { "/devices/" ROUTER_DOMAIN, false },
                { "/devices/" ROUTER_HOST "/0-1.1", false }, /* a retimer, a service */
                { "/devices/" ROUTER_HOST "/0-0:1.1", false },
                { "/devices/" ROUTER_HOST "/usb4_port1", false },
                { "/devicesX/0-1", false },
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char place[SIGHTING_PATH] = "";

                cr_expect_eq(router_place(cases[i].devpath, place), cases[i].is, "%s", cases[i].devpath);
                cr_expect(!cases[i].is || strcmp(place, cases[i].devpath + 9) == 0, "%s", place);
        }
}

Test(router_gather, its_serial_number_is_the_kernels_own_of_it) {
        struct bed *bed = bed_new();
        struct sighting s;

        a_thunderbolt_port(bed, true);
        cr_expect_eq(router_gather("/devices/" ROUTER_DOCK, &s), -ENODEV);
        connect_router(bed, ROUTER_DOCK, ROUTER_DOCK_ID, "0\n");
        cr_assert_eq(router_gather("/devices/" ROUTER_DOCK, &s), 0);
        cr_expect_eq(s.facts.bus, BUS_THUNDERBOLT);
        cr_expect_str_eq(s.facts.serial, ROUTER_DOCK_ID);
        cr_expect_str_eq(s.facts.name, "ThinkPad Thunderbolt 3 Dock");
        cr_expect_str_eq(s.facts.manufacturer, "Lenovo");
        cr_expect_str_eq(s.facts.port, "0-1");
        cr_expect(s.facts.vendor == 0x108 && s.facts.product == 0x1630 && !s.facts.malformed);
        bed_write_bytes(bed, ROUTER_DOCK, "device_name", "a\0b\n", 4);
        cr_assert_eq(router_gather("/devices/" ROUTER_DOCK, &s), 0);
        cr_expect(s.facts.malformed);
        bed_free(bed);
}
