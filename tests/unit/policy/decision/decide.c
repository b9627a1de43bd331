/* SPDX-License-Identifier: MIT */
/* decide.c — what a policy says of a device, without conditions. */
#include "unit/policy/given.h"

#include "decision/kind.h"

TestSuite(policy_decide, .timeout = 60);

#define ALLOW_STICK "devices: [{name: stick, match: {serial: E0D55EA573F5F3A0}, action: allow}]\n"

static struct verdict decide(const struct policy *p, struct device_facts f) {
        return policy_decide(p, &f, NOON, NULL);
}

/* One rule with this match: what does it say of the device? */
static struct verdict by_match(const char *match, struct device_facts f) {
        struct verdict v;
        struct policy *p;
        char rest[512];

        (void)snprintf(rest, sizeof rest, "devices: [{name: r, match: %s, action: allow}]\n", match);
        p = given(rest);
        v = decide(p, f);
        policy_free(p);
        return v;
}

static struct verdict by_rules(const char *rules, struct device_facts f) {
        char rest[1024];
        struct verdict v;
        struct policy *p;

        (void)snprintf(rest, sizeof rest, "devices:\n%s", rules);
        p = given(rest);
        v = decide(p, f);
        policy_free(p);
        return v;
}

static struct verdict by_interfaces(const char *interfaces, bool partial, struct device_facts f) {
        struct verdict v;
        struct policy *p;
        char rest[512];

        (void)snprintf(rest, sizeof rest,
                       "devices: [{name: r, match: {interfaces: [%s]}, partial: %s, action: allow}]\n", interfaces,
                       partial ? "true" : "false");
        p = given(rest);
        v = decide(p, f);
        policy_free(p);
        return v;
}

Test(policy_decide, nothing_matches_is_denied) {
        struct policy *p = given("devices: []\n");
        struct verdict v = decide(p, a_stick());

        cr_expect_eq(v.action, ACTION_DENY);
        cr_expect_eq(v.reason, REASON_NO_RULE);
        cr_expect_eq(v.rule, RULE_NONE);
        cr_expect_eq(v.interfaces, 0);
        policy_free(p);
}

Test(policy_decide, the_first_rule_that_matches_wins) {
        struct policy *p = given("devices:\n"
                                 "- {name: deny it, match: {id: '0951:1666'}, action: deny}\n"
                                 "- {name: allow it, match: {serial: E0D55EA573F5F3A0}, action: allow}\n");
        struct policy *q = given("devices:\n"
                                 "- {name: allow it, match: {serial: E0D55EA573F5F3A0}, action: read-only}\n"
                                 "- {name: deny it, match: {bus: usb}, action: deny}\n");
        struct verdict v = decide(p, a_stick()), w = decide(q, a_stick());

        cr_expect_eq(v.action, ACTION_DENY);
        cr_expect_eq(v.reason, REASON_RULE);
        cr_expect_eq(v.rule, 0);
        cr_expect_str_eq(policy_rule_name(p, v.rule), "deny it");
        cr_expect_eq(w.action, ACTION_READ_ONLY);
        cr_expect_eq(w.rule, 0);
        cr_expect_eq(w.interfaces, 1);
        policy_free(p);
        policy_free(q);
}

