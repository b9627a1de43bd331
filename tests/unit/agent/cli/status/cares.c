/* SPDX-License-Identifier: MIT */
/* What needs a person, from an answer of `status --json`: the care about others that decide. */
#include "cli/status/cares.h"

#include <criterion/criterion.h>
#include <string.h>

static char heard[CARE_TEXT];
static const char *listened_for;

static void hear_one(void *ctx, const struct care *care) {
        if (strcmp(care->id, listened_for) == 0)
                *(bool *)ctx = care->is_so, (void)snprintf(heard, sizeof heard, "%s", care->text);
}

static bool is_said(const char *id, const char *answer, enum language l) {
        json_t *status = json_loads(answer, 0, NULL);
        bool is_so = false;

        cr_assert(status);
        listened_for = id;
        (void)cares_tell(status, l, hear_one, &is_so);
        json_decref(status);
        return is_so;
}

#define RIVALS(deciding, switching, unread)                                                                            \
        "{\"rivals\":{\"deciding\":[" deciding "],\"switching\":[" switching "],\"unread\":[" unread "]}}"

Test(cares_tell, others_that_decide_are_named_and_those_that_switch_are_not) {
        cr_expect(is_said("rivals", RIVALS("\"usbguard (usbguard.service)\"", "", ""), LANGUAGE_EN));
        cr_expect_str_eq(
                heard,
                "something else lets devices in, too: usbguard (usbguard.service) (sekimori setup check says what to do)");
        cr_expect(is_said("rivals", RIVALS("\"a\",\"b\"", "", ""), LANGUAGE_JA));
        cr_expect_str_eq(heard, "ほかの仕組みも機器を許可しています: a, b（sekimori setup check で方法を確かめる）");
        cr_expect_not(is_said("rivals", RIVALS("", "\"usbmuxd (x)\"", "\"udev (y)\""), LANGUAGE_EN));
        cr_expect_not(is_said("rivals", "{}", LANGUAGE_EN));
}

Test(cares_tell, what_cannot_be_read_is_not_claimed) {
        cr_expect(is_said("rivals-unread", RIVALS("", "", "\"udev (/y)\""), LANGUAGE_EN));
        cr_expect_str_eq(heard,
                         "whether something else lets devices in cannot be told: udev (/y) (sekimori setup check)");
        cr_expect_not(is_said("rivals-unread", RIVALS("\"a\"", "\"b\"", ""), LANGUAGE_EN));
}

#define NETWORK(stage, firewall, follows)                                                                              \
        "{\"network\":{\"stage\":\"" stage "\",\"firewall\":" #firewall ",\"follows\":" #follows "}}"

Test(cares_tell, a_network_that_is_limited_wants_somebody_who_keeps_it) {
        cr_expect(is_said("network-unkept", NETWORK("enforce", false, false), LANGUAGE_EN));
        cr_expect_str_eq(heard, "nobody keeps the limits of the network: look at systemctl status sekimori-firewall");
        cr_expect(is_said("network-unkept", NETWORK("trial", false, false), LANGUAGE_JA));
        cr_expect_not(is_said("network-open", NETWORK("trial", false, false), LANGUAGE_JA), "it is said once");
        cr_expect_not(is_said("network-unkept", NETWORK("off", false, false), LANGUAGE_EN));
        cr_expect_not(is_said("network-unkept", NETWORK("observe", false, false), LANGUAGE_EN));
        cr_expect_not(is_said("network-unkept", NETWORK("enforce", true, true), LANGUAGE_EN));
        cr_expect_not(is_said("network-unkept", "{}", LANGUAGE_EN), "an agent of before");
}

Test(cares_tell, a_firewall_that_does_less_than_the_policy_says_is_told_of) {
        cr_expect(is_said("network-open", NETWORK("enforce", true, false), LANGUAGE_EN));
        cr_expect_str_eq(heard,
                         "the network is not limited as the policy says: look at journalctl -u sekimori-firewall");
        cr_expect_not(is_said("network-open", NETWORK("enforce", true, true), LANGUAGE_EN));
        cr_expect_not(is_said("network-open", NETWORK("off", true, false), LANGUAGE_EN));
}

#define CARD(readers, rest) "{\"card\":{\"asked_for\":true,\"mapped\":true,\"readers\":" #readers rest "}}"

Test(cares_tell, a_reader_is_unknown_where_pcscd_has_fewer_than_are_let_in) {
        cr_expect(is_said("reader-unknown", CARD(1, ",\"known\":0"), LANGUAGE_EN));
        cr_expect_str_eq(
                heard, "pcscd does not know a card reader that is let in: look for its driver (sekimori setup check)");
        cr_expect(is_said("reader-unknown", CARD(3, ",\"known\":2"), LANGUAGE_JA));
        cr_expect_not(is_said("reader-unknown", CARD(1, ",\"known\":2"), LANGUAGE_EN), "it has two slots");
        cr_expect_not(is_said("reader-unknown", CARD(1, ""), LANGUAGE_EN), "nobody could say");
        cr_expect_not(is_said("reader-unknown", "{\"card\":{\"readers\":1,\"known\":0}}", LANGUAGE_EN),
                      "nobody uses cards");
}
