/* SPDX-License-Identifier: MIT */
/* observer.c — the real child program, started like the agent starts it, before simulated hardware. */
#include "observer/link.h"
#include "support/bed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static struct bed *bed;
static struct observer child;

static void given_a_computer(void) {
        struct err err;

        bed = bed_new();
        cr_assert_eq(observer_spawn(&child, &err), 0, "%s", err.text);
}

static void drop(void) {
        observer_stop(&child);
        bed_free(bed);
}

TestSuite(observer, .init = given_a_computer, .fini = drop, .timeout = 20);

/* The next sighting; type 0 after `patience_ms` of silence. */
static struct sighting heard_within(int patience_ms) {
        struct sighting s = { 0 };
        struct pollfd p = { .fd = child.fd, .events = POLLIN };

        if (poll(&p, 1, patience_ms) == 1) {
                int r = observer_read(&child, &s);

                cr_assert_eq(r, 1, "reading gave %d", r);
        }
        return s;
}

static struct sighting heard(void) {
        return heard_within(2000);
}

/* Once it has answered a scan, it listens. */
static void until_it_listens(void) {
        struct sighting s;

        cr_assert_eq(observer_scan(&child, 1), 0);
        do
                s = heard();
        while (s.type && s.type != SIGHTING_SCANNED);
        cr_assert_eq(s.type, SIGHTING_SCANNED);
}

Test(observer, a_scan_tells_controllers_first_then_parents_before_children) {
        static const struct {
                enum sighting_type type;
                const char *port;
        } expected[] = {
                { SIGHTING_CONTROLLER, "" },  { SIGHTING_CONTROLLER, "" }, { SIGHTING_DEVICE, "1-1" },
                { SIGHTING_DEVICE, "1-1.1" }, { SIGHTING_DEVICE, "1-2" },
        };
        const char *hub = plug(bed, a_hub());

        (void)plug(bed, a_stick());
        (void)plug_into(bed, hub, a_keyboard());
        (void)bed_controller(bed, 2);
        until_it_listens();
        cr_assert_eq(observer_scan(&child, 4711), 0);
        for (size_t i = 0; i < 5; i++) {
                struct sighting s = heard();

                cr_expect_eq(s.type, expected[i].type, "sighting %zu", i);
                cr_expect_str_eq(s.facts.port, expected[i].port);
        }
        cr_expect_eq(heard().scan, 4711);
}

Test(observer, what_is_plugged_is_told_with_its_facts) {
        const char *path;
        struct sighting s;

        until_it_listens();
        path = plug(bed, a_stick());
        s = heard();
        cr_assert_eq(s.type, SIGHTING_DEVICE);
        cr_expect_str_eq(s.path, path);
        cr_expect_eq(s.busnum, 1);
        cr_expect_eq(s.devnum, 2);
        cr_expect_eq(s.facts.vendor, 0x0951);
        cr_expect_eq(s.facts.product, 0x1666);
        cr_expect_str_eq(s.facts.serial, "E0D55EA573F5F3A0");
        cr_expect_str_eq(s.facts.name, "DataTraveler 3.0");
        cr_expect_str_eq(s.facts.manufacturer, "Kingston");
        cr_expect_eq(s.facts.n_interfaces, 1);
        cr_expect_eq(s.facts.interfaces[0].klass, 8);
        cr_expect_not(s.facts.malformed);
}