Test(policy_decide, every_key_must_fit) {
        static const struct {
                const char *match;
                bool fits;
        } rows[] = {
                { "{serial: E0D55EA573F5F3A0}", true },
                { "{serial: E0D55EA573F5F3A1}", false },
                { "{serial: E0D55EA573F5F3A}", false },
                { "{serial: E0D55EA573F5F3A00}", false },
                { "{serial: e0d55ea573f5f3a0}", false },
                { "{serial: 'E0D55*'}", true },
                { "{serial: 'E0D56*'}", false },
                { "{id: '0951:1666'}", true },
                { "{id: '0951:1667'}", false },
                { "{id: '0952:1666'}", false },
                { "{id: '0951:*'}", true },
                { "{id: '0950:*'}", false },
                { "{name: DataTraveler 3.0}", true },
                { "{name: 'DataTraveler*'}", true },
                { "{name: DataTraveler}", false },
                { "{port: 1-2}", true },
                { "{port: '1-*'}", true },
                { "{port: 1-2.1}", false },
                { "{bus: usb}", true },
                { "{bus: any}", true },
                { "{bus: mmc}", false },
                { "{bus: usb, id: '0951:1666', serial: E0D55EA573F5F3A0, port: 1-2}", true },
                { "{bus: usb, id: '0951:1666', serial: E0D55EA573F5F3A0, port: 1-3}", false },
                { "{fingerprint: abcd000000000000000000000000000000000000000000000000000000000000}", true },
                { "{fingerprint: ABCD000000000000000000000000000000000000000000000000000000000000}", true },
                { "{fingerprint: abce000000000000000000000000000000000000000000000000000000000000}", false },
                /* Found by another key than the one that does not fit. */
                { "{fingerprint: abcd000000000000000000000000000000000000000000000000000000000000, serial: E0D55}",
                  false },
                { "{id: '0951:1666', name: DataTraveler}", false },
                { "{id: '0951:1666', name: 'DataTraveler*'}", true },
                { "{interfaces: [storage]}", true },
                { "{interfaces: ['08:06:50']}", true },
                { "{interfaces: ['08:06:62', '08:06:50']}", true },
                { "{interfaces: ['08:06:62']}", false },
                { "{interfaces: ['08:*:*']}", true },
                { "{interfaces: ['08:*:50']}", true },
                { "{interfaces: ['08:06:*']}", true },
                { "{interfaces: ['09:*:*']}", false },
                { "{interfaces: [hid, storage]}", true },
                { "{interfaces: [hid]}", false },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct verdict v = by_match(rows[i].match, a_stick());

                cr_expect_eq(v.action, rows[i].fits ? ACTION_ALLOW : ACTION_DENY, "%s", rows[i].match);
                cr_expect_eq(v.interfaces, rows[i].fits ? 1 : 0, "%s", rows[i].match);
        }
}

Test(policy_decide, a_device_is_judged_by_its_worst_interface) {
        struct verdict v = by_interfaces("hid", false, a_disguise());

        cr_expect_eq(v.action, ACTION_DENY);
        cr_expect_eq(v.interfaces, 0);
        cr_expect_eq(by_interfaces("hid", false, a_keyboard()).action, ACTION_ALLOW);
        cr_expect_eq(by_interfaces("hid, storage", false, a_disguise()).interfaces, 3);
}

Test(policy_decide, partial_allows_only_the_interfaces_that_match) {
        struct verdict v = by_interfaces("hid", true, a_disguise());

        cr_expect_eq(v.action, ACTION_ALLOW);
        cr_expect_eq(v.interfaces, 1);
        cr_expect(v.partial);
        v = by_interfaces("hid", true, a_keyboard());
        cr_expect_eq(v.interfaces, 3);
        cr_expect_not(v.partial, "all of it is not a part");
        v = by_interfaces("audio", true, a_disguise());
        cr_expect_eq(v.action, ACTION_DENY);
        cr_expect_eq(v.interfaces, 0);
}

Test(policy_decide, partial_does_not_split_an_interface_number) {
        struct device_facts f = { .bus = BUS_USB,
                                  .n_interfaces = 4,
                                  .interfaces = { TRIPLE(0, 0x01, 0x02, 0x00),
                                                  TRIPLE(0, 0x08, 0x06, 0x50),
                                                  TRIPLE(1, 0x01, 0x02, 0x00),
                                                  { .configuration = 2, .number = 0, .klass = 0x01 } } };

        /* Number 0 of configuration 1 has an alternate setting that stores; number 0 of configuration 2 has not. */
        cr_expect_eq(by_interfaces("audio", true, f).interfaces, 0xc);
        f.n_interfaces = 2;
        cr_expect_eq(by_interfaces("audio", true, f).action, ACTION_DENY);
}

Test(policy_decide, the_class_of_the_device_counts_like_an_interface) {
        struct device_facts f = a_keyboard();

        f.klass = 0x08;
        cr_expect_eq(by_interfaces("hid", false, f).action, ACTION_DENY);
        cr_expect_eq(by_interfaces("hid", true, f).action, ACTION_DENY, "even in part");
        cr_expect_eq(by_interfaces("hid, storage", false, f).action, ACTION_ALLOW);
        f.klass = 0xff;
        cr_expect_eq(by_interfaces("hid", false, f).action, ACTION_DENY);
        f.klass = 0xef, f.subclass = 0x02, f.protocol = 0x01; /* "look at the interface associations" */
        cr_expect_eq(by_interfaces("hid", false, f).action, ACTION_ALLOW);
}

