/* SPDX-License-Identifier: MIT */
/* store_load.c — starting on what the disk holds: damaged, interrupted, put there by hand, or used by another agent. */
#include "unit/agent/daemon/store/store_given.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static void given_five_and_six(void) {
        given_policy_five();
        issue_and_push(6);
}

TestSuite(store_load, .init = given_five_and_six, .fini = drop_store, .timeout = 60);

Test(store_load, nothing_to_note_about_a_good_store) {
        char note[ERR_TEXT] = "";

        cr_expect_eq(reopen(note), 6);
        cr_expect_str_empty(note);
}

Test(store_load, a_broken_newest_one_falls_back_and_says_so) {
        static const char *const files[] = { "state/policy/6/envelope.cms", "state/policy/6/trust.pem" };
        char note[ERR_TEXT];

        for (size_t i = 0; i < 2; i++) {
                struct bytes good = slurp(files[i]);

                for (size_t cut = 0; cut < 2; cut++) {
                        spill(files[i], bytes_of(good.at, cut ? 0 : good.left / 2));
                        cr_expect_eq(reopen(note), 5);
                        cr_expect(strstr(note, "policy 6 on disk"), "%s", note);
                        cr_expect_eq(store_highest_serial(store), 6);
                }
                cr_assert_eq(unlink(files[i]), 0);
                cr_expect_eq(reopen(note), 5);
                spill(files[i], good);
                cr_expect_eq(reopen(note), 6);
                cr_expect_str_empty(note);
        }
}

Test(store_load, both_broken_is_sealed_and_can_be_mended_by_a_push) {
        char note[ERR_TEXT];

        spill("state/policy/6/envelope.cms", bytes_text("x"));
        spill("state/policy/5/envelope.cms", bytes_text("y"));
        cr_expect_eq(reopen(note), 0);
        cr_expect(strstr(note, "policy 6 on disk") && strstr(note, "policy 5 on disk"), "%s", note);
        issue("p.cms", &(struct decree){ .serial = 6 }, "alice");
        expect_refused("p.cms", -ESTALE, "not higher than 6");
        issue_and_push(7);
        cr_expect_eq(reopen(note), 7);
        cr_expect_str_empty(note);
}

Test(store_load, after_a_fallback_the_next_push_keeps_what_worked) {
        spill("state/policy/6/envelope.cms", bytes_text("x"));
        cr_expect_eq(reopen(NULL), 5);
        issue_and_push(7);
        cr_expect(bytes_equal(slurp("state/policy/mark"), bytes_text("7 5\n")));
        cr_expect_eq(access("state/policy/6", F_OK), -1);
}

Test(store_load, an_interrupted_push_is_finished) {
        char note[ERR_TEXT];

        spill("state/policy/mark", bytes_text("5 0\n")); /* as before the last step */
        cr_expect_eq(reopen(note), 6);
        cr_expect_str_empty(note);
        cr_expect(bytes_equal(slurp("state/policy/mark"), bytes_text("6 5\n")));
}

Test(store_load, a_directory_put_there_by_hand_does_not_count) {
        char note[ERR_TEXT];

        issue("7.cms", &(struct decree){ .serial = 7 }, "mallory");
        plant("7", "7.cms", trust_of(1, "mallory", NULL));
        cr_expect_eq(reopen(note), 6);
        cr_expect(strstr(note, "policy 7 on disk: signed by 0 of"), "%s", note);
        cr_expect_eq(access("state/policy/7", F_OK), -1);
        issue("4.cms", &(struct decree){ .serial = 4 }, "alice");
        plant("4", "4.cms", trust_of(1, "alice", NULL));
        cr_expect_eq(reopen(note), 6);
        cr_expect_eq(access("state/policy/4", F_OK), -1);
}

Test(store_load, a_slot_that_bears_another_serial_is_skipped) {
        char note[ERR_TEXT];

        spill("state/policy/6/envelope.cms", slurp("state/policy/5/envelope.cms"));
        cr_expect_eq(reopen(note), 5);
        cr_expect(strstr(note, "it holds serial 5"), "%s", note);
}

