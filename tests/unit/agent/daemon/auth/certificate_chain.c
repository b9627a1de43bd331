/* SPDX-License-Identifier: MIT */
/* certificate_chain.c — authorities that a card brings: they lead to one of the policy, or nowhere; and what a
 * certificate must be whoever signed it. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"

#include <criterion/criterion.h>
#include <openssl/x509.h>

TestSuite(certificate_chain, .init = given_an_authority, .fini = ceremony_end, .timeout = 120);

#define USAGE "keyUsage=critical,digitalSignature\n"

/* On a card with these authorities, NULL at the end. */
static enum certificate_fault brought(const char *name, const char *const *with, int64_t now_s) {
        struct card_chain chain = { 0 };
        auto_roots r = roots();
        enum certificate_fault fault;

        for (; *with; with++)
                card_chain_add(&chain, der_of(*with));
        fault = certificate_judge(r, &terms, der_of(name), &chain, "alice", &enrolled, now_s);
        card_chain_deinit(&chain);
        return fault;
}

#define BROUGHT(name, ...) brought(name, (const char *const[]){ __VA_ARGS__, NULL }, NOW)

static void given_two_between(void) {
        certify(&(struct certified){ .name = "upper", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "lower", .issuer = "upper", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "lower" });
}

Test(certificate_chain, what_the_card_brings_leads_to_the_policys) {
        given_two_between();
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_FINE);
        cr_expect_eq(BROUGHT("alice", "lower", "root", "upper"), CERTIFICATE_FINE);
        cr_expect_eq(BROUGHT("alice", "lower"), CERTIFICATE_UNKNOWN_CA);
        cr_expect_eq(BROUGHT("alice", "upper"), CERTIFICATE_UNKNOWN_CA);
        authorities[1] = "upper";
        terms.card.n_authorities = 2;
        cr_expect_eq(BROUGHT("alice", "lower"), CERTIFICATE_FINE);
}

Test(certificate_chain, a_card_brings_no_root) {
        certify(&(struct certified){ .name = "own", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "fake", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "own" });
        certify(&(struct certified){ .name = "forged", .issuer = "fake", .subject = "/CN=alice" });
        cr_expect_eq(BROUGHT("alice", "own", "root"), CERTIFICATE_UNKNOWN_CA);
        cr_expect_eq(BROUGHT("forged", "fake", "root"), CERTIFICATE_UNKNOWN_CA);
}