Test(policy_decide, a_vendor_class_is_never_taken_for_something_milder) {
        struct device_facts f = a_device_of(0xff, 0x06, 0x50);
        char all[256] = "hid";

        f.speaks_mtp = true;
        for (uint32_t bit = 1; bit < 1U << KIND_COUNT; bit <<= 1)
                if (bit != KIND_VENDOR)
                        (void)snprintf(all + strlen(all), sizeof all - strlen(all), ", %s", kind_name(bit));
        cr_expect_eq(by_interfaces(all, false, f).action, ACTION_DENY);
        cr_expect_eq(by_interfaces(all, true, f).action, ACTION_DENY);
        cr_expect_eq(by_interfaces("vendor", false, f).action, ACTION_ALLOW);
        cr_expect_eq(by_interfaces("'ff:06:50'", false, f).action, ACTION_ALLOW);
        cr_expect_eq(by_match("{id: '0001:0002'}", f).action, ACTION_ALLOW);
}

#define DENY_CAMERAS "  - {name: cameras, match: {interfaces: [still-image]}, action: deny}\n"
#define ALLOW_VENDOR "  - {name: vendor, match: {interfaces: [vendor]}, action: allow}\n"

Test(policy_decide, a_rule_that_denies_cameras_fits_what_is_known_for_one) {
        struct device_facts f = a_device_of(0xff, 0xff, 0), stick = a_device_of(0x08, 0x06, 0x50);

        cr_expect_eq(by_rules(DENY_CAMERAS ALLOW_VENDOR, f).action, ACTION_ALLOW, "nobody knows it");
        f.speaks_mtp = true;
        cr_expect_eq(by_rules(DENY_CAMERAS ALLOW_VENDOR, f).action, ACTION_DENY);
        cr_expect_eq(by_rules(DENY_CAMERAS ALLOW_VENDOR, f).rule, 0);
        cr_expect_eq(by_rules(ALLOW_VENDOR DENY_CAMERAS, f).action, ACTION_ALLOW, "in the order of the rules");
        stick.speaks_mtp = true;
        cr_expect_eq(
                by_rules(DENY_CAMERAS "  - {name: s, match: {interfaces: [storage]}, action: allow}\n", stick).action,
                ACTION_ALLOW, "what says what it is, is that");
}

Test(policy_decide, a_vendor_interface_that_describes_a_reader_is_one) {
        struct device_facts f = a_device_of(0xff, 0, 0), both = a_device_of(0xff, 0, 0);

        f.ccid = 1;
        cr_expect_eq(by_interfaces("smartcard", false, f).action, ACTION_ALLOW);
        cr_expect_eq(by_interfaces("smartcard", true, f).interfaces, 1);
        cr_expect_eq(by_interfaces("vendor", false, f).action, ACTION_DENY);
        cr_expect_eq(by_interfaces("'ff:*:*'", false, f).action, ACTION_ALLOW, "its class is still the vendor's");
        cr_expect_eq(decide(NULL, f).action, ACTION_ALLOW, "somebody may need it to log in");
        f.klass = 0xff;
        cr_expect_eq(by_interfaces("smartcard", false, f).action, ACTION_ALLOW);
        both.interfaces[both.n_interfaces++] = (struct interface_facts)TRIPLE(1, 0xff, 0, 0);
        both.ccid = 2;
        cr_expect_eq(by_interfaces("smartcard", false, both).action, ACTION_DENY, "judged by its worst interface");
        cr_expect_eq(by_interfaces("smartcard", true, both).interfaces, 2);
        cr_expect_eq(decide(NULL, both).action, ACTION_DENY);
}