Test(store_load, an_unreadable_mark_is_taken_from_the_slots) {
        static const char *const marks[] = { "",
                                             "6\n",
                                             "6 \n",
                                             " 6 5\n",
                                             "6 6\n",
                                             "5 6\n",
                                             "0 0\n",
                                             "06 5\n",
                                             "-1 0\n",
                                             "6 5 4\n",
                                             "x y\n",
                                             "6 5\n7 6\n",
                                             "99999999999999999999 5\n",
                                             "+6 5\n",
                                             "6  5\n" };
        char note[ERR_TEXT];

        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
                spill("state/policy/mark", bytes_text(marks[i]));
                cr_expect_eq(reopen(note), 6, "'%s'", marks[i]);
                cr_expect(strstr(note, "mark of the highest serial was unreadable"), "'%s': %s", marks[i], note);
                cr_expect(bytes_equal(slurp("state/policy/mark"), bytes_text("6 5\n")), "'%s'", marks[i]);
        }
        cr_assert_eq(unlink("state/policy/mark"), 0);
        cr_expect_eq(reopen(note), 6);
        cr_expect_str_empty(note);
}

Test(store_load, symlinks_are_not_followed) {
        cr_assert_eq(rename("state/policy/6", "elsewhere"), 0);
        cr_assert_eq(symlink("../../elsewhere", "state/policy/6"), 0);
        cr_expect_eq(reopen(NULL), 5);
}

Test(store_load, what_an_administrator_put_there_stays) {
        cr_assert_eq(mkdir("state/policy/backup", 0700), 0);
        spill("state/policy/notes.txt", bytes_text("x"));
        cr_expect_eq(reopen(NULL), 6);
        issue_and_push(7);
        cr_expect_eq(access("state/policy/backup", F_OK), 0);
        cr_expect_eq(access("state/policy/notes.txt", F_OK), 0);
}

Test(store_load, what_a_crash_left_is_removed) {
        cr_assert_eq(mkdir("state/policy/.new", 0700), 0);
        spill("state/policy/.new/envelope.cms", bytes_text("x"));
        spill("state/policy/.mark.new", bytes_text("x"));
        cr_expect_eq(reopen(NULL), 6);
        cr_expect_eq(access("state/policy/.new", F_OK), -1);
        cr_expect_eq(access("state/policy/.mark.new", F_OK), -1);
}

TestSuite(store_open, .init = given_an_empty_store, .fini = drop_store, .timeout = 60);

Test(store_open, has_one_writer) {
        struct store *second = NULL;
        struct err err;

        cr_expect_eq(store_open("config", "state", &second, &err), -EBUSY);
        cr_expect_str_eq(err.text, "another agent uses 'state'");
        cr_expect_null(second);
        store_free(TAKE(store));
        cr_expect_eq(store_open("config", "state", &store, &err), 0);
}

Test(store_open, without_a_place_says_so) {
        struct store *second = NULL;
        struct err err;

        cr_expect_lt(store_open("config", "no/such/place", &second, &err), 0);
        cr_expect(strstr(err.text, "no/such/place"), "%s", err.text);
        spill("file", bytes_text(""));
        cr_expect_lt(store_open("config", "file", &second, &err), 0);
}

/* An expired signer would otherwise be valid again where the newest policy cannot be read. */
Test(store_load, what_was_signed_last_outlasts_the_policy_that_said_so) {
        char note[ERR_TEXT];

        issue("7.cms", &(struct decree){ 7, "2026-08-01T00:00:00Z" }, "alice");
        push_ok("7.cms");
        cr_expect(bytes_equal(slurp("state/policy/issued"), bytes_text("1785542400\n")));
        spill("state/policy/7/envelope.cms", bytes_text("x"));
        cr_expect_eq(reopen(note), 6);
        issue("8.cms", &(struct decree){ 8, "2026-07-31T23:59:59Z" }, "alice");
        expect_refused("8.cms", -ESTALE, "'issued' is earlier than that of a policy that was in force");
        spill("state/policy/6/envelope.cms", bytes_text("y"));
        cr_expect_eq(reopen(note), 0);
        expect_refused("8.cms", -ESTALE, "'issued' is earlier than that of a policy that was in force");
        issue("8.cms", &(struct decree){ 8, "2026-08-01T00:00:00Z" }, "alice");
        push_ok("8.cms");
        cr_expect_eq(reopen(note), 8);
        cr_expect_str_empty(note);
}