Test(certificate_chain, what_the_card_brings_is_judged_as_the_card_is) {
        static const struct {
                struct certified between;
                enum certificate_fault fault;
        } rows[] = {
                { { .name = "fine", .extensions = AS_AUTHORITY }, CERTIFICATE_FINE },
                { { .name = "person" }, CERTIFICATE_UNKNOWN_CA },
                { { .name = "no-usage", .extensions = "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature\n" },
                  CERTIFICATE_UNKNOWN_CA },
                { { .name = "usage-only", .extensions = "keyUsage=keyCertSign\n" }, CERTIFICATE_UNKNOWN_CA },
                { { .name = "small", .key = "RSA-1024", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_WEAK },
                { { .name = "p521", .key = "P-521", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_WEAK },
                { { .name = "edwards", .key = "ED25519", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_WEAK },
                { { .name = "sha1", .digest = "sha1", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_WEAK },
                { { .name = "old", .till = "20261130000000Z", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_EXPIRED },
                { { .name = "early", .from = "20261202000000Z", .extensions = AS_AUTHORITY }, CERTIFICATE_CA_NOT_YET },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct certified between = rows[i].between, alice = { .subject = "/CN=alice" };
                char name[64];
                enum certificate_fault fault;

                (void)snprintf(name, sizeof name, "below-%s", between.name);
                between.issuer = "root";
                alice.name = name;
                alice.issuer = between.name;
                certify(&between);
                certify(&alice);
                fault = BROUGHT(name, between.name);
                cr_expect_eq(fault, rows[i].fault, "%s: %s", between.name, certificate_fault_name(fault));
        }
}

Test(certificate_chain, a_path_is_as_long_as_the_authority_says) {
        certify(&(struct certified){
                .name = "short",
                .extensions = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n" });
        certify(&(struct certified){ .name = "lower", .issuer = "short", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "lower" });
        certify(&(struct certified){ .name = "direct", .issuer = "short", .subject = "/CN=alice" });
        authorities[0] = "short";
        cr_expect_eq(BROUGHT("alice", "lower"), CERTIFICATE_UNKNOWN_CA);
        cr_expect_eq(BROUGHT("direct", "lower"), CERTIFICATE_FINE);
}

Test(certificate_chain, where_there_are_lists_one_speaks_of_each) {
        given_two_between();
        certify(&(struct certified){ .name = "bob", .issuer = "lower", .subject = "/CN=alice" });
        make_list("root", "roots", "20261101000000Z", "20261231000000Z");
        make_list("upper", "uppers", "20261101000000Z", "20261231000000Z");
        make_list("lower", "lowers", "20261101000000Z", "20261231000000Z");
        lists[0] = "roots";
        lists[1] = "uppers";
        lists[2] = "lowers";
        terms.card.n_revocation = 3;
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_FINE);
        lists[1] = "roots";
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_NO_LIST);
        take_back("lower", "bob");
        make_list("lower", "lowers2", "20261101000000Z", "20261231000000Z");
        lists[1] = "uppers";
        lists[2] = "lowers2";
        cr_expect_eq(BROUGHT("bob", "upper", "lower"), CERTIFICATE_REVOKED);
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_FINE);
        take_back("root", "upper");
        make_list("root", "roots2", "20261101000000Z", "20261231000000Z");
        lists[0] = "roots2";
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_REVOKED);
        authorities[1] = "upper";
        terms.card.n_authorities = 2;
        cr_expect_eq(BROUGHT("alice", "upper", "lower"), CERTIFICATE_REVOKED);
}

/* The authority changed its key, and its old key signs the lists until its end. */
Test(certificate_chain, a_list_of_any_key_on_the_path_counts_for_its_name) {
        certify(&(struct certified){
                .name = "old", .issuer = "root", .subject = "/CN=town", .extensions = AS_AUTHORITY });
        certify(&(struct certified){
                .name = "new", .issuer = "old", .subject = "/CN=town", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "new" });
        certify(&(struct certified){ .name = "bob", .issuer = "new", .subject = "/CN=alice" });
        make_list("root", "roots", "20261101000000Z", "20261231000000Z");
        take_back("old", "bob");
        make_list("old", "olds", "20261101000000Z", "20261231000000Z");
        lists[0] = "roots";
        lists[1] = "olds";
        terms.card.n_revocation = 2;
        cr_expect_eq(BROUGHT("alice", "old", "new"), CERTIFICATE_FINE);
        cr_expect_eq(BROUGHT("bob", "old", "new"), CERTIFICATE_REVOKED);
}

Test(certificate_chain, a_card_that_brings_a_maze_is_refused_in_time) {
        static const char *const maze[] = { "m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", NULL };

        certify(&(struct certified){ .name = "m", .subject = "/CN=m", .extensions = AS_AUTHORITY });
        for (size_t i = 0; maze[i]; i++)
                renew("m", maze[i], "20200101000000Z");
        certify(&(struct certified){ .name = "alice", .issuer = "m" });
        cr_expect_eq(brought("alice", maze, NOW), CERTIFICATE_UNKNOWN_CA);
}

/* ---- What must be so whoever signed ------------------------------------------------------------------- */
Test(certificate_chain, an_authoritys_certificate_is_nobodys_card) {
        static const char *const extensions[] = {
                "basicConstraints=CA:TRUE\n",
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign\n",
                "basicConstraints=critical,CA:TRUE\n" USAGE,
                "keyUsage=digitalSignature,keyCertSign\n",
        };

        for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
                char name[] = { 'c', (char)('0' + i), '\0' };

                certify(&(struct certified){
                        .name = name, .issuer = "root", .subject = "/CN=alice", .extensions = extensions[i] });
                expect(name, "alice", CERTIFICATE_PURPOSE);
        }
        enrol("c1");
        expect("c1", "alice", CERTIFICATE_PURPOSE);
        terms.card.n_authorities = 0; /* where nobody vouches for it, it is what was enrolled */
        expect("c1", "alice", CERTIFICATE_FINE);
}

static long version_of(struct bytes der) {
        const unsigned char *at = der.at;
        X509 *x = d2i_X509(NULL, &at, (long)der.left);
        long version = X509_get_version(x);

        X509_free(x);
        return version;
}

Test(certificate_chain, a_certificate_of_version_1_says_nothing_of_its_purpose) {
        certify(&(struct certified){ .name = "v1", .issuer = "root", .subject = "/CN=alice", .extensions = "" });
        cr_assert_eq(version_of(der_of("v1")), X509_VERSION_1);
        expect("v1", "alice", CERTIFICATE_PURPOSE);
}

Test(certificate_chain, a_digest_that_nobody_allowed_is_weak) {
        static const struct {
                const char *digest;
                enum certificate_fault fault;
        } rows[] = {
                { "ripemd160", CERTIFICATE_WEAK }, { "sha1", CERTIFICATE_WEAK },   { "md5", CERTIFICATE_WEAK },
                { "sha224", CERTIFICATE_WEAK },    { "sha256", CERTIFICATE_FINE }, { "sha384", CERTIFICATE_FINE },
                { "sha512", CERTIFICATE_FINE },
        };

        certify(&(struct certified){ .name = "rsa", .key = "RSA-2048", .extensions = AS_AUTHORITY });
        authorities[0] = "rsa";
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                certify(&(struct certified){
                        .name = rows[i].digest, .issuer = "rsa", .subject = "/CN=alice", .digest = rows[i].digest });
                expect(rows[i].digest, "alice", rows[i].fault);
        }
}

Test(certificate_chain, a_person_is_no_host) {
        certify(&(struct certified){
                .name = "hosts", .extensions = AS_AUTHORITY "nameConstraints=critical,permitted;DNS:city.example\n" });
        certify(&(struct certified){ .name = "alice", .issuer = "hosts", .subject = "/CN=alice.tanaka" });
        certify(&(struct certified){ .name = "outside",
                                     .issuer = "hosts",
                                     .subject = "/CN=alice",
                                     .extensions = USAGE "subjectAltName=DNS:alice.elsewhere.example\n" });
        authorities[0] = "hosts";
        expect("alice", "alice.tanaka", CERTIFICATE_FINE);
        expect("outside", "alice", CERTIFICATE_UNKNOWN_CA);
}

Test(certificate_chain, a_policy_that_an_authority_demands_must_be_there) {
        certify(&(struct certified){ .name = "strict",
                                     .issuer = "root",
                                     .extensions =
                                             AS_AUTHORITY "certificatePolicies=1.2.392.1\n"
                                                          "policyConstraints=critical,requireExplicitPolicy:0\n" });
        certify(&(struct certified){ .name = "without", .issuer = "strict", .subject = "/CN=alice" });
        certify(&(struct certified){ .name = "other",
                                     .issuer = "strict",
                                     .subject = "/CN=alice",
                                     .extensions = USAGE "certificatePolicies=critical,1.2.392.2\n" });
        certify(&(struct certified){ .name = "with",
                                     .issuer = "strict",
                                     .subject = "/CN=alice",
                                     .extensions = USAGE "certificatePolicies=critical,1.2.392.1\n" });
        cr_expect_eq(BROUGHT("with", "strict"), CERTIFICATE_FINE);
        cr_expect_eq(BROUGHT("without", "strict"), CERTIFICATE_POLICY);
        cr_expect_eq(BROUGHT("other", "strict"), CERTIFICATE_POLICY);
}

Test(certificate_chain, a_policy_that_we_demand_must_be_there) {
        static const char *const demanded[] = { "1.2.392.1", "1.2.392.3" };
        static const struct {
                const char *name, *extensions;
                enum certificate_fault fault;
        } rows[] = {
                { "first", USAGE "certificatePolicies=1.2.392.1\n", CERTIFICATE_FINE },
                { "last", USAGE "certificatePolicies=critical,1.2.392.3\n", CERTIFICATE_FINE },
                { "among", USAGE "certificatePolicies=1.2.392.2,1.2.392.3\n", CERTIFICATE_FINE },
                { "other", USAGE "certificatePolicies=1.2.392.2\n", CERTIFICATE_POLICY },
                { "longer", USAGE "certificatePolicies=1.2.392.1.1\n", CERTIFICATE_POLICY },
                { "none", USAGE, CERTIFICATE_POLICY },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                certify(&(struct certified){ .name = rows[i].name,
                                             .issuer = "root",
                                             .subject = "/CN=alice",
                                             .extensions = rows[i].extensions });
                expect(rows[i].name, "alice", CERTIFICATE_FINE);
        }
        terms.card.policies = demanded;
        terms.card.n_policies = 2;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                expect(rows[i].name, "alice", rows[i].fault);
        enrol("none");
        expect("none", "alice", CERTIFICATE_POLICY);
}