Test(policy_decide, a_rule_that_denies_in_part_denies_whatever_has_such_an_interface) {
        struct policy *p = given("devices:\n"
                                 "- {name: no storage, match: {interfaces: [storage]}, partial: true, action: deny}\n"
                                 "- {name: the rest, match: {bus: usb}, action: allow}\n");
        struct device_facts named = a_keyboard();

        named.klass = 0x08;
        cr_expect_eq(decide(p, a_disguise()).action, ACTION_DENY);
        cr_expect_eq(decide(p, a_stick()).rule, 0);
        cr_expect_eq(decide(p, named).action, ACTION_DENY);
        cr_expect_eq(decide(p, a_keyboard()).action, ACTION_ALLOW);
        policy_free(p);
}

/* The fingerprint of a_mended_mouse(). */
#define ITS_MATCH "match: {id: '0b05:181a', fingerprint: " FINGERPRINT "}"
#define FINGERPRINT "ab00000000000000000000000000000000000000000000000000000000000000"
#define ACCEPT "- {name: accept, " ITS_MATCH ", malformed: accept, action: allow}\n"

static struct device_facts a_mended_mouse(void) {
        struct device_facts f = a_keyboard();

        f.vendor = 0x0b05, f.product = 0x181a;
        f.fingerprint[0] = 0xab;
        f.malformed = MALFORMED_TOTAL_LENGTH;
        return f;
}

Test(policy_decide, what_linux_mends_is_let_in_by_a_rule_that_accepts_it_and_by_no_other) {
        static const char any[] = "- {name: any, match: {bus: any}, action: allow}\n";
        static const char by_name[] = "- {name: named, " ITS_MATCH ", action: allow}\n";
        struct device_facts other = a_mended_mouse(), grave = a_mended_mouse(), sound = a_mended_mouse();
        struct verdict v = by_rules(ACCEPT, a_mended_mouse());

        cr_expect_eq(v.action, ACTION_ALLOW);
        cr_expect_eq(v.reason, REASON_RULE);
        cr_expect_eq(v.interfaces, 3);
        cr_expect_eq(by_rules(any, a_mended_mouse()).reason, REASON_MALFORMED);
        cr_expect_eq(by_rules(by_name, a_mended_mouse()).reason, REASON_MALFORMED);
        cr_expect_eq(decide(NULL, a_mended_mouse()).reason, REASON_MALFORMED, "nor when sealed");
        other.fingerprint[31] = 1;
        cr_expect_eq(by_rules(ACCEPT, other).reason, REASON_MALFORMED);
        sound.malformed = MALFORMED_NOT;
        cr_expect_eq(by_rules(ACCEPT, sound).action, ACTION_ALLOW);
        for (grave.malformed = MALFORMED_NOT + 1; grave.malformed < MALFORMED_COUNT; grave.malformed++)
                cr_expect_eq(by_rules(ACCEPT, grave).action == ACTION_ALLOW, malformed_is_acceptable(grave.malformed),
                             "%s", malformed_name(grave.malformed));
}

Test(policy_decide, the_rules_around_one_that_accepts_hold_as_ever) {
        static const struct {
                const char *rules;
                enum action action;
                enum reason reason;
        } rows[] = {
                { "- {name: any, match: {bus: any}, action: allow}\n" ACCEPT, ACTION_ALLOW, REASON_RULE },
                { "- {name: no, match: {bus: usb}, action: deny}\n" ACCEPT, ACTION_DENY, REASON_MALFORMED },
                { "- {name: t, " ITS_MATCH ", malformed: accept, hours: '00:00-01:00', action: allow}\n", ACTION_DENY,
                  REASON_HOURS },
                { "- {name: t, " ITS_MATCH ", malformed: accept, hours: '00:00-01:00', action: allow}\n"
                  "- {name: any, match: {bus: any}, action: allow}\n",
                  ACTION_DENY, REASON_HOURS },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct verdict v = by_rules(rows[i].rules, a_mended_mouse());

                cr_expect_eq(v.action, rows[i].action, "%zu", i);
                cr_expect_eq(v.reason, rows[i].reason, "%zu: %d", i, v.reason);
        }
}

