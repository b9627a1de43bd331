/* SPDX-License-Identifier: MIT */
/* store.c — policies on disk: what comes into force, what does not, and what a damaged disk leaves. */
#include "store/store.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static struct store *store;

/* As after a reboot: everything comes from the disk. Returns the serial in force, 0: sealed. */
static uint64_t reopen(char *note) {
        auto_policy p = NULL;
        struct err err = { "" };

        store_free(TAKE(store));
        cr_assert_eq(store_open("config", "state", &store, &err), 0, "%s", err.text);
        cr_assert_eq(store_load(store, &p, &err), 0);
        if (note)
                (void)snprintf(note, ERR_TEXT, "%s", err.text);
        return p ? policy_serial(p) : 0;
}

static void given_an_empty_store(void) {
        ceremony_begin();
        make_people("alice", "bob", "carol", "mallory", NULL);
        cr_assert(mkdir("config", 0755) == 0);
        spill("config/trust.pem", trust_of(1, "alice", NULL));
        cr_assert_eq(reopen(NULL), 0);
}

static int push(const char *file, struct err *err) {
        auto_policy p = NULL;
        struct bytes envelope = slurp(file);
        int r = store_check(store, envelope, &p, err);

        return r == 0 ? store_install(store, envelope, p, err) : r;
}

static void push_ok(const char *file) {
        struct err err = { "" };

        cr_assert_eq(push(file, &err), 0, "%s", err.text);
}

static void issue_and_push(uint64_t serial) {
        issue("p.cms", &(struct decree){ .serial = serial }, "alice");
        push_ok("p.cms");
}

static void given_policy_five(void) {
        given_an_empty_store();
        issue_and_push(5);
}

static void drop(void) {
        store_free(TAKE(store));
        ceremony_end();
}

/* The sanitizers that we run under are not for these tools. */
#define LISTING                                                                                                        \
        "unset LD_PRELOAD; cd state/policy && find . | LC_ALL=C sort && find . -type f | LC_ALL=C sort | xargs sha256sum"

/* Everything beneath state/policy, as one text. */
static void snapshot(char *to, size_t size) {
        FILE *out = fmemopen(to, size, "w");
        FILE *list = popen(LISTING, "re");
        int c;

        cr_assert(out && list);
        while ((c = fgetc(list)) != EOF)
                (void)fputc(c, out);
        (void)fclose(out);
        (void)pclose(list);
}

static void expect_refused(const char *file, int code, const char *reason) {
        char before[8192] = "", after[8192] = "";
        uint64_t highest = store_highest_serial(store);
        struct err err = { "" };

        snapshot(before, sizeof before);
        cr_expect_eq(push(file, &err), code, "%s: %s", reason, err.text);
        cr_expect(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
        snapshot(after, sizeof after);
        cr_expect_str_eq(before, after);
        cr_expect_eq(store_highest_serial(store), highest);
}

/* ---- pushing ------------------------------------------------------------------- */

TestSuite(store_install, .init = given_an_empty_store, .fini = drop, .timeout = 60);

Test(store_install, is_in_force_after_a_reboot) {
        issue_and_push(5);
        cr_expect_eq(store_highest_serial(store), 5);
        cr_expect_eq(reopen(NULL), 5);
        cr_expect_eq(store_highest_serial(store), 5);
}

Test(store_install, keeps_two_and_removes_older_ones) {
        for (uint64_t serial = 5; serial < 9; serial++)
                issue_and_push(serial);
        cr_expect_eq(access("state/policy/6", F_OK), -1);
        cr_expect_eq(access("state/policy/7", F_OK), 0);
        cr_expect_eq(access("state/policy/8", F_OK), 0);
        cr_expect(bytes_equal(slurp("state/policy/mark"), bytes_text("8 7\n")));
        cr_expect(bytes_equal(slurp("state/policy/8/envelope.cms"), slurp("p.cms")));
}

Test(store_install, nobody_else_may_read_or_write) {
        static const struct {
                const char *path;
                mode_t mode;
        } table[] = { { "state", 0711 }, /* auditors pass through to audit/ */
                      { "state/policy", 0700 },
                      { "state/policy/5", 0700 },
                      { "state/policy/5/envelope.cms", 0600 },
                      { "state/policy/mark", 0600 },
                      { "state/policy/5/trust.pem", 0600 } };
        struct stat st;

        issue_and_push(5);
        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                cr_assert_eq(stat(table[i].path, &st), 0, "%s", table[i].path);
                cr_expect_eq(st.st_mode & 07777, table[i].mode, "%s", table[i].path);
        }
}

