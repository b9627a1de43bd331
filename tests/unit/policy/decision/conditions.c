/* SPDX-License-Identifier: MIT */
/* conditions.c — hours, days, people, encryption: when a rule has a say, what is said where it has none, and when that
 * changes by itself. */
#include "unit/policy/given.h"

#include "decision/hours.h"

TestSuite(policy_decide_conditions, .timeout = 60);
TestSuite(policy_next_change, .timeout = 60);
TestSuite(hours_parse, .timeout = 60);

#define STICK "- {name: s, match: {serial: E0D55EA573F5F3A0}, action: allow, "

static struct verdict decide_at(const char *rest, const struct moment *at, const struct person *who) {
        struct policy *p = given(rest);
        struct device_facts f = a_stick();
        struct verdict v = policy_decide(p, &f, at, who);

        policy_free(p);
        return v;
}

Test(policy_decide_conditions, hours_start_on_the_minute_and_end_before_it) {
        static const char rest[] = "devices:\n" STICK "hours: mon-fri 08:30-17:15}\n";
        static const struct {
                int day, hour, minute;
                bool allowed;
        } rows[] = {
                { 0, 8, 29, false }, { 0, 8, 30, true },   { 0, 17, 14, true }, { 0, 17, 15, false },
                { 2, 12, 0, true },  { 3, 12, 0, false },  { 4, 12, 0, false }, { 5, 12, 0, true },
                { 0, 0, 0, false },  { 0, 23, 59, false },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct verdict v = decide_at(rest, AT(rows[i].day, rows[i].hour, rows[i].minute), NULL);

                cr_expect_eq(v.action, rows[i].allowed ? ACTION_ALLOW : ACTION_DENY, "row %zu", i);
                cr_expect_eq(v.reason, rows[i].allowed ? REASON_RULE : REASON_HOURS, "row %zu", i);
                cr_expect_eq(v.rule, 0);
                cr_expect_eq(v.interfaces, rows[i].allowed ? 1 : 0);
        }
}

Test(policy_decide_conditions, days_are_inclusive) {
        static const char until[] = "devices:\n" STICK "until: 2026-12-02}\n";
        static const char from[] = "devices:\n" STICK "from: 2026-12-02}\n";

        cr_expect_eq(decide_at(until, AT(0, 23, 59), NULL).action, ACTION_ALLOW);
        cr_expect_eq(decide_at(until, AT(1, 0, 0), NULL).reason, REASON_EXPIRED);
        cr_expect_eq(decide_at(until, AT(1, 0, 0), NULL).rule, 0);
        cr_expect_eq(decide_at(from, AT(-1, 23, 59), NULL).reason, REASON_HOURS);
        cr_expect_eq(decide_at(from, AT(0, 0, 0), NULL).action, ACTION_ALLOW);
}

Test(policy_decide_conditions, users_are_the_person_at_the_seat) {
        static const char rest[] = "devices:\n" STICK "users: [sato, 'group:nozei']}\n";
        static const char *const groups[] = { "staff", "nozei", NULL }, *const others[] = { "sato", NULL };
        const struct person sato = { "sato", NULL }, suzuki = { "suzuki", groups }, tanaka = { "tanaka", others };
        const struct person odd = { "group:nozei", NULL }, nobody = { NULL, groups };

        cr_expect_eq(decide_at(rest, NOON, &sato).action, ACTION_ALLOW);
        cr_expect_eq(decide_at(rest, NOON, &suzuki).action, ACTION_ALLOW);
        cr_expect_eq(decide_at(rest, NOON, &tanaka).reason, REASON_USER, "a group named like the user");
        cr_expect_eq(decide_at(rest, NOON, &odd).reason, REASON_USER, "a user named like the group");
        cr_expect_eq(decide_at(rest, NOON, &nobody).reason, REASON_USER);
        cr_expect_eq(decide_at(rest, NOON, NULL).reason, REASON_USER);
}

#define ONE "2f1a9c6e-0000-4000-8000-000000000001"
#define BY_MEDIUM "devices: [{name: m, match: {medium: '" ONE "'}, action: allow}"

Test(policy_decide_conditions, what_nobody_looked_at_is_never_allowed) {
        struct policy *p = given(BY_MEDIUM "]\n");
        struct device_facts keyboard = a_keyboard(), stick = a_stick();
        struct verdict v = decide_at("devices:\n" STICK "encrypted: required}\n", NOON, NULL);

        cr_expect_eq(v.action, ACTION_DENY);
        cr_expect_eq(v.reason, REASON_ENCRYPTION);
        cr_expect(v.look);
        cr_expect_eq(policy_decide(p, &stick, NOON, NULL).reason, REASON_ENCRYPTION);
        cr_expect(policy_decide(p, &stick, NOON, NULL).look);
        cr_expect_eq(policy_decide(p, &keyboard, NOON, NULL).reason, REASON_NO_RULE, "a keyboard is no medium");
        policy_free(p);
}