Test(policy_decide, what_is_malformed_or_unknown_is_denied_whatever_the_rules_say) {
        struct policy *p = given("devices: [{name: all, match: {bus: any}, action: allow}]\n");
        struct device_facts malformed = a_keyboard(), bare = a_keyboard(), many = a_keyboard();

        malformed.malformed = MALFORMED_NESTED;
        bare.n_interfaces = 0;
        many.n_interfaces = FACTS_INTERFACES + 1;
        cr_expect_eq(decide(p, a_keyboard()).action, ACTION_ALLOW);
        cr_expect_eq(decide(p, malformed).reason, REASON_MALFORMED);
        cr_expect_eq(decide(p, bare).reason, REASON_MALFORMED);
        cr_expect_eq(decide(p, many).reason, REASON_MALFORMED);
        cr_expect_eq(decide(NULL, malformed).reason, REASON_MALFORMED);
        cr_expect_eq(decide(NULL, malformed).action, ACTION_DENY);
        policy_free(p);
}

Test(policy_decide, all_of_sixty_four_interfaces_are_covered) {
        struct device_facts f = { .bus = BUS_USB, .n_interfaces = FACTS_INTERFACES };

        for (uint8_t i = 0; i < FACTS_INTERFACES; i++)
                f.interfaces[i] = (struct interface_facts)TRIPLE(i, 0x03, 0x01, 0x01);
        cr_expect_eq(by_interfaces("hid", false, f).interfaces, UINT64_MAX);
        f.interfaces[63].klass = 0x08;
        cr_expect_eq(by_interfaces("hid", false, f).action, ACTION_DENY);
        cr_expect_eq(by_interfaces("hid", true, f).interfaces, UINT64_MAX >> 1);
}

Test(policy_decide, the_sealed_terminal_lets_in_what_people_need_to_log_in) {
        struct verdict v = decide(NULL, a_keyboard());
        struct device_facts disguise = a_keyboard();

        cr_expect_eq(v.action, ACTION_ALLOW);
        cr_expect_eq(v.reason, REASON_SEALED);
        cr_expect_eq(v.rule, RULE_NONE);
        cr_expect_eq(v.interfaces, 3);
        cr_expect_eq(decide(NULL, a_device_of(0x09, 0, 0)).action, ACTION_ALLOW);
        cr_expect_eq(decide(NULL, a_device_of(0x0b, 0, 0)).action, ACTION_ALLOW);
        cr_expect_eq(decide(NULL, a_stick()).action, ACTION_DENY);
        cr_expect_eq(decide(NULL, a_stick()).reason, REASON_SEALED);
        cr_expect_eq(decide(NULL, a_disguise()).interfaces, 0);
        cr_expect_eq(decide(NULL, a_device_of(0xff, 0, 0)).action, ACTION_DENY);
        disguise.klass = 0x08;
        cr_expect_eq(decide(NULL, disguise).action, ACTION_DENY);
}

Test(policy_decide, a_string_without_an_end_is_not_read_beyond) {
        struct device_facts f = a_stick();

        memset(f.serial, 'A', sizeof f.serial);
        memset(f.name, 'B', sizeof f.name);
        memset(f.port, 'C', sizeof f.port);
        cr_expect_eq(by_match("{serial: AAAA}", f).action, ACTION_DENY);
        cr_expect_eq(by_match("{serial: 'AAAA*'}", f).action, ACTION_ALLOW);
}

Test(policy_decide, the_accessors_tell_what_the_text_says) {
        struct policy *p = given("language: en\n" ALLOW_STICK);
        const char *const *pem;

        cr_expect_eq(policy_serial(p), 7);
        cr_expect_str_eq(policy_title(p), "試験");
        cr_expect_str_eq(policy_contact(p), "情報政策課");
        cr_expect_str_eq(policy_language(p), "en");
        cr_expect_eq(policy_issued(p), 1796083200, "%lld", (long long)policy_issued(p));
        cr_expect_eq(policy_valid_from(p), WEDNESDAY - 1);
        cr_expect_eq(policy_valid_until(p), WEDNESDAY - 1 + 120);
        cr_expect_eq(policy_threshold(p), 1);
        cr_assert_eq(policy_signers(p, &pem), 1);
        cr_expect_str_eq(pem[0], "PEM");
        cr_expect_eq(policy_rules(p), 1);
        cr_expect_str_eq(policy_rule_name(p, 0), "stick");
        cr_expect_str_eq(policy_rule_name(p, RULE_NONE), "");
        cr_expect_str_eq(policy_rule_name(p, 1), "");
        cr_expect_str_eq(policy_rule_clause(p, 0), "");
        policy_free(p);
}
