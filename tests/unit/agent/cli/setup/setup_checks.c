/* SPDX-License-Identifier: MIT */
/* Each check before a stage, on a terminal's files made for it: what it says when all is well, and what it must not
 * miss. */
#include "cli/setup/checks.h"

#include "cli/setup/preflight.h"
#include "support/ceremony.h"
#include "support/inputs.h"
#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static json_t *owned;

static void drop(void) {
        json_decref(owned);
        owned = NULL;
        drop_tree();
}

TestSuite(setup_check, .init = given_a_tree, .fini = drop, .timeout = 20);

#define expect_said(part) cr_expect(strstr(said(), part), "'%s' is not in: %s", part, said())

/* JSON in single quotes. */
static const json_t *given_json(const char *quoted) {
        char text[4096];

        (void)snprintf(text, sizeof text, "%s", quoted);
        for (char *c = text; *c; c++)
                *c = *c == '\'' ? '"' : *c;
        json_decref(owned);
        owned = json_loads(text, 0, NULL);
        cr_assert(owned, "%s", text);
        return owned;
}

#define DEVICE(path, verdict, kind)                                                                                    \
        "{'path':'" path "','verdict':'" verdict "','kinds':['" kind "'],'name':'thing','vid':'0951','pid':'1666',"    \
        "'port':'1-2','reason':'no-rule','rule':''}"
#define BUS "pci0000:00/0000:00:14.0/usb1/"