Test(store_install, signers_of_the_policy_in_force_sign_the_next) {
        issue("5.cms", &(struct decree){ .serial = 5, .signers = { "bob" } }, "alice");
        push_ok("5.cms");
        issue("6.cms", &(struct decree){ .serial = 6, .signers = { "carol" } }, "alice");
        expect_refused("6.cms", -EKEYREJECTED, "signed by 0 of the trusted signers, 1 needed");
        issue("6.cms", &(struct decree){ .serial = 6, .signers = { "carol" } }, "bob");
        push_ok("6.cms");
        cr_expect_eq(reopen(NULL), 6);
        issue("7.cms", &(struct decree){ .serial = 7, .signers = { "carol" } }, "carol");
        push_ok("7.cms");
        cr_expect_eq(reopen(NULL), 7);
}

Test(store_install, threshold_of_the_policy_in_force_counts) {
        issue("5.cms", &(struct decree){ .serial = 5, .threshold = 2 }, "alice");
        push_ok("5.cms");
        issue("6.cms", &(struct decree){ .serial = 6 }, "alice");
        expect_refused("6.cms", -EKEYREJECTED, "signed by 1 of the trusted signers, 2 needed");
        cms_resign("6.cms", "6.cms", "bob", NULL);
        push_ok("6.cms");
}

Test(store_install, works_once_trust_appears) {
        cr_assert_eq(unlink("config/trust.pem"), 0);
        issue("5.cms", &(struct decree){ .serial = 5 }, "alice");
        expect_refused("5.cms", -EKEYREJECTED, "config/trust.pem");
        spill("config/trust.pem", bytes_text("threshold: 1\n"));
        expect_refused("5.cms", -EBADMSG, "no certificate");
        spill("config/trust.pem", trust_of(1, "alice", NULL));
        push_ok("5.cms");
}

Test(store_install, certificates_count_that_were_valid_at_issued) {
        make_person(&(struct person_with_key){ "past", .from = "20260101000000Z", .till = "20260131235959Z" });
        spill("config/trust.pem", trust_of(1, "past", NULL));
        issue("5.cms", &(struct decree){ .serial = 5, .signers = { "past" } }, "past");
        expect_refused("5.cms", -EKEYEXPIRED, "'CN=past' had expired");
        issue("5.cms", &(struct decree){ 5, "2025-12-31T23:59:59Z", .signers = { "past" } }, "past");
        expect_refused("5.cms", -EKEYEXPIRED, "'CN=past' was not yet");
        issue("5.cms", &(struct decree){ 5, "2026-01-31T23:59:59Z", .signers = { "past" } }, "past");
        push_ok("5.cms");
        cr_expect_eq(reopen(NULL), 5);
}

TestSuite(store_check, .init = given_policy_five, .fini = drop, .timeout = 60);

Test(store_check, lower_and_equal_serials_are_refused) {
        issue("p.cms", &(struct decree){ .serial = 5 }, "alice");
        expect_refused("p.cms", -ESTALE, "serial 5 is not higher than 5");
        issue("p.cms", &(struct decree){ .serial = 4 }, "alice");
        expect_refused("p.cms", -ESTALE, "serial 4 is not higher than 5");
}

Test(store_check, removing_the_policies_does_not_lower_the_mark) {
        cr_assert_eq(file_remove(AT_FDCWD, "state/policy/5"), 0);
        cr_expect_eq(reopen(NULL), 0);
        cr_expect_eq(store_highest_serial(store), 5);
        issue("p.cms", &(struct decree){ .serial = 5 }, "alice");
        expect_refused("p.cms", -ESTALE, "not higher");
        issue_and_push(6);
}

/* Whoever holds the key of an expired certificate chooses `issued`. */
static void given_a_key_that_has_expired(void) {
        given_an_empty_store();
        make_person(&(struct person_with_key){ "old", .till = "20260301000000Z" });
        issue("5.cms", &(struct decree){ 5, "2026-06-01T00:00:00Z", .signers = { "alice", "old" } }, "alice");
        push_ok("5.cms");
}

Test(store_check, issued_does_not_go_back, .init = given_a_key_that_has_expired) {
        issue("6.cms", &(struct decree){ 6, "2026-02-01T00:00:00Z" }, "old");
        expect_refused("6.cms", -ESTALE, "'issued' is earlier");
        issue("6.cms", &(struct decree){ 6, "2026-06-01T00:00:00Z" }, "old");
        expect_refused("6.cms", -EKEYEXPIRED, "had expired");
        issue("6.cms", &(struct decree){ 6, "2026-06-01T00:00:00Z" }, "alice");
        push_ok("6.cms");
}

