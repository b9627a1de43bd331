/* SPDX-License-Identifier: MIT */
/* What the agent that runs says of a device, beside what this version says: what differs is named, with its reason, and
 * nothing else is. */
#include "cli/setup/checks.h"

#include "unit/agent/cli/setup/root_tree.h"
#include "unit/policy/given.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static json_t *status, *were, *will;

static void drop(void) {
        json_decref(status), json_decref(were), json_decref(will);
        status = were = will = NULL;
        drop_tree();
}

TestSuite(check_upgrade, .init = given_a_tree, .fini = drop, .timeout = 20);

#define expect_said(part) cr_expect(strstr(said(), part), "'%s' is not in: %s", part, said())

/* JSON in single quotes. */
static json_t *json_of(const char *quoted) {
        char text[2048];
        json_t *o;

        (void)snprintf(text, sizeof text, "%s", quoted);
        for (char *c = text; *c; c++)
                *c = *c == '\'' ? '"' : *c;
        o = json_loads(text, 0, NULL);
        cr_assert(o, "%s", text);
        return o;
}

#define OLD "{'version':'0.3','disks':{'denied_by_default':true}}"
#define OLD_WITHOUT_PLANE "{'version':'0.3','disks':{'denied_by_default':false}}"
#define LATER "{'version':'7.0','disks':{'denied_by_default':true}}"

/* One device, as the agent that runs told it and as this version does; `rest` are more members. */
static enum finding compared(const char *running, const char *was, const char *now) {
        static const char device[] = "[{'path':'usb1/1-2','name':'thing','vid':'04b8','pid':'0202','port':'1-2',%s}]";
        char text[1024];

        json_decref(status), json_decref(were), json_decref(will);
        status = json_of(running);
        (void)snprintf(text, sizeof text, device, was);
        were = json_of(text);
        (void)snprintf(text, sizeof text, device, now);
        will = json_of(text);
        tree.status = status, tree.devices = were, tree.next = will;
        return looked(check_upgrade);
}

#define KIND(kind) "'kinds':['" kind "']"
#define ALLOW(kind) "'verdict':'allow','reason':'rule','partial':false," KIND(kind)
#define READ_ONLY(kind) "'verdict':'read-only','reason':'rule','partial':false," KIND(kind)
#define DENY(reason, kind) "'verdict':'deny','reason':'" reason "','partial':false," KIND(kind)

Test(check_upgrade, a_device_that_another_driver_would_take_is_told_with_both_verdicts_and_the_driver) {
        cr_expect_eq(compared(OLD, ALLOW("printer"), DENY("no-rule", "vendor") ",'driver':'usb_storage'"),
                     FINDING_WARNING);
        expect_said("thing 04b8:0202 (port 1-2): allowed by the version that runs, denied by this one (usb_storage)");
        expect_said("add a rule by id");
        tree.l = LANGUAGE_JA;
        (void)looked(check_upgrade);
        expect_said("いまの版では許可、この版では拒否（usb_storage）");
        expect_said("番号（id）で許可する規則");
}

Test(check_upgrade, a_keyboard_that_would_stop_working_is_a_stop) {
        cr_expect_eq(compared(OLD, ALLOW("hid-keyboard"), DENY("no-rule", "hid-keyboard") ",'driver':'?'"),
                     FINDING_STOP);
}

#define IN_PART(kind, let_in)                                                                                          \
        "'verdict':'allow','reason':'rule','partial':true," KIND(kind) ",'kinds_let_in':['" let_in "']"

Test(check_upgrade, so_is_one_that_would_be_let_in_without_its_keys) {
        cr_expect_eq(compared(OLD, ALLOW("hid-keyboard"), IN_PART("hid-keyboard", "storage")), FINDING_STOP);
        cr_expect_eq(compared(OLD, IN_PART("hid-keyboard", "hid-keyboard"), IN_PART("hid-keyboard", "storage")),
                     FINDING_STOP);
        cr_expect_eq(compared(OLD, ALLOW("hid-keyboard"), IN_PART("hid-keyboard", "hid-keyboard")), FINDING_WARNING);
        cr_expect_eq(compared(OLD, IN_PART("hid-keyboard", "hid-keyboard"), IN_PART("hid-keyboard", "hid-keyboard")),
                     FINDING_OK);
}

