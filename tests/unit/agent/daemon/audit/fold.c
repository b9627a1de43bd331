/* SPDX-License-Identifier: MIT */
/* What happens at one port: recorded one by one, and counted beyond that; nothing is lost from the count. */
#include "audit/fold.h"

#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HERE "pci0000:00/0000:00:14.0/usb1/1-2"

static struct fold f;

static unsigned admitted(const char *at, unsigned times, int64_t at_ms) {
        char port[FOLD_NAME];
        unsigned n = 0;

        fold_port(at, port);
        for (unsigned i = 0; i < times; i++)
                n += fold_admits(&f, port, at_ms);
        return n;
}

TestSuite(fold_admits, .timeout = 5);

Test(fold_admits, a_burst_and_then_one_each_half_minute) {
        cr_expect_eq(admitted(HERE, 100, 0), FOLD_BURST);
        cr_expect_eq(admitted(HERE, 100, FOLD_REFILL_MS - 1), 0);
        cr_expect_eq(admitted(HERE, 100, FOLD_REFILL_MS), 1);
        cr_expect_eq(admitted(HERE, 100, 4 * FOLD_REFILL_MS), 3);
        cr_expect_eq(admitted(HERE, 100, INT64_C(1) << 50), FOLD_BURST, "no more, however long it was quiet");
}

Test(fold_admits, what_hangs_on_a_port_counts_with_it_and_other_ports_do_not) {
        cr_expect_eq(admitted(HERE, 100, 0), FOLD_BURST);
        cr_expect_eq(admitted(HERE "/1-2.1/1-2.1.4", 100, 0), 0, "behind a hub at that port");
        cr_expect_eq(admitted("pci0000:00/0000:00:14.0/usb1/1-20", 100, 0), FOLD_BURST);
        cr_expect_eq(admitted("pci0000:00/0000:00:15.0/usb2/2-2", 100, 0), FOLD_BURST);
        cr_expect_eq(admitted("platform/odd", 100, 0), FOLD_BURST);
}

Test(fold_admits, more_flooded_ports_than_places_are_still_bounded) {
        unsigned n = 0;
        char at[64];

        for (int i = 0; i < 10 * FOLD_PLACES; i++) {
                (void)snprintf(at, sizeof at, "pci0000:00/usb%d/%d-1", i, i);
                n += admitted(at, 100, 0);
        }
        cr_expect_eq(n, FOLD_BURST * FOLD_PLACES);
}

TestSuite(fold_due, .timeout = 5);

Test(fold_due, the_count_is_told_after_a_minute_or_at_the_end_and_is_whole) {
        struct fold_place *p;

        cr_expect_null(fold_due(&f, 0, true));
        (void)admitted(HERE, FOLD_BURST + 7, 1000);
        cr_expect_null(fold_due(&f, 1000 + FOLD_TELL_MS - 1, false));
        p = fold_due(&f, 1000, true);
        cr_assert_not_null(p);
        cr_expect_str_eq(p->name, "1-2");
        cr_expect_eq(p->untold, 7);
        cr_expect_eq(fold_due(&f, 1000 + FOLD_TELL_MS, false), p);
        p->untold = 0;
        cr_expect_null(fold_due(&f, 1000 + FOLD_TELL_MS, true));
}

TestSuite(audit_fold, .init = given_a_log, .fini = drop_log, .timeout = 10);

Test(audit_fold, a_storm_at_one_port_becomes_few_records_and_a_number) {
        struct audit_device stick = a_refused_stick();
        char request[AUDIT_REQUEST] = "";
        json_t *record;
        struct log log;

        for (int i = 0; i < 5000; i++) {
                cr_assert_eq(audit_device_refused(audit, &stick, request), 0);
                cr_expect_eq(request[0] != '\0', i < FOLD_BURST / 2);
                cr_assert_eq(audit_device_gone(audit, &stick), 0);
        }
        cr_assert_eq(audit_device_allowed(audit, &stick), 0);
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        log = read_log();
        cr_assert_eq(log.n, FOLD_BURST + 3, "what is let in is recorded each time");
        record = parse(log.lines[FOLD_BURST]);
        expect_text(record, "type", "device-allowed");
        json_decref(record);
        record = parse(log.lines[FOLD_BURST + 1]);
        expect_text(record, "type", "devices-counted");
        expect_text(record, "port", "1-2");
        cr_expect_eq(json_integer_value(json_object_get(record, "count")), 10000 - FOLD_BURST);
        json_decref(record);
        free(log.text);
        cr_expect_eq(expect_chain(), FOLD_BURST + 3);
}

TestSuite(audit_fold_logins, .init = given_a_log, .fini = drop_log, .timeout = 20);

/* Each of the three ways to be refused in turn: a password that is wrong, a pause, and no authentication at all. */
static void refuse(const char *subject, unsigned times) {
        struct audit_login l = { .user = "tanaka", .service = "su", .subject = subject, .outcome = "refused" };

        for (unsigned i = 0; i < times; i++) {
                l.outcome = i % 3 == 0 ? "refused" : "throttled";
                cr_assert_eq(i % 3 == 2 ? audit_session(audit, &l, "refused") : audit_login(audit, &l), 0);
        }
}

static int64_t counted(const struct log *log, const char *subject) {
        int64_t n = 0;

        for (size_t i = 0; i < log->n; i++) {
                json_t *record = parse(log->lines[i]);
                const char *type = json_string_value(json_object_get(record, "type"));
                const char *whose = json_string_value(json_object_get(record, "subject"));

                if (strcmp(type, "logins-counted") == 0 && whose && strcmp(whose, subject) == 0)
                        n += json_integer_value(json_object_get(record, "count"));
                json_decref(record);
        }
        return n;
}

Test(audit_fold_logins, ten_thousand_refusals_are_a_hundred_records_at_most_and_a_count) {
        struct log log;

        refuse("uid 1000", 10000);
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        log = read_log();
        cr_expect_leq(log.n, 100);
        cr_expect_eq(counted(&log, "uid 1000"), 10000 - FOLD_BURST);
        free(log.text);
        (void)expect_chain();
}

Test(audit_fold_logins, whoever_else_asks_is_recorded_and_so_is_whoever_is_let_in) {
        struct audit_login l = { .user = "suzuki", .service = "login", .subject = "uid 1000", .outcome = "allowed" };
        struct log log;
        size_t before;

        refuse("uid 1000", 1000);
        log = read_log();
        before = log.n;
        free(log.text);
        cr_assert_eq(audit_login(audit, &l), 0);
        cr_assert_eq(audit_session(audit, &l, "opened"), 0);
        cr_assert_eq(audit_session(audit, &l, "closed"), 0);
        refuse("uid 1001", 1);
        refuse("seat seat0", 1);
        refuse(NULL, 3); /* nobody can cause these at will */
        log = read_log();
        cr_expect_eq(log.n, before + 8);
        free(log.text);
}

Test(audit_fold_logins, hosts_and_lines_without_number_are_two_places) {
        char subject[64];
        struct log log;

        for (unsigned i = 0; i < 2000; i++) {
                (void)snprintf(subject, sizeof subject, i % 2 ? "host 192.0.2.%u" : "line pts/%u", i / 2);
                refuse(subject, 1);
        }
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        log = read_log();
        cr_expect_leq(log.n, 2 * FOLD_BURST + 4);
        cr_expect_eq(counted(&log, "host"), 1000 - FOLD_BURST);
        cr_expect_eq(counted(&log, "line"), 1000 - FOLD_BURST);
        free(log.text);
}
