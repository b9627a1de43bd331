/* SPDX-License-Identifier: MIT */
/* date.c — days and instants, against the C library's calendar. */
#include "base/date.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

TestSuite(date_parse, .timeout = 60);
TestSuite(instant_parse, .timeout = 60);

Test(date_parse, agrees_with_the_c_library_for_three_centuries) {
        for (int32_t day = 0; day < 110000; day++) {
                time_t at = (time_t)day * 86400;
                int32_t parsed = -1;
                struct tm tm;
                char text[32], ours[DATE_TEXT];

                cr_assert_not_null(gmtime_r(&at, &tm));
                (void)strftime(text, sizeof text, "%Y-%m-%d", &tm);
                cr_assert(date_parse(text, &parsed), "%s", text);
                cr_assert_eq(parsed, day, "%s", text);
                date_text(day, ours);
                cr_assert_str_eq(ours, text);
                cr_assert_eq(weekday(day), (unsigned)(tm.tm_wday + 6) % 7, "%s", text);
        }
}

Test(date_parse, days_that_do_not_exist_are_refused) {
        static const char *const rows[] = {
                "",           "2026",       "2026-12",     "2026-12-",    "2026-12-0",   "2026-00-01",  "2026-13-01",
                "2026-01-00", "2026-01-32", "2026-02-29",  "2100-02-29",  "2026-04-31",  "2026-1-01",   "2026-01-1",
                "26-01-01",   "1969-12-31", "-026-01-01",  "2026-01-010", " 2026-01-01", "2026-01-01 ", "2026/01/01",
                "2026-01-0a", "+026-01-01", "10000-01-01",
        };
        int32_t day = 42;

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_not(date_parse(rows[i], &day), "%s", rows[i]);
        cr_expect_eq(day, 42, "untouched on failure");
        cr_expect(date_parse("2028-02-29", &day));
        cr_expect(date_parse("2000-02-29", &day));
        cr_expect(date_parse("9999-12-31", &day));
}

Test(instant_parse, reads_rfc_3339_with_its_offset) {
        static const struct {
                const char *text;
                int64_t s;
        } rows[] = {
                { "2026-12-01T09:00:00+09:00", 1796083200 }, /* date -d … +%s */
                { "2026-12-01T00:00:00Z", 1796083200 },
                { "2026-11-30T19:00:00-05:00", 1796083200 },
                { "2026-12-01T05:45:00.123456+05:45", 1796083200 },
                { "1970-01-01T00:00:00Z", 0 },
                { "1970-01-01T00:00:00-00:00", 0 },
                { "2038-01-19T03:14:08Z", INT64_C(2147483648) },
        };
        static const char *const wrong[] = {
                "",
                "2026-12-01",
                "2026-12-01T09:00:00",
                "2026-12-01 09:00:00Z",
                "2026-12-01T24:00:00Z",
                "2026-12-01T09:60:00Z",
                "2026-12-01T09:00:60Z",
                "2026-12-01T09:00Z",
                "2026-12-01T09:00:00+9:00",
                "2026-12-01T09:00:00+24:00",
                "2026-12-01T09:00:00+0900",
                "2026-12-01T09:00:00.Z",
                "2026-12-01T09:00:00Zx",
                "2026-02-30T09:00:00Z",
                "1970-01-01T00:00:00+00:01",
                "2026-12-01T09:00:00z",
        };
        int64_t s = -7;

        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
                cr_expect_not(instant_parse(wrong[i], &s), "%s", wrong[i]);
        cr_expect_eq(s, -7, "untouched on failure");
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                cr_expect(instant_parse(rows[i].text, &s), "%s", rows[i].text);
                cr_expect_eq(s, rows[i].s, "%s: %lld", rows[i].text, (long long)s);
        }
}

Test(instant_parse, every_truncation_is_refused) {
        static const char whole[] = "2026-12-01T09:00:00+09:00";
        char text[sizeof whole];
        int64_t s;

        for (size_t n = 0; n < sizeof whole - 1; n++) {
                memcpy(text, whole, n);
                text[n] = '\0';
                cr_expect_not(instant_parse(text, &s), "%s", text);
        }
}