Test(setup_check, the_only_keyboard_is_not_cut_off) {
        tree.devices = given_json("[" DEVICE(BUS "1-1", "deny", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_STOP, "there is nothing else");
        tree.devices = given_json("[" DEVICE(BUS "1-1", "allow", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_OK);
        tree.devices = given_json(
                "[" DEVICE(BUS "1-1", "deny", "hub") "," DEVICE(BUS "1-1/1-1.2", "allow", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_STOP, "behind a hub that is denied");
        tree.devices =
                given_json("[" DEVICE(BUS "1-1", "deny", "hub") "," DEVICE(BUS "1-10", "allow", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_OK, "1-10 is not behind 1-1");
}

Test(setup_check, a_laptops_own_keyboard_is_left) {
        given_file("sys/devices/platform/i8042/serio0/input/input0/id/bustype", "0011\n");
        given_file("sys/devices/platform/i8042/serio0/input/input0/capabilities/key", KEYS_KEYBOARD "\n");
        given_link("sys/class/input/input0", "../../devices/platform/i8042/serio0/input/input0");
        given_file("sys/class/dmi/id/chassis_type", "3\n");
        tree.devices = given_json("[" DEVICE(BUS "1-1", "deny", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_STOP, "a desktop's firmware shows one where there is none");
        given_file("sys/class/dmi/id/chassis_type", "10\n");
        cr_expect_eq(looked(check_keyboard), FINDING_OK);
}

Test(setup_check, a_keyboard_that_contradicts_itself_is_none_that_is_left) {
        static const char strange[] = "{'path':'" BUS "1-2','verdict':'allow','kinds':['hid-keyboard'],"
                                      "'malformed':'total-length','name':'thing'}";
        char both[1024];

        (void)snprintf(both, sizeof both, "[%s]", strange);
        tree.devices = given_json(both);
        cr_expect_eq(looked(check_keyboard), FINDING_STOP);
        expect_said("malformed: accept");
        (void)snprintf(both, sizeof both, "[%s," DEVICE(BUS "1-1", "deny", "hid-keyboard") "]", strange);
        tree.devices = given_json(both);
        cr_expect_eq(looked(check_keyboard), FINDING_STOP);
        (void)snprintf(both, sizeof both, "[%s," DEVICE(BUS "1-1", "allow", "hid-keyboard") "]", strange);
        tree.devices = given_json(both);
        cr_expect_eq(looked(check_keyboard), FINDING_OK);
}

#define IN_PART(path, kinds, let_in)                                                                                   \
        "{'path':'" path "','verdict':'allow','partial':true,'kinds':[" kinds "]," let_in "'name':'thing'}"

/* An agent of before does not say what of it is let in. */
Test(setup_check, what_is_let_in_without_its_keys_is_no_keyboard_that_is_left) {
        static const char *const let_in[] = { "", "'kinds_let_in':[],", "'kinds_let_in':['still-image']," };
        char text[1024];

        for (size_t i = 0; i < sizeof let_in / sizeof *let_in; i++) {
                (void)snprintf(text, sizeof text, "[" IN_PART(BUS "1-2", "'still-image','hid-keyboard'", "%s") "]",
                               let_in[i]);
                tree.devices = given_json(text);
                cr_expect_eq(looked(check_keyboard), FINDING_STOP, "%s", let_in[i]);
        }
        tree.devices = given_json(
                "[" IN_PART(BUS "1-2", "'still-image','hid-keyboard'", "'kinds_let_in':['hid-keyboard'],") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_OK);
}

Test(setup_check, behind_a_hub_of_which_only_the_rest_is_let_in_nothing_is_left) {
        tree.devices = given_json("[" IN_PART(BUS "1-1", "'hub','vendor'", "'kinds_let_in':['vendor'],") "," DEVICE(
                BUS "1-1/1-1.2", "allow", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_STOP);
        tree.devices = given_json("[" IN_PART(BUS "1-1", "'hub','vendor'", "'kinds_let_in':['hub'],") "," DEVICE(
                BUS "1-1/1-1.2", "allow", "hid-keyboard") "]");
        cr_expect_eq(looked(check_keyboard), FINDING_OK);
}

Test(setup_check, the_network_in_use_is_not_cut_off) {
        given_link("sys/class/net/enx0", "../../devices/" BUS "1-3/1-3:1.0/net/enx0");
        given_file("sys/devices/" BUS "1-3/1-3:1.0/net/enx0/operstate", "up\n");
        tree.devices = given_json("[" DEVICE(BUS "1-3", "deny", "network") "]");
        cr_expect_eq(looked(check_network), FINDING_STOP);
        expect_said("enx0");
        given_file("sys/devices/" BUS "1-3/1-3:1.0/net/enx0/operstate", "down\n");
        cr_expect_eq(looked(check_network), FINDING_OK, "no cable in it");
        given_file("sys/devices/" BUS "1-3/1-3:1.0/net/enx0/operstate", "up\n");
        tree.devices = given_json("[" DEVICE(BUS "1-3", "allow", "network") "]");
        cr_expect_eq(looked(check_network), FINDING_OK);
}

#define STICK "devices/" BUS "1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda"

Test(setup_check, nothing_mounted_is_cut_off_not_even_through_luks) {
        tree.devices = given_json("[" DEVICE(BUS "1-2", "read-only", "storage") "]");
        given_link("sys/dev/block/8:1", "../../" STICK "/sda1");
        given_link("sys/dev/block/253:0", "../../devices/virtual/block/dm-0");
        given_file("sys/" STICK "/sda1/dev", "8:1\n");
        given_link("sys/devices/virtual/block/dm-0/slaves/sda1", "../../../../../" STICK "/sda1");
        given_file("proc/self/mountinfo", "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
        cr_expect_eq(looked(check_mounts), FINDING_OK);
        given_file("proc/self/mountinfo", "30 22 8:1 / /mnt/a\\040b rw,relatime shared:1 - vfat /dev/sda1 rw\n");
        cr_expect_eq(looked(check_mounts), FINDING_STOP);
        expect_said("/mnt/a\\040b");
        given_file("proc/self/mountinfo", "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n");
        cr_expect_eq(looked(check_mounts), FINDING_STOP, "the root itself, in LUKS on a stick");
}

Test(setup_check, what_is_no_mountinfo_is_passed_over) {
        static const char *const hostile[] = { "",
                                               "1\n",
                                               "1 2 3\n",
                                               " - \n",
                                               "1 2 8:1 / \n",
                                               "1 2 8:1 / / rw -\n",
                                               "1 2 8:1 / / rw - ",
                                               "1 2 ../../../etc / / rw - x y z\n" };

        tree.devices = given_json("[" DEVICE(BUS "1-2", "deny", "storage") "]");
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                given_file("proc/self/mountinfo", hostile[i]);
                cr_expect_eq(looked(check_mounts), FINDING_OK, "%s", hostile[i]);
        }
}

Test(setup_check, the_clock_of_the_board_is_held_against_ours_in_any_zone) {
        char text[32];
        static const struct {
                long long off;
                enum finding worst;
        } cases[] = { { 0, FINDING_OK },
                      { 60, FINDING_OK },
                      { 9 * 3600, FINDING_OK },
                      { -(5 * 3600 + 1800), FINDING_OK },
                      { 300, FINDING_WARNING },
                      { 9 * 3600 + 300, FINDING_WARNING },
                      { -30LL * 86400, FINDING_WARNING } };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                (void)snprintf(text, sizeof text, "%lld\n", (long long)tree.now_s + cases[i].off);
                given_file("sys/class/rtc/rtc0/since_epoch", text);
                cr_expect_eq(looked(check_clock), cases[i].worst, "%lld s: %s", cases[i].off, said());
        }
}

static enum finding looked_at_signers(const struct decree *d, int64_t now_s) {
        struct policy *p = NULL;
        struct err err = { "" };
        enum finding worst;

        write_policy("policy.yaml", d);
        cr_assert_eq(policy_compile(slurp("policy.yaml"), &p, &err), 0, "%s", err.text);
        tree.policy = p;
        tree.now_s = now_s;
        worst = looked(check_signers);
        tree.policy = NULL;
        policy_free(p);
        return worst;
}

Test(setup_check, somebody_can_sign_the_next_policy) {
        const int64_t june = 1780272000; /* 2026-06-01: when it was issued */

        ceremony_begin();
        make_people("alice", "bob", NULL);
        make_person(&(struct person_with_key){ "over", .till = "20260531235959Z" });
        make_person(&(struct person_with_key){ "autumn", .till = "20261001000000Z" });
        cr_expect_eq(looked_at_signers(&(struct decree){ 1 }, june), FINDING_OK, "%s", said());
        cr_expect_eq(looked_at_signers(&(struct decree){ 1, .signers = { "over" } }, june), FINDING_STOP);
        expect_said("policy.yaml:6:1: nobody could sign the next policy");
        cr_expect_eq(looked_at_signers(&(struct decree){ INT64_MAX }, june), FINDING_STOP);
        expect_said("9000000000000000000 at most");
        cr_expect_eq(looked_at_signers(&(struct decree){ 1, .signers = { "autumn" } }, june), FINDING_OK);
        cr_expect_eq(looked_at_signers(&(struct decree){ 1, .signers = { "autumn" } }, june + 100 * 86400),
                     FINDING_WARNING, "in operation since then");
        expect_said("'CN=autumn' is valid until 2026-10-01");
        cr_expect_eq(looked_at_signers(&(struct decree){ 1, .signers = { "autumn" } }, 0), FINDING_OK,
                     "a clock that lost its battery");
        ceremony_end();
}

Test(setup_check, an_agent_that_does_not_answer_stops_everything) {
        cr_expect_eq(looked(check_agent), FINDING_STOP);
        tree.status = given_json(
                "{'observer':{'settled':true},'audit':{'healthy':true},'policy':null,'disk':{'free_mib':31}}");
        cr_expect_eq(looked(check_agent), FINDING_OK);
        cr_expect_eq(looked(check_policy), FINDING_STOP, "sealed");
        cr_expect_eq(looked(check_trust), FINDING_STOP, "nobody could sign the first policy");
        cr_expect_eq(looked(check_space), FINDING_STOP);
        tree.status = given_json("{'observer':{'settled':false},'audit':{'healthy':true}}");
        cr_expect_eq(looked(check_agent), FINDING_STOP);
}

Test(setup_check, the_table_names_what_can_be_forced) {
        cr_expect(preflight_knows("keyboard") && preflight_knows("administrators"));
        cr_expect(!preflight_knows("") && !preflight_knows("everything"));
        (void)json_array_clear(tree.findings);
        preflight(&tree, PREFLIGHT_DEVICES);
        for (size_t i = 0; i < json_array_size(tree.findings); i++)
                cr_expect_str_neq(json_string_value(json_object_get(json_array_get(tree.findings, i), "check")), "sshd",
                                  "devices do not wait for what logins need");
}