Test(policy_decide_conditions, a_look_is_worth_it_only_where_nothing_else_is_missing) {
        static const char *const pointless[] = {
                "devices:\n" STICK "encrypted: required, hours: 00:00-01:00}\n",
                "devices:\n" STICK "encrypted: required, until: 2026-11-30}\n",
                "devices:\n" STICK "encrypted: required, from: 2027-01-01}\n",
                "devices:\n" STICK "encrypted: required, users: [sato]}\n",
                "devices:\n- {name: d, match: {bus: usb}, action: deny}\n" STICK "encrypted: required}\n",
        };
        struct verdict v = decide_at("devices:\n" STICK "encrypted: required}\n"
                                     "- {name: rest, match: {bus: usb}, action: read-only}\n",
                                     NOON, NULL);

        for (size_t i = 0; i < sizeof pointless / sizeof *pointless; i++)
                cr_expect_not(decide_at(pointless[i], NOON, NULL).look, "%s", pointless[i]);
        cr_expect(v.look && v.action == ACTION_READ_ONLY && !v.by_medium, "also where another rule would do");
}

static struct medium_facts a_medium(enum medium_state state, const char *uuid) {
        struct medium_facts m = { .state = state, .n = uuid ? 2 : 0, .uuid = { { 7 } } };

        if (uuid)
                cr_assert(uuid_parse(uuid, m.uuid[1]));
        return m;
}

Test(policy_decide_conditions, the_medium_decides_once_it_is_known) {
        static const char encrypted[] = "devices:\n" STICK "encrypted: required}\n";
        static const char by_medium[] = BY_MEDIUM "]\n";
        const struct {
                const char *rules;
                struct medium_facts medium;
                enum reason reason; /* REASON_RULE: it is let in */
        } rows[] = {
                { encrypted, a_medium(MEDIUM_ENCRYPTED, NULL), REASON_RULE },
                { encrypted, a_medium(MEDIUM_PLAIN, ONE), REASON_ENCRYPTION },
                { encrypted, a_medium(MEDIUM_UNREADABLE, NULL), REASON_ENCRYPTION },
                { by_medium, a_medium(MEDIUM_PLAIN, ONE), REASON_RULE },
                { by_medium, a_medium(MEDIUM_ENCRYPTED, "2F1A9C6E-0000-4000-8000-000000000001"), REASON_RULE },
                { by_medium, a_medium(MEDIUM_PLAIN, "2f1a9c6e-0000-4000-8000-000000000002"), REASON_NO_RULE },
                { by_medium, a_medium(MEDIUM_ENCRYPTED, NULL), REASON_NO_RULE },
                { by_medium, a_medium(MEDIUM_UNREADABLE, NULL), REASON_ENCRYPTION },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct policy *p = given(rows[i].rules);
                struct device_facts stick = a_stick();
                struct verdict v;

                stick.medium = rows[i].medium;
                v = policy_decide(p, &stick, NOON, NULL);
                cr_expect_eq(v.reason, rows[i].reason, "row %zu: %d", i, v.reason);
                cr_expect_eq(v.action == ACTION_ALLOW, rows[i].reason == REASON_RULE, "row %zu", i);
                cr_expect_eq(v.by_medium, rows[i].reason == REASON_RULE, "row %zu", i);
                cr_expect_not(v.look, "row %zu: it was looked at", i);
                policy_free(p);
        }
}

Test(policy_decide_conditions, a_rule_that_does_not_hold_is_passed_over_and_remembered) {
        static const char deny_behind[] = "devices:\n" STICK "hours: 00:00-01:00}\n"
                                          "- {name: rest, match: {bus: any}, action: deny}\n";
        static const char allow_behind[] = "devices:\n" STICK "hours: 00:00-01:00}\n"
                                           "- {name: rest, match: {bus: any}, action: allow}\n";
        static const char two_misses[] = "devices:\n" STICK "until: 2026-11-30}\n"
                                         "- {name: t, match: {bus: usb}, hours: 00:00-01:00, action: read-only}\n";
        static const char deny_missed[] =
                "devices:\n- {name: d, match: {bus: usb}, hours: 00:00-01:00, action: deny}\n";
        static const char deny_before[] =
                "devices:\n- {name: d, match: {bus: usb}, action: deny}\n" STICK "hours: 00:00-01:00}\n";
        struct verdict v = decide_at(deny_behind, NOON, NULL);

        cr_expect_eq(v.reason, REASON_HOURS, "what would have been is more help than the last rule's no");
        cr_expect_eq(v.rule, 0);
        v = decide_at(allow_behind, NOON, NULL);
        cr_expect_eq(v.action, ACTION_ALLOW);
        cr_expect_eq(v.rule, 1);
        v = decide_at(two_misses, NOON, NULL);
        cr_expect_eq(v.reason, REASON_EXPIRED, "the first");
        cr_expect_eq(v.rule, 0);
        v = decide_at(deny_missed, NOON, NULL);
        cr_expect_eq(v.reason, REASON_NO_RULE, "it would not have allowed");
        v = decide_at(deny_before, NOON, NULL);
        cr_expect_eq(v.reason, REASON_RULE);
        cr_expect_eq(v.rule, 0);
}

