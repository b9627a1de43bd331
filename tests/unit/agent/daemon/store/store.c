/* SPDX-License-Identifier: MIT */
/* store.c — policies pushed to a store: what comes into force, and what does not. */
#include "unit/agent/daemon/store/store_given.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

TestSuite(store_install, .init = given_an_empty_store, .fini = drop_store, .timeout = 60);

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

TestSuite(store_check, .init = given_policy_five, .fini = drop_store, .timeout = 60);

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
        cr_expect_eq(store_check(store, slurp("7.cms"), NULL, &p, NULL), -EKEYREJECTED);
        cr_expect_null(p);
}
