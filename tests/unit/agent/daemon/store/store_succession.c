/* SPDX-License-Identifier: MIT */
/* store_succession.c — a policy that none could follow is not accepted; one that is in force already is loaded, and
 * root ends it by force. */
#include "unit/agent/daemon/store/store_given.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>

TestSuite(store_succession, .init = given_policy_five, .fini = drop_store, .timeout = 60);

Test(store_succession, one_that_nobody_could_follow_is_refused) {
        make_person(&(struct person_with_key){ "over", .till = "20260531235959Z" });
        issue("6.cms", &(struct decree){ 6, .signers = { "over" } }, "alice");
        expect_refused("6.cms", -EKEYEXPIRED, "nobody could sign the next policy");
        issue("6.cms", &(struct decree){ 6, .threshold = 2, .signers = { "alice", "over" } }, "alice");
        expect_refused("6.cms", -EKEYEXPIRED, "1 of its signers' certificates are valid and 2 are needed");
        issue("6.cms", &(struct decree){ 6, .signers = { "alice", "over" } }, "alice");
        push_ok("6.cms");
}

Test(store_succession, a_step_that_leaves_no_room_is_refused_with_the_highest_that_does) {
        issue("p.cms", &(struct decree){ INT64_MAX }, "alice");
        expect_refused("p.cms", -ERANGE, "100000000000005 at most");
        expect_force_refused("p.cms", -ERANGE, "100000000000005 at most");
        issue("p.cms", &(struct decree){ 100000000000006 }, "alice");
        expect_refused("p.cms", -ERANGE, "100000000000005 at most");
        issue_and_push(100000000000005);
        issue_and_push(200000000000005);
}

Test(store_succession, a_first_policy_is_a_step_from_nothing, .init = given_an_empty_store) {
        issue("p.cms", &(struct decree){ 100000000000001 }, "alice");
        expect_refused("p.cms", -ERANGE, "100000000000000 at most");
        issue_and_push(20261201093000);
}

/* As versions accepted them that did not ask. */
static void given_one_whose_signers_are_over(void) {
        given_policy_five();
        make_person(&(struct person_with_key){ "over", .till = "20260531235959Z" });
        issue("6.cms", &(struct decree){ 6, .signers = { "over" } }, "alice");
        plant_in_force("6", "6.cms", 5);
}

Test(store_succession, one_in_force_already_is_loaded_and_noted, .init = given_one_whose_signers_are_over) {
        char note[ERR_TEXT] = "";

        cr_expect_eq(reopen(note), 6);
        cr_expect(strstr(note, "policy 6: 6:1: nobody could sign the next policy"), "%s", note);
        cr_expect_eq(access("state/policy/5", F_OK), 0, "the one before it stays");
}

Test(store_succession, root_ends_it_with_the_same_signers_keys, .init = given_one_whose_signers_are_over) {
        struct err waived;
        char note[ERR_TEXT] = "";

        cr_assert_eq(reopen(NULL), 6);
        issue("7.cms", &(struct decree){ 7 }, "over");
        expect_refused("7.cms", -EKEYEXPIRED, "'CN=over' had expired");
        push_forced("7.cms", &waived);
        cr_expect(strstr(waived.text, "'CN=over' had expired") && waived.ja[0], "%s", waived.text);
        cr_expect_eq(reopen(note), 7, "by force, and for good");
        cr_expect(strstr(note, "had expired"), "%s", note);
        issue_and_push(8);
        cr_expect_eq(reopen(note), 8);
        cr_expect_str_empty(note);
}

Test(store_succession, force_makes_up_for_no_signature_and_brings_nothing_back,
     .init = given_one_whose_signers_are_over) {
        cr_assert_eq(reopen(NULL), 6);
        issue("p.cms", &(struct decree){ 7 }, "alice");
        expect_force_refused("p.cms", -EKEYREJECTED, "signed by 0 of");
        issue("p.cms", &(struct decree){ 6 }, "over");
        expect_force_refused("p.cms", -ESTALE, "not higher than 6");
        issue("p.cms", &(struct decree){ 7, "2026-05-01T00:00:00Z" }, "over");
        expect_force_refused("p.cms", -ESTALE, "'issued' is earlier");
}

Test(store_succession, force_where_nothing_is_to_be_forced_is_a_push) {
        struct err waived;
        char note[ERR_TEXT] = "";

        issue("6.cms", &(struct decree){ 6 }, "alice");
        push_forced("6.cms", &waived);
        cr_expect_str_empty(waived.text);
        cr_expect_eq(reopen(note), 6);
        cr_expect_str_empty(note);
}

static void given_the_last_serial(void) {
        given_policy_five();
        issue("last.cms", &(struct decree){ INT64_MAX, "2026-07-01T00:00:00Z" }, "alice");
        plant_in_force("9223372036854775807", "last.cms", 5);
}

Test(store_succession, serials_that_are_used_up_begin_again_by_force, .init = given_the_last_serial) {
        struct err waived;
        char note[ERR_TEXT] = "";

        cr_assert_eq(reopen(note), INT64_MAX);
        cr_expect(strstr(note, "leaves no number for the policies after it"), "%s", note);
        issue("p.cms", &(struct decree){ 1, "2026-08-01T00:00:00Z" }, "alice");
        expect_refused("p.cms", -ERANGE, "no number is left above serial 9223372036854775807");
        issue("old.cms", &(struct decree){ 2, "2026-07-01T00:00:00Z" }, "alice");
        expect_force_refused("old.cms", -ESTALE, "'issued' is not later");
        issue("high.cms", &(struct decree){ 100000000000001, "2026-08-01T00:00:00Z" }, "alice");
        expect_force_refused("high.cms", -ERANGE, "100000000000000 at most");
        push_forced("p.cms", &waived);
        cr_expect(strstr(waived.text, "no number is left above serial 9223372036854775807"), "%s", waived.text);
        cr_expect(bytes_equal(slurp("state/policy/mark"), bytes_text("1 0\n")));
        cr_expect_eq(access("state/policy/9223372036854775807", F_OK), -1);
        cr_expect_eq(reopen(note), 1);
        cr_expect_str_empty(note);
        issue("2.cms", &(struct decree){ 2, "2026-08-01T00:00:00Z" }, "alice");
        push_ok("2.cms");
        cr_expect_eq(reopen(NULL), 2);
}

/* A power cut between the new mark and the removal of the slots. */
Test(store_succession, the_last_serial_does_not_come_back_after_a_crash, .init = given_the_last_serial) {
        struct err waived;
        char note[ERR_TEXT] = "";

        cr_assert_eq(reopen(NULL), INT64_MAX);
        issue("p.cms", &(struct decree){ 1, "2026-08-01T00:00:00Z" }, "alice");
        push_forced("p.cms", &waived);
        plant("9223372036854775807", "last.cms", trust_of(1, "alice", NULL));
        cr_expect_eq(reopen(note), 1);
        cr_expect_eq(access("state/policy/9223372036854775807", F_OK), -1);
        cr_expect_eq(reopen(note), 1);
        cr_expect_str_empty(note);
}