Test(store_check, strangers_are_refused) {
        issue("6.cms", &(struct decree){ .serial = 6 }, "mallory");
        expect_refused("6.cms", -EKEYREJECTED, "signed by 0 of");
}

Test(store_check, forgeries_are_refused_each_with_its_reason) {
        struct bytes good;

        write_policy("6.yaml", &(struct decree){ .serial = 6 });
        expect_refused("6.yaml", -EBADMSG, "does not begin");
        cms_sign("6.yaml", "6.cms", "alice", "-noattr", NULL);
        expect_refused("6.cms", -EKEYREJECTED, "without signed attributes");
        cms_sign("6.yaml", "6.cms", "alice", "-md", "sha1", NULL);
        expect_refused("6.cms", -EKEYREJECTED, "a digest other than");
        cms_sign("6.yaml", "6.cms", "alice", "-econtent_type", "1.2.3.4", NULL);
        expect_refused("6.cms", -EBADMSG, "not id-data");
        cms_sign("6.yaml", "6.cms", "alice", "-outform", "DER", NULL);
        expect_refused("6.cms", -EBADMSG, "binary (DER)");
        cms_sign("6.yaml", "6.cms", "alice", NULL);
        good = slurp("6.cms");
        spill("long.cms", bytes_of(good.at, good.left));
        cr_assert_eq(truncate("long.cms", (off_t)good.left + 1), 0);
        expect_refused("long.cms", -EBADMSG, "behind the PEM block");
        cr_assert_eq(truncate("long.cms", POLICY_TEXT_MAX + 1), 0);
        expect_refused("long.cms", -EBADMSG, "larger than");
        push_ok("6.cms");
}

Test(store_check, a_signed_text_that_is_no_policy_is_refused_with_its_place) {
        issue("6.cms", &(struct decree){ 6, .rule = "\n  - {name: x, match: {bus: sub}, action: allow}" }, "alice");
        expect_refused("6.cms", -EBADMSG, "sub");
}

Test(store_check, a_policy_that_nobody_could_replace_is_refused) {
        make_person(&(struct person_with_key){ "weak", "RSA-1024" });
        issue("6.cms", &(struct decree){ 6, .signers = { "alice", "weak" } }, "alice");
        expect_refused("6.cms", -EBADMSG, "shorter than 2048");
        make_person(&(struct person_with_key){ "twin", .key_of = "alice", .subject = "someone", .serial = 2 });
        issue("6.cms", &(struct decree){ 6, .signers = { "alice", "twin" } }, "alice");
        expect_refused("6.cms", -EBADMSG, "are the same key");
        issue("6.cms", &(struct decree){ 6, .signers = { "alice" }, .threshold = 2 }, "alice");
        expect_refused("6.cms", -EBADMSG, "");
}

Test(store_check, asks_the_disk_first_what_is_in_force) {
        struct policy *p = NULL;

        issue("6.cms", &(struct decree){ 6, .signers = { "bob" } }, "alice");
        push_ok("6.cms");
        issue("7.cms", &(struct decree){ 7 }, "alice"); /* trusted at installation, no longer now */
        store_free(TAKE(store));
        cr_assert_eq(store_open("config", "state", &store, NULL), 0);
        cr_expect_eq(store_check(store, slurp("7.cms"), &p, NULL), -EKEYREJECTED);
        cr_expect_null(p);
}

/* ---- starting on what the disk holds ---------------------------------------------- */

static void given_five_and_six(void) {
        given_policy_five();
        issue_and_push(6);
}

TestSuite(store_load, .init = given_five_and_six, .fini = drop, .timeout = 60);

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

static void plant(const char *name, const char *envelope, struct bytes trust_pem) {
        char path[64];

        (void)snprintf(path, sizeof path, "state/policy/%s", name);
        cr_assert_eq(mkdir(path, 0700), 0);
        (void)snprintf(path, sizeof path, "state/policy/%s/envelope.cms", name);
        spill(path, slurp(envelope));
        (void)snprintf(path, sizeof path, "state/policy/%s/trust.pem", name);
        spill(path, trust_pem);
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

TestSuite(store_open, .init = given_an_empty_store, .fini = drop, .timeout = 60);

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
