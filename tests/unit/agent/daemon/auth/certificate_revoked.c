/* SPDX-License-Identifier: MIT */
/* certificate_revoked.c — what revocation lists take away, when they are too old, and whose lists count. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"

#include <criterion/criterion.h>

TestSuite(certificate_revoked, .init = given_an_authority, .fini = ceremony_end, .timeout = 120);

static void lists_are(const char *first, const char *second) {
        lists[0] = first;
        lists[1] = second;
        terms.card.n_revocation = second ? 2 : 1;
}

static void given_two_of_whom_one_is_revoked(void) {
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        certify(&(struct certified){ .name = "bob", .issuer = "root" });
        make_list("root", "before", "20261001000000Z", "20261201000000Z");
        take_back("root", "bob");
        make_list("root", "after", "20261101000000Z", "20261231000000Z");
}

Test(certificate_revoked, who_is_on_the_list_is_revoked) {
        given_two_of_whom_one_is_revoked();
        lists_are("after", NULL);
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
        enrol("bob");
        expect("bob", "bob", CERTIFICATE_REVOKED);
}

Test(certificate_revoked, a_list_that_ran_out_still_revokes_and_counts_within_its_grace) {
        int64_t ran_out = NOW + 30 * DAY; /* 2026-12-31 */

        given_two_of_whom_one_is_revoked();
        lists_are("after", NULL);
        expect_at("alice", "alice", ran_out + 7 * DAY, CERTIFICATE_FINE);
        expect_at("alice", "alice", ran_out + 7 * DAY + 1, CERTIFICATE_STALE_LIST);
        expect_at("bob", "bob", ran_out + 1, CERTIFICATE_REVOKED);
        expect_at("bob", "bob", ran_out + 7 * DAY + 1, CERTIFICATE_REVOKED);
        expect_at("bob", "bob", ran_out + 1000 * DAY, CERTIFICATE_REVOKED);
        terms.card.crl_grace_s = 0;
        expect_at("alice", "alice", ran_out - 1, CERTIFICATE_FINE);
        expect_at("alice", "alice", ran_out + 1, CERTIFICATE_STALE_LIST);
}

/* Otherwise setting the clock back to where the older list is the one in force brings a lost card back. */
Test(certificate_revoked, any_list_revokes_whatever_the_clock_says) {
        given_two_of_whom_one_is_revoked();
        lists_are("before", "after");
        expect_at("bob", "bob", NOW - 45 * DAY, CERTIFICATE_REVOKED);
        expect_at("alice", "alice", NOW - 45 * DAY, CERTIFICATE_FINE);
        lists_are("after", "before");
        expect("bob", "bob", CERTIFICATE_REVOKED);
        lists_are("after", NULL);
        expect_at("bob", "bob", NOW - 45 * DAY, CERTIFICATE_REVOKED);
        expect_at("alice", "alice", NOW - 45 * DAY, CERTIFICATE_FINE);
}

Test(certificate_revoked, a_list_of_another_authority_is_none) {
        given_two_of_whom_one_is_revoked();
        certify(&(struct certified){ .name = "other", .extensions = AS_AUTHORITY });
        make_list("other", "others", "20261101000000Z", "20261231000000Z");
        lists_are("others", NULL);
        expect("alice", "alice", CERTIFICATE_NO_LIST);
        certify(&(struct certified){ .name = "fake", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        make_list("fake", "forged", "20261101000000Z", "20261231000000Z");
        lists_are("forged", NULL);
        expect("alice", "alice", CERTIFICATE_LIST_KEY);
        lists_are("forged", "after");
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
}

Test(certificate_revoked, an_authority_between_can_be_revoked) {
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "between" });
        make_list("between", "leaves", "20261101000000Z", "20261231000000Z");
        make_list("root", "none", "20261101000000Z", "20261231000000Z");
        authorities[1] = "between";
        terms.card.n_authorities = 2;
        lists_are("leaves", "none");
        expect("alice", "alice", CERTIFICATE_FINE);
        take_back("root", "between");
        make_list("root", "some", "20261102000000Z", "20261231000000Z");
        lists_are("leaves", "some");
        expect("alice", "alice", CERTIFICATE_REVOKED);
}

Test(certificate_revoked, an_enrolled_one_without_authority_can_be_revoked) {
        given_two_of_whom_one_is_revoked();
        terms.card.n_authorities = 0;
        enrol("alice");
        enrol("bob");
        lists_are("after", NULL);
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
}