/* As an older version leaves it; and as a disk does. */
Test(store_load, the_latest_date_of_issue_is_taken_from_the_policy_where_it_cannot_be_read) {
        static const char *const damaged[] = { "",      "1780272000",     "x\n",
                                               "0x7\n", "1780272000 1\n", "99999999999999999999\n" };
        char note[ERR_TEXT];

        cr_assert_eq(unlink("state/policy/issued"), 0);
        cr_expect_eq(reopen(note), 6);
        cr_expect_str_empty(note);
        cr_expect(bytes_equal(slurp("state/policy/issued"), bytes_text("1780272000\n")));
        for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
                spill("state/policy/issued", bytes_text(damaged[i]));
                cr_expect_eq(reopen(note), 6);
                cr_expect(strstr(note, "record of the latest date of issue was unreadable"), "'%s': %s", damaged[i],
                          note);
                cr_expect(bytes_equal(slurp("state/policy/issued"), bytes_text("1780272000\n")), "'%s'", damaged[i]);
                cr_expect_eq(reopen(note), 6);
                cr_expect_str_empty(note);
        }
}

static void given_nothing_in_force(void) {
        given_policy_five();
        spill("state/policy/5/envelope.cms", bytes_text("x"));
        issue("old.cms", &(struct decree){ 6, "2026-05-01T00:00:00Z" }, "alice");
        issue("new.cms", &(struct decree){ 7, "2026-08-01T00:00:00Z" }, "alice");
}

static void expect_lost(const char *how) {
        char note[ERR_TEXT];
        struct err waived;

        cr_expect_eq(reopen(note), 0, "%s", how);
        cr_expect(strstr(note, "the record of what was in force cannot be read"), "%s: %s", how, note);
        expect_refused("old.cms", -ESTALE, "root can make it the one in force with push --force");
        expect_refused("new.cms", -ESTALE, "root can make it the one in force with push --force");
        cr_expect_eq(reopen(note), 0, "%s: and it stays so", how);
        expect_refused("new.cms", -ESTALE, "the record of what was in force cannot be read");
        push_forced("new.cms", &waived);
        cr_expect(strstr(waived.text, "the record of what was in force cannot be read"), "%s: %s", how, waived.text);
        cr_expect_eq(reopen(note), 7, "%s", how);
        cr_expect_str_empty(note);
        issue("8.cms", &(struct decree){ 8, "2026-07-31T23:59:59Z" }, "alice");
        expect_refused("8.cms", -ESTALE, "'issued' is earlier");
}

Test(store_load, with_nothing_in_force_an_unread_date_of_issue_does_not_begin_anew, .init = given_nothing_in_force) {
        spill("state/policy/issued", bytes_text("?\n"));
        expect_lost("damaged");
}

Test(store_load, nor_does_one_that_is_missing, .init = given_nothing_in_force) {
        cr_assert_eq(unlink("state/policy/issued"), 0);
        expect_lost("missing");
}

Test(store_load, nor_does_a_serial, .init = given_nothing_in_force) {
        struct err waived;
        char note[ERR_TEXT];

        cr_assert_eq(unlink("state/policy/5/envelope.cms"), 0);
        cr_assert_eq(unlink("state/policy/5/trust.pem"), 0);
        cr_assert_eq(rmdir("state/policy/5"), 0);
        spill("state/policy/mark", bytes_text("?\n"));
        cr_expect_eq(reopen(note), 0);
        cr_expect(strstr(note, "the record of what was in force cannot be read"), "%s", note);
        cr_expect_not(strstr(note, "taken from"), "%s", note);
        expect_refused("new.cms", -ESTALE, "the record of what was in force cannot be read");
        expect_force_refused("old.cms", -ESTALE, "'issued' is earlier");
        push_forced("new.cms", &waived);
        cr_expect_eq(reopen(note), 7);
}
