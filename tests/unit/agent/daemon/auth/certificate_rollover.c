/* SPDX-License-Identifier: MIT */
/* certificate_rollover.c — an authority that changes its key or its certificate: whose lists count, and for whom. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"

#include <criterion/criterion.h>

TestSuite(certificate_rollover, .init = given_an_authority, .fini = ceremony_end, .timeout = 120);

static void policy_has(const char *first, const char *second, const char *third) {
        authorities[0] = first;
        authorities[1] = second;
        authorities[2] = third;
        terms.card.n_authorities = third ? 3 : second ? 2 : 1;
}

static void lists_are(const char *first, const char *second) {
        lists[0] = first;
        lists[1] = second;
        terms.card.n_revocation = second ? 2 : 1;
}

/* The CA signs with a new key; old cards live on, and there are lists of the new key only. */
static void given_a_new_key(void) {
        certify(&(struct certified){ .name = "new", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        certify(&(struct certified){ .name = "bob", .issuer = "root" });
        certify(&(struct certified){ .name = "carol", .issuer = "new" });
        take_back("new", "bob");
        make_list("new", "now", "20261101000000Z", "20261231000000Z");
        lists_are("now", NULL);
}

Test(certificate_rollover, the_new_keys_list_speaks_of_the_old_keys_cards) {
        given_a_new_key();
        policy_has("root", "new", NULL);
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("carol", "carol", CERTIFICATE_FINE);
        policy_has("new", "root", NULL);
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("carol", "carol", CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW + 38 * DAY, CERTIFICATE_STALE_LIST);
        expect_at("bob", "bob", NOW + 1000 * DAY, CERTIFICATE_REVOKED);
}

Test(certificate_rollover, any_keys_list_of_that_name_revokes_though_another_covers) {
        given_a_new_key();
        make_list("root", "olds", "20261101000000Z", "20261231000000Z");
        policy_has("root", "new", NULL);
        lists_are("olds", "now");
        expect("bob", "bob", CERTIFICATE_REVOKED);
        lists_are("now", "olds");
        expect("bob", "bob", CERTIFICATE_REVOKED);
        expect("alice", "alice", CERTIFICATE_FINE);
}

Test(certificate_rollover, a_list_of_a_key_that_the_policy_does_not_name_is_none) {
        given_a_new_key();
        expect("bob", "bob", CERTIFICATE_LIST_KEY);
        expect("alice", "alice", CERTIFICATE_LIST_KEY);
}

Test(certificate_rollover, of_two_authorities_of_one_name_each_is_tried) {
        given_a_new_key();
        terms.card.n_revocation = 0;
        policy_has("root", "new", NULL);
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("carol", "carol", CERTIFICATE_FINE);
        policy_has("new", NULL, NULL);
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
        expect("carol", "carol", CERTIFICATE_FINE);
}

/* From 2026-12-01; the older certificate of the same key ran out on that day. */
Test(certificate_rollover, of_two_certificates_of_one_authority_the_one_in_force_counts) {
        certify(&(struct certified){ .name = "own", .extensions = AS_AUTHORITY });
        renew("own", "renewed", "20261201000000Z");
        certify(&(struct certified){
                .name = "alice",
                .issuer = "own",
                .extensions = "keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=issuer:always\n" });
        policy_has("root", "own", "renewed");
        expect("alice", "alice", CERTIFICATE_FINE);
        policy_has("renewed", "own", NULL);
        expect("alice", "alice", CERTIFICATE_FINE);
        policy_has("own", NULL, NULL);
        expect("alice", "alice", CERTIFICATE_FINE);
        policy_has("renewed", NULL, NULL); /* the serial number in the card's hint is the older one's */
        expect("alice", "alice", CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW - DAY, CERTIFICATE_CA_NOT_YET);
}

Test(certificate_rollover, who_is_below_a_revoked_authority_is_revoked) {
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "below", .issuer = "between", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "below" });
        take_back("root", "between");
        make_list("root", "roots", "20261101000000Z", "20261231000000Z");
        make_list("below", "leaves", "20261101000000Z", "20261231000000Z");
        policy_has("root", "between", "below");
        lists_are("roots", "leaves");
        expect("alice", "alice", CERTIFICATE_REVOKED);
        policy_has("below", "between", "root");
        expect("alice", "alice", CERTIFICATE_REVOKED);
        policy_has("between", "below", NULL); /* whose list it is, the policy vouches for */
        expect("alice", "alice", CERTIFICATE_REVOKED);
        enrol("alice");
        expect("alice", "alice", CERTIFICATE_REVOKED);
}

Test(certificate_rollover, whom_another_vouches_for_is_not_revoked_with_the_first) {
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){
                .name = "again", .issuer = "root", .subject = "/CN=between", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "between" });
        certify(&(struct certified){ .name = "carol", .issuer = "again" });
        take_back("root", "between");
        make_list("root", "roots", "20261101000000Z", "20261231000000Z");
        make_list("again", "agains", "20261101000000Z", "20261231000000Z");
        policy_has("root", "between", "again");
        lists_are("roots", "agains");
        expect("alice", "alice", CERTIFICATE_REVOKED);
        expect("carol", "carol", CERTIFICATE_FINE);
}

Test(certificate_rollover, a_list_without_next_update_ages_by_its_own_date) {
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        certify(&(struct certified){ .name = "bob", .issuer = "root" });
        take_back("root", "bob");
        make_endless_list("root", "endless", "20261129000000Z"); /* two days before NOW */
        lists_are("endless", NULL);
        expect("alice", "alice", CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW + 5 * DAY, CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW + 5 * DAY + 1, CERTIFICATE_STALE_LIST);
        expect_at("bob", "bob", NOW + 1000 * DAY, CERTIFICATE_REVOKED);
        terms.card.crl_grace_s = 0;
        expect_at("alice", "alice", NOW + 300 * DAY, CERTIFICATE_FINE);
}