Test(policy_decide_conditions, hours_are_said_only_where_time_is_all_that_is_missing) {
        static const char rest[] = "devices:\n" STICK "hours: 00:00-01:00, users: [sato], until: 2026-12-02}\n";
        const struct person sato = { "sato", NULL };

        cr_expect_eq(decide_at(rest, NOON, &sato).reason, REASON_HOURS);
        cr_expect_eq(decide_at(rest, NOON, NULL).reason, REASON_USER);
        cr_expect_eq(decide_at(rest, AT(1, 0, 30), &sato).reason, REASON_EXPIRED);
}

/* Minutes from `at` to the next change; -1: never. */
static long next_of(const char *rest, const struct moment *at) {
        struct policy *p = given(rest);
        int32_t day = 0, minute = 0;
        bool some = policy_next_change(p, at, &day, &minute);

        policy_free(p);
        return some ? (day - at->day) * 1440L + minute - at->minute : -1;
}

Test(policy_next_change, is_the_nearest_opening_closing_or_day) {
        static const char week[] = "devices:\n" STICK "hours: mon-fri 08:30-17:15}\n";
        static const char both[] = "devices:\n" STICK "hours: 08:30-17:15}\n"
                                   "- {name: t, match: {}, action: deny, until: 2026-12-02}\n";
        static const char monday[] = "devices:\n" STICK "hours: mon 00:00-24:00}\n";

        cr_expect_eq(next_of("devices: []\n", NOON), -1);
        cr_expect_eq(next_of("devices: [{name: a, match: {}, action: deny}]\n", NOON), -1);
        cr_expect_eq(next_of(week, AT(0, 8, 0)), 30);
        cr_expect_eq(next_of(week, AT(0, 8, 30)), 8 * 60 + 45, "the moment itself is not after it");
        cr_expect_eq(next_of(week, AT(2, 18, 0)), (2 * 24 + 14) * 60 + 30, "from Friday evening to Monday");
        cr_expect_eq(next_of(both, AT(0, 18, 0)), 6 * 60, "until passes at midnight");
        cr_expect_eq(next_of(both, AT(1, 18, 0)), 14 * 60 + 30, "what has passed changes no more");
        cr_expect_eq(next_of(monday, AT(5, 0, 0)), 24 * 60);
        cr_expect_eq(next_of(monday, AT(6, 0, 0)), 6 * 24 * 60);
        cr_expect_eq(next_of("devices:\n" STICK "hours: wed 08:00-09:00}\n", NOON), (6 * 24 + 20) * 60, "a week later");
        cr_expect_eq(next_of("devices:\n" STICK "from: 2026-12-24}\n", AT(0, 0, 0)), 22L * 24 * 60);
        cr_expect_not(policy_next_change(NULL, NOON, &(int32_t){ 0 }, &(int32_t){ 0 }));
}

/* Between now and the moment it names nothing changes; at that moment something does. Minute by minute, two weeks. */
Test(policy_next_change, agrees_with_every_minute_of_two_weeks) {
        struct policy *p =
                given("devices:\n" STICK "hours: 'mon,wed-thu 08:30-12:00, 13:00-17:15, fri-mon 22:00-02:00', "
                      "from: 2026-12-04, until: 2026-12-12}\n");
        struct device_facts f = a_stick();
        int64_t next = 0;
        enum action was = ACTION_DENY;

        for (int64_t m = 0; m < 14 * 1440; m++) {
                const struct moment *at = AT((int32_t)(m / 1440), 0, (int32_t)(m % 1440));
                enum action is = policy_decide(p, &f, at, NULL).action;
                int32_t day = 0, minute = 0;

                cr_assert(m == 0 || is == was || m == next, "minute %ld changes unannounced", (long)m);
                if (m >= next)
                        next = policy_next_change(p, at, &day, &minute) ? (int64_t)(day - WEDNESDAY) * 1440 + minute
                                                                        : INT64_MAX;
                cr_assert_gt(next, m);
                was = is;
        }
        policy_free(p);
}

