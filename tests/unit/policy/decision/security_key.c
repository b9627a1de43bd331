/* SPDX-License-Identifier: MIT */
/* security_key.c — a rule for security keys: what is not read yet, what is one, what is none, and what lied. */
#include "unit/policy/given.h"

#include "decision/kind.h"

TestSuite(security_key, .timeout = 60);

/* Nothing of it was read yet, then interface 0 says what `fido` and `other` are. */
static struct device_facts a_key(bool fido, bool other) {
        struct device_facts f = a_device_of(0x03, 0, 0);

        f.fido = fido, f.not_fido = other;
        return f;
}

static struct verdict decide(const char *rules, struct device_facts f) {
        struct verdict v;
        struct policy *p;
        char rest[1024];

        (void)snprintf(rest, sizeof rest, "devices:\n%s", rules);
        p = given(rest);
        v = policy_decide(p, &f, NOON, NULL);
        policy_free(p);
        return v;
}

#define KEYS "- {name: keys, match: {interfaces: [security-key]}, action: allow}\n"
#define INPUT "- {name: input, match: {interfaces: [hid]}, action: allow}\n"

Test(security_key, the_kind_is_known_once_the_report_is_read_and_says_nothing_else) {
        const struct device_facts unread = a_key(false, false), key = a_key(true, false), both = a_key(true, true);
        struct device_facts boot = a_device_of(0x03, 1, 1), foreign = a_key(true, false);

        cr_expect_eq(kinds_of_interface(&unread, 0), KIND_HID);
        cr_expect_eq(kinds_of_interface(&key, 0), KIND_HID | KIND_SECURITY_KEY);
        cr_expect_eq(kinds_of_interface(&both, 0), KIND_HID);
        boot.fido = 1;
        cr_expect_not(kinds_of_interface(&boot, 0) & KIND_SECURITY_KEY, "a boot keyboard types, whatever it says");
        foreign.foreign = 1;
        cr_expect_eq(kinds_of_interface(&foreign, 0), KIND_VENDOR);
        cr_expect_eq(interfaces_of_generic_hid(&unread), 1);
        cr_expect_eq(interfaces_of_generic_hid(&boot) | interfaces_of_generic_hid(&foreign), 0);
}

Test(security_key, what_is_not_read_is_let_in_by_its_rule_and_stays_only_if_it_is_one) {
        cr_expect_eq(decide(KEYS, a_key(false, false)).action, ACTION_ALLOW);
        cr_expect_eq(decide(KEYS, a_key(true, false)).action, ACTION_ALLOW);
        cr_expect_eq(decide(KEYS, a_key(true, true)).reason, REASON_CONTRADICTED);
        cr_expect_eq(decide(KEYS, a_key(true, true)).action, ACTION_DENY);
        cr_expect_eq(decide(KEYS, a_key(true, true)).rule, 0, "whose rule it abused");
        cr_expect_eq(decide(KEYS, a_key(false, true)).action, ACTION_DENY);
        cr_expect_eq(decide(KEYS, a_key(false, true)).reason, REASON_NO_RULE, "it never said that it was one");
        cr_expect_eq(decide(KEYS, a_device_of(0x03, 1, 1)).action, ACTION_DENY, "a boot keyboard");
        cr_expect_eq(decide(KEYS, a_device_of(0x08, 6, 0x50)).action, ACTION_DENY);
}

Test(security_key, where_another_rule_lets_it_in_nothing_is_supposed) {
        cr_expect_eq(decide(KEYS INPUT, a_key(false, false)).rule, 1);
        cr_expect_eq(decide(KEYS INPUT, a_key(false, true)).rule, 1, "a label printer");
        cr_expect_eq(decide(KEYS INPUT, a_key(true, true)).rule, 1);
        cr_expect_eq(decide(KEYS INPUT, a_key(true, false)).rule, 0);
}

Test(security_key, a_rule_that_denies_them_waits_until_one_is_read) {
        static const char none[] = "- {name: none, match: {interfaces: [security-key]}, action: deny}\n" INPUT;

        cr_expect_eq(decide(none, a_key(false, false)).action, ACTION_ALLOW);
        cr_expect_eq(decide(none, a_key(true, false)).action, ACTION_DENY);
        cr_expect_eq(
                decide("- {name: no, match: {interfaces: [hid]}, action: deny}\n" KEYS, a_key(false, false)).action,
                ACTION_DENY, "the first rule decides");
}

Test(security_key, conditions_hold_for_what_is_supposed) {
        static const char night[] =
                "- {name: n, match: {interfaces: [security-key]}, hours: '00:00-01:00', action: allow}\n";

        cr_expect_eq(decide(night, a_key(false, false)).action, ACTION_DENY);
        cr_expect_eq(decide(night, a_key(false, false)).reason, REASON_HOURS);
}

/* A key that also types a code and has a reader: only the other two are wanted of it. */
static struct device_facts a_key_that_types(bool fido, bool other) {
        struct device_facts f = { .bus = BUS_USB,
                                  .n_interfaces = 3,
                                  .interfaces = { TRIPLE(0, 3, 1, 1), TRIPLE(1, 3, 0, 0), TRIPLE(2, 0x0b, 0, 0) } };

        f.fido = (uint64_t)fido << 1, f.not_fido = (uint64_t)other << 1 | 1;
        return f;
}

Test(security_key, in_part_it_is_bound_to_be_read) {
        static const char part[] =
                "- {name: p, match: {interfaces: [security-key, smartcard]}, partial: true, action: allow}\n";

        cr_expect_eq(decide(part, a_key_that_types(false, false)).interfaces, 6);
        cr_expect_eq(decide(part, a_key_that_types(true, false)).interfaces, 6);
        cr_expect_eq(decide(part, a_key_that_types(false, true)).interfaces, 4);
        cr_expect_eq(decide(part, a_key_that_types(true, true)).reason, REASON_CONTRADICTED);
}

Test(security_key, without_a_policy_it_is_an_input_device) {
        struct device_facts f = a_key(true, false);

        cr_expect_eq(policy_decide(NULL, &f, NOON, NULL).action, ACTION_ALLOW);
        cr_expect_not(policy_decide(NULL, &f, NOON, NULL).kinds & KIND_SECURITY_KEY, "and hidraw stays shut");
}