Test(check_upgrade, each_way_to_be_treated_otherwise_has_its_reason) {
        static const struct {
                const char *was, *will, *said;
        } cases[] = {
                { ALLOW("hid-mouse"), DENY("malformed", "hid-mouse") ",'malformed':'total-length'", "(total-length)" },
                { ALLOW("video"), DENY("no-rule", "video"), "no rule allows it" },
                { DENY("no-rule", "vendor"), ALLOW("smartcard"),
                  "denied by the version that runs, allowed by this one" },
                { DENY("rule", "vendor"), READ_ONLY("storage"), "denied by the version that runs, read-only by this" },
                { ALLOW("smartcard"), "'verdict':'allow','reason':'rule','partial':true," KIND("smartcard"),
                  "other parts of it" },
                { DENY("no-rule", "still-image"), DENY("no-rule", "still-image"),
                  "programs could use it all the same" },
                { DENY("rule", "smartcard"), DENY("rule", "smartcard"), "programs could use it all the same" },
                { ALLOW("hid"), ALLOW("hid"), "hidraw" },
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                cr_expect_eq(compared(OLD, cases[i].was, cases[i].will), FINDING_WARNING, "%s", cases[i].said);
                expect_said(cases[i].said);
        }
}

Test(check_upgrade, what_rests_on_more_than_the_device_is_no_difference) {
        static const struct {
                const char *was, *will;
        } cases[] = {
                { ALLOW("storage"), DENY("user", "storage") },       /* whoever sits there */
                { ALLOW("storage"), DENY("encryption", "storage") }, /* the medium, which nobody looks at here */
                { DENY("read-only", "storage"), READ_ONLY("storage") },
                { DENY("failed", "storage"), ALLOW("storage") },
                { ALLOW("storage"), ALLOW("storage") },
                { DENY("no-rule", "storage"), DENY("no-rule", "storage") },
                { ALLOW("hid"), ALLOW("hid") ",'nodes':['hidraw']" },
                { "'verdict':'allow','reason':'rule','partial':false,'kinds':['hid','hid-keyboard']",
                  "'verdict':'allow','reason':'rule','partial':false,'kinds':['hid','hid-keyboard']" },
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                cr_expect_eq(compared(OLD, cases[i].was, cases[i].will), FINDING_OK, "%zu: %s", i, said());
                expect_said("all is treated as by the version that runs (0.3)");
        }
}

Test(check_upgrade, nodes_are_told_of_where_they_become_shut_and_only_then) {
        cr_expect_eq(compared(OLD_WITHOUT_PLANE, ALLOW("hid"), ALLOW("hid")), FINDING_OK);
        cr_expect_eq(compared(LATER, ALLOW("hid"), ALLOW("hid")), FINDING_OK);
        cr_expect_eq(compared(LATER, ALLOW("printer"), DENY("no-rule", "vendor") ",'driver':'usb_storage'"),
                     FINDING_WARNING, "verdicts that differ are told of any version");
}

Test(check_upgrade, a_device_that_came_just_now_is_not_compared) {
        (void)compared(OLD, ALLOW("printer"), DENY("no-rule", "printer"));
        json_array_clear(were);
        cr_expect_eq(looked(check_upgrade), FINDING_OK);
}

Test(check_upgrade, nothing_is_claimed_that_could_not_be_looked_at) {
        (void)compared(OLD, ALLOW("printer"), ALLOW("printer"));
        tree.next = NULL;
        cr_expect_eq(looked(check_upgrade), FINDING_WARNING);
        expect_said("another version runs (0.3), and how this one would treat the devices cannot be told");
        (void)compared(OLD, ALLOW("printer"), ALLOW("printer"));
        tree.devices = NULL;
        cr_expect_eq(looked(check_upgrade), FINDING_WARNING, "the agent that runs did not answer");
}

Test(check_upgrade, a_policy_that_could_not_be_pushed_anew_is_told) {
        struct policy *p = given("devices: []\nlogin:\n  rules: [{name: a, require: [password+totp+recovery]}]\n");

        tree.policy = p;
        cr_expect_eq(compared(OLD, ALLOW("storage"), ALLOW("storage")), FINDING_WARNING);
        expect_said("this version would not accept it anew, so mend it: 10:31: 'password+totp+recovery'");
        tree.policy = NULL;
        policy_free(p);
        cr_expect_eq(compared(OLD, ALLOW("storage"), ALLOW("storage")), FINDING_OK);
}

Test(check_upgrade, beside_an_agent_of_this_version_there_is_nothing_to_say) {
        (void)compared("{'version':'" SEKIMORI_VERSION "'}", ALLOW("printer"), DENY("no-rule", "printer"));
        cr_expect_str_eq(said(), "");
        tree.status = NULL;
        (void)looked(check_upgrade);
        cr_expect_str_eq(said(), "");
}