static bool holds(const char *hours, int weekday_after, int hour, int minute) {
        struct hours h = { 0 };

        cr_assert_null(hours_parse(hours, &h), "%s", hours);
        return hours_hold(&h, AT(weekday_after, hour, minute));
}

Test(hours_parse, the_grammar_means_what_people_expect) {
        cr_expect(holds("08:30-17:15", 3, 9, 0), "no days: every day");
        cr_expect(holds("mon,wed 09:00-12:00", 0, 9, 0));
        cr_expect_not(holds("mon,wed 09:00-12:00", 1, 9, 0));
        cr_expect(holds("mon-fri 08:30-12:00, 13:00-17:15", 0, 13, 0));
        cr_expect_not(holds("mon-fri 08:30-12:00, 13:00-17:15", 3, 13, 0), "the days carry over");
        cr_expect_not(holds("mon-fri 08:30-12:00, 13:00-17:15", 0, 12, 30));
        cr_expect(holds("mon-fri 08:30-17:15, sat,sun 10:00-12:00", 4, 11, 0));
        cr_expect_not(holds("mon-fri 08:30-17:15, sat,sun 10:00-12:00", 4, 9, 0));
        cr_expect(holds("sat-mon 10:00-12:00", 4, 11, 0), "past the end of the week");
        cr_expect_not(holds("sat-mon 10:00-12:00", 6, 11, 0));
        cr_expect(holds("wed 22:00-06:00", 0, 23, 0));
        cr_expect(holds("wed 22:00-06:00", 1, 5, 59), "belongs to the day it starts on");
        cr_expect_not(holds("wed 22:00-06:00", 1, 6, 0));
        cr_expect_not(holds("wed 22:00-06:00", 0, 5, 59));
        cr_expect(holds("sun 22:00-06:00", 5, 3, 0), "into Monday");
        cr_expect(holds("22:00-00:00", 0, 23, 59));
        cr_expect_not(holds("22:00-00:00", 0, 0, 0));
        cr_expect(holds("00:00-24:00", 0, 23, 59));
}

Test(hours_parse, anything_else_is_refused_with_its_reason) {
        static const struct {
                const char *hours, *reason;
        } rows[] = {
                { "", "a time is HH:MM" },
                { "mon", "a space and a time" },
                { "mon-fri", "a space and a time" },
                { "mon-", "a day is one of" },
                { "mo 09:00-10:00", "a day is one of" },
                { "monday 09:00-10:00", "a day is one of" },
                { "Mon 09:00-10:00", "a time is HH:MM" },
                { "mon wed 09:00-10:00", "a time is HH:MM" },
                { "mon, 09:00-10:00", "a day is one of" },
                { "9:00-10:00", "a time is HH:MM" },
                { "09:00", "a window is" },
                { "09:00-", "a time is HH:MM" },
                { "09:00 - 10:00", "a window is" },
                { "09:00-10:0", "a time is HH:MM" },
                { "09:60-10:00", "no such time" },
                { "24:01-10:00", "no such time" },
                { "25:00-26:00", "no such time" },
                { "24:00-10:00", "the window is empty" },
                { "09:00-09:00", "the window is empty" },
                { "09:00-10:00;", "a comma" },
                { "09:00-10:00,", "a time is HH:MM" },
                { "09:00-10:00 11:00-12:00", "a comma" },
                { "09:00-10:00mon", "a comma" },
        };
        struct hours h = { .n = 77 };
        char many[HOURS_WINDOWS * 13 + 32] = "00:00-00:01";

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const struct phrase *fault = hours_parse(rows[i].hours, &h);

                cr_expect(fault && strstr(fault->en, rows[i].reason), "'%s': %s", rows[i].hours,
                          fault ? fault->en : "fine");
        }
        for (unsigned i = 0; i < HOURS_WINDOWS; i++)
                (void)snprintf(many + strlen(many), sizeof many - strlen(many), ", 00:00-00:01");
        cr_expect_str_eq(hours_parse(many, &h)->en, "too many windows");
        cr_expect_eq(h.n, 77, "untouched on failure");
}

Test(hours_parse, every_truncation_is_refused_or_a_whole_window) {
        static const char whole[] = "mon,wed-fri 08:30-12:00, 13:00-17:15";
        struct hours h = { 0 };
        char text[sizeof whole];

        for (size_t n = 0; n < sizeof whole - 1; n++) {
                memcpy(text, whole, n);
                text[n] = '\0';
                cr_expect_eq(hours_parse(text, &h) == NULL, n == strlen("mon,wed-fri 08:30-12:00"), "'%s'", text);
        }
}
