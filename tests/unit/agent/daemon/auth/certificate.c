/* SPDX-License-Identifier: MIT */
/* certificate.c — which certificates let whom in: all made by the openssl command. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(certificate_judge, .init = given_an_authority, .fini = ceremony_end, .timeout = 120);

/* ---- Whose ------------------------------------------------------------------------------------------ */
Test(certificate_judge, the_right_one_is_fine_and_nobody_elses) {
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("alice", "bob", CERTIFICATE_NOT_THEIRS);
        expect("alice", "Alice", CERTIFICATE_NOT_THEIRS);
        expect("alice", "alic", CERTIFICATE_NOT_THEIRS);
        expect("alice", "alicee", CERTIFICATE_NOT_THEIRS);
        expect("alice", "", CERTIFICATE_NOT_THEIRS);
}

Test(certificate_judge, without_a_map_only_enrolled_ones_count) {
        terms.card.map = CARD_MAP_NONE;
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        expect("alice", "alice", CERTIFICATE_NOT_THEIRS);
        enrol("alice");
        expect("alice", "alice", CERTIFICATE_FINE);
}

Test(certificate_judge, an_enrolled_one_may_say_any_name) {
        certify(&(struct certified){ .name = "other", .issuer = "root" });
        certify(&(struct certified){ .name = "card", .issuer = "root", .subject = "/CN=00000000" });
        enrol("other");
        enrol("card");
        expect("card", "alice", CERTIFICATE_FINE);
}

Test(certificate_judge, common_names_that_are_nearly_theirs_are_not) {
        static const struct {
                const char *name, *subject, *why;
        } near[] = {
                { "two", "/CN=alice/CN=bob", "two names: which is it?" },
                { "same", "/CN=alice/CN=alice", "twice the same" },
                { "part", "/CN=alice@city.example", "a common name is no address" },
                { "space", "/CN=alice ", "a space behind" },
                { "none", "/O=alice", "another attribute" },
        };

        for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
                certify(&(struct certified){ .name = near[i].name, .issuer = "root", .subject = near[i].subject });
                expect(near[i].name, "alice", CERTIFICATE_NOT_THEIRS);
        }
}

Test(certificate_judge, a_common_name_in_japanese_is_compared_as_utf8) {
        certify(&(struct certified){ .name = "kanji", .issuer = "root", .subject = "/CN=山田" });
        expect("kanji", "山田", CERTIFICATE_FINE);
        expect("kanji", "山", CERTIFICATE_NOT_THEIRS);
}

/* Whoever compares C strings takes the first half for the whole. Changing the byte breaks the authority's signature:
 * it must not even come to that. */
Test(certificate_judge, a_nul_inside_a_common_name_makes_it_nobodys) {
        struct bytes der;
        uint8_t *name;

        certify(&(struct certified){ .name = "nul", .issuer = "root", .subject = "/CN=alice.bob" });
        der = der_of("nul");
        name = memmem(der.at, der.left, "alice.bob", 9);
        cr_assert_not_null(name);
        name[5] = '\0';
        cr_expect_eq(judged_bytes(der, "alice", NOW), CERTIFICATE_NOT_THEIRS);
        name[5] = '.';
        cr_expect_eq(judged_bytes(der, "alice.bob", NOW), CERTIFICATE_FINE);
}

#define USAGE "keyUsage=critical,digitalSignature\n"
#define UPN "otherName:1.3.6.1.4.1.311.20.2.3;"

static void names(const char *name, const char *alternatives) {
        char extensions[512];

        (void)snprintf(extensions, sizeof extensions, USAGE "subjectAltName=%s\n", alternatives);
        certify(&(struct certified){
                .name = name, .issuer = "root", .subject = "/CN=somebody", .extensions = extensions });
}

Test(certificate_judge, a_principal_name_is_the_user_or_begins_with_it) {
        terms.card.map = CARD_MAP_UPN;
        names("upn", UPN "UTF8:alice@city.example");
        expect("upn", "alice", CERTIFICATE_FINE);
        expect("upn", "alice@city.example", CERTIFICATE_FINE);
        expect("upn", "alice@other.example", CERTIFICATE_NOT_THEIRS);
        expect("upn", "alice@city", CERTIFICATE_NOT_THEIRS);
        expect("upn", "bob", CERTIFICATE_NOT_THEIRS);
        expect("upn", "ALICE", CERTIFICATE_NOT_THEIRS);
        expect("upn", "somebody", CERTIFICATE_NOT_THEIRS);
        names("among", "DNS:alice,email:alice@city.example," UPN "UTF8:bob@city.example,URI:urn:alice");
        expect("among", "bob", CERTIFICATE_FINE);
        expect("among", "alice", CERTIFICATE_NOT_THEIRS);
}

Test(certificate_judge, principal_names_that_are_nearly_theirs_are_not) {
        static const struct {
                const char *name, *alternatives;
        } near[] = {
                { "of-bob", UPN "UTF8:bob@city.example" },
                { "two", UPN "UTF8:alice@city.example," UPN "UTF8:bob@city.example" },
                { "nul", "DER:301ba019060a2b060104018237140203a00b0c09616c69636500626f62" }, /* alice NUL bob */
                { "nul-domain", "DER:301ca01a060a2b060104018237140203a00c0c0a616c6963650040622e63" },
                { "two-ats", UPN "UTF8:alice@b@city.example" },
                { "no-local", UPN "UTF8:@alice" },
                { "mail", "email:alice@city.example" },
                { "printable", UPN "PRINTABLESTRING:alice" },
                { "other-kind", "otherName:1.3.6.1.4.1.311.20.2.4;UTF8:alice@city.example" },
        };

        terms.card.map = CARD_MAP_UPN;
        for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
                names(near[i].name, near[i].alternatives);
                expect(near[i].name, "alice", CERTIFICATE_NOT_THEIRS);
                expect(near[i].name, "", CERTIFICATE_NOT_THEIRS);
        }
        expect("two-ats", "alice@b", CERTIFICATE_NOT_THEIRS);
}

Test(certificate_judge, an_address_is_the_user_or_begins_with_it) {
        terms.card.map = CARD_MAP_EMAIL;
        names("mail", "DNS:bob,email:alice@city.example");
        expect("mail", "alice", CERTIFICATE_FINE);
        expect("mail", "alice@city.example", CERTIFICATE_FINE);
        expect("mail", "bob", CERTIFICATE_NOT_THEIRS);
        names("two", "email:alice@city.example,email:bob@city.example");
        expect("two", "alice", CERTIFICATE_NOT_THEIRS);
        names("principal", UPN "UTF8:alice@city.example");
        expect("principal", "alice", CERTIFICATE_NOT_THEIRS);
        names("nul", "DER:300d810b616c69636500406263642e"); /* alice NUL @bcd. */
        expect("nul", "alice", CERTIFICATE_NOT_THEIRS);
}

/* Some authorities sign for more than one town. */
Test(certificate_judge, an_address_of_another_domain_is_nobodys) {
        terms.card.map = CARD_MAP_UPN;
        terms.card.domain = "city.example";
        names("ours", UPN "UTF8:alice@City.Example");
        expect("ours", "alice", CERTIFICATE_FINE);
        expect("ours", "alice@City.Example", CERTIFICATE_FINE);
        expect("ours", "alice@city.example", CERTIFICATE_NOT_THEIRS);
        names("other", UPN "UTF8:alice@other.example");
        names("below", UPN "UTF8:alice@it.city.example");
        names("longer", UPN "UTF8:alice@city.example.org");
        names("none", UPN "UTF8:alice");
        names("empty", UPN "UTF8:alice@");
        names("twice", UPN "UTF8:alice@city.example@other.example");
        expect("other", "alice", CERTIFICATE_NOT_THEIRS);
        expect("other", "alice@other.example", CERTIFICATE_NOT_THEIRS);
        expect("below", "alice", CERTIFICATE_NOT_THEIRS);
        expect("longer", "alice", CERTIFICATE_NOT_THEIRS);
        expect("none", "alice", CERTIFICATE_NOT_THEIRS);
        expect("empty", "alice", CERTIFICATE_NOT_THEIRS);
        expect("twice", "alice", CERTIFICATE_NOT_THEIRS);
        terms.card.map = CARD_MAP_EMAIL;
        names("mail", "email:alice@city.example");
        names("mail-other", "email:alice@other.example");
        expect("mail", "alice", CERTIFICATE_FINE);
        expect("mail-other", "alice", CERTIFICATE_NOT_THEIRS);
}

/* ---- Whose word -------------------------------------------------------------------------------------- */
Test(certificate_judge, another_authority_of_the_same_name_is_not_ours) {
        certify(&(struct certified){ .name = "fake", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "fake" });
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
        enrol("alice");
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
}

Test(certificate_judge, who_signs_for_himself_has_no_authority) {
        certify(&(struct certified){ .name = "alice" });
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
}

Test(certificate_judge, a_person_is_no_authority) {
        certify(&(struct certified){ .name = "bob", .issuer = "root" });
        certify(&(struct certified){ .name = "alice", .issuer = "bob" });
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
}

Test(certificate_judge, an_authority_between_counts_where_the_policy_names_it) {
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "between" });
        expect("alice", "alice", CERTIFICATE_UNKNOWN_CA);
        authorities[1] = "between";
        terms.card.n_authorities = 2;
        expect("alice", "alice", CERTIFICATE_FINE);
        authorities[0] = "between";
        terms.card.n_authorities = 1;
        expect("alice", "alice", CERTIFICATE_FINE);
}

Test(certificate_judge, an_enrolled_one_needs_no_authority_where_there_is_none) {
        terms.card.n_authorities = 0;
        certify(&(struct certified){ .name = "alice" });
        expect("alice", "alice", CERTIFICATE_NOT_THEIRS);
        enrol("alice");
        expect("alice", "alice", CERTIFICATE_FINE);
        expect_at("alice", "alice", 2208988799 + DAY, CERTIFICATE_EXPIRED);
}

/* ---- When --------------------------------------------------------------------------------------------- */
Test(certificate_judge, it_counts_between_its_dates) {
        certify(&(struct certified){
                .name = "alice", .issuer = "root", .from = "20261201000000Z", .till = "20261201235959Z" });
        expect_at("alice", "alice", NOW - 1, CERTIFICATE_NOT_YET);
        expect_at("alice", "alice", NOW, CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW + DAY - 2, CERTIFICATE_FINE);
        expect_at("alice", "alice", NOW + DAY, CERTIFICATE_EXPIRED);
}

Test(certificate_judge, an_authority_runs_out_too) {
        certify(&(struct certified){ .name = "old", .till = "20261130000000Z", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "old" });
        authorities[0] = "old";
        expect_at("alice", "alice", NOW - 2 * DAY, CERTIFICATE_FINE);
        expect("alice", "alice", CERTIFICATE_CA_EXPIRED);
}

/* ---- What for ------------------------------------------------------------------------------------------ */
Test(certificate_judge, its_purpose_must_be_to_log_in) {
        static const struct {
                const char *name, *extensions;
                enum certificate_fault fault;
        } purposes[] = {
                { "none", "subjectKeyIdentifier=hash\n", CERTIFICATE_FINE },
                { "client", USAGE "extendedKeyUsage=clientAuth\n", CERTIFICATE_FINE },
                { "smartcard", USAGE "extendedKeyUsage=critical,1.3.6.1.4.1.311.20.2.2\n", CERTIFICATE_FINE },
                { "both", USAGE "extendedKeyUsage=emailProtection,clientAuth\n", CERTIFICATE_FINE },
                { "server", USAGE "extendedKeyUsage=serverAuth\n", CERTIFICATE_PURPOSE },
                { "code", USAGE "extendedKeyUsage=codeSigning,emailProtection\n", CERTIFICATE_PURPOSE },
                { "any", USAGE "extendedKeyUsage=anyExtendedKeyUsage\n", CERTIFICATE_PURPOSE },
                { "encrypts", "keyUsage=keyEncipherment\nextendedKeyUsage=clientAuth\n", CERTIFICATE_PURPOSE },
                { "nonrepudiation", "keyUsage=critical,nonRepudiation\n", CERTIFICATE_PURPOSE },
                { "torn", USAGE "extendedKeyUsage=DER:04020102\n", CERTIFICATE_MALFORMED },
        };

        for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
                certify(&(struct certified){ .name = purposes[i].name,
                                             .issuer = "root",
                                             .subject = "/CN=alice",
                                             .extensions = purposes[i].extensions });
                expect(purposes[i].name, "alice", purposes[i].fault);
        }
}

Test(certificate_judge, what_must_be_understood_and_is_not_is_refused) {
        certify(&(struct certified){
                .name = "alice", .issuer = "root", .extensions = USAGE "1.3.6.1.4.1.99999.1=critical,DER:0500\n" });
        expect("alice", "alice", CERTIFICATE_MALFORMED);
}

/* ---- How strong ---------------------------------------------------------------------------------------- */
Test(certificate_judge, keys_are_rsa_2048_p256_or_p384) {
        static const struct {
                const char *key;
                enum certificate_fault fault;
        } keys[] = {
                { "RSA-2048", CERTIFICATE_FINE }, { "P-256", CERTIFICATE_FINE },     { "P-384", CERTIFICATE_FINE },
                { "RSA-1024", CERTIFICATE_WEAK }, { "secp256k1", CERTIFICATE_WEAK }, { "P-521", CERTIFICATE_WEAK },
                { "ED25519", CERTIFICATE_WEAK },  { "P-192", CERTIFICATE_WEAK },
        };

        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
                certify(&(struct certified){
                        .name = keys[i].key, .issuer = "root", .subject = "/CN=alice", .key = keys[i].key });
                expect(keys[i].key, "alice", keys[i].fault);
        }
}

Test(certificate_judge, a_weak_link_makes_a_weak_chain) {
        certify(&(struct certified){ .name = "small", .key = "RSA-1024", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "below", .issuer = "small", .subject = "/CN=alice" });
        certify(&(struct certified){ .name = "sha1", .issuer = "root", .subject = "/CN=alice", .digest = "sha1" });
        certify(&(struct certified){ .name = "rsa", .key = "RSA-2048", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "md5", .issuer = "rsa", .subject = "/CN=alice", .digest = "md5" });
        certify(&(struct certified){ .name = "edwards", .key = "ED25519", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "signed", .issuer = "edwards", .subject = "/CN=alice" });
        authorities[1] = "small";
        authorities[2] = "rsa";
        authorities[3] = "edwards";
        terms.card.n_authorities = 4;
        expect("below", "alice", CERTIFICATE_CA_WEAK);
        expect("signed", "alice", CERTIFICATE_CA_WEAK);
        expect("sha1", "alice", CERTIFICATE_WEAK);
        expect("md5", "alice", CERTIFICATE_WEAK);
}

Test(certificate_judge, what_a_trusted_authority_signed_itself_with_does_not_count) {
        certify(&(struct certified){ .name = "old", .digest = "sha1", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "alice", .issuer = "old" });
        certify(&(struct certified){
                .name = "between", .issuer = "root", .digest = "sha1", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "below", .issuer = "between", .subject = "/CN=alice" });
        authorities[0] = "old";
        authorities[1] = "between";
        authorities[2] = "root";
        terms.card.n_authorities = 3;
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("below", "alice", CERTIFICATE_FINE);
}

/* ---- Bytes ---------------------------------------------------------------------------------------------- */
Test(certificate_judge, every_truncation_and_a_tail_are_refused) {
        auto_roots r = roots();
        struct bytes der;
        uint8_t longer[4096];

        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        enrol("alice");
        der = der_of("alice");
        for (size_t cut = 0; cut < der.left; cut++)
                cr_expect_eq(certificate_judge(r, &terms, bytes_of(der.at, cut), NULL, "alice", &enrolled, NOW),
                             CERTIFICATE_MALFORMED, "cut at %zu", cut);
        memcpy(longer, der.at, der.left);
        longer[der.left] = 0;
        cr_expect_eq(certificate_judge(r, &terms, bytes_of(longer, der.left + 1), NULL, "alice", &enrolled, NOW),
                     CERTIFICATE_MALFORMED);
}

Test(certificate_judge, no_changed_byte_gets_in) {
        auto_roots r = roots();
        struct bytes der;
        uint8_t *at;

        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        der = der_of("alice");
        at = (uint8_t *)der.at;
        for (size_t i = 0; i < der.left; i++) {
                at[i] ^= 0x20;
                cr_expect_neq(certificate_judge(r, &terms, der, NULL, "alice", &enrolled, NOW), CERTIFICATE_FINE,
                              "at %zu", i);
                at[i] ^= 0x20;
        }
        cr_expect_eq(certificate_judge(r, &terms, der, NULL, "alice", &enrolled, NOW), CERTIFICATE_FINE);
}

Test(certificate_judge, random_bytes_are_nothing) {
        auto_roots r = roots();

        srandom(5);
        for (int round = 0; round < 20000; round++) {
                uint8_t noise[512], nonce[32] = { 0 }, hash[32];
                struct bytes der = bytes_of(noise, (size_t)random() % sizeof noise);
                char subject[64];

                for (size_t i = 0; i < der.left; i++)
                        noise[i] = (uint8_t)random();
                if (der.left > 4)
                        memcpy(noise, "\x30\x82", round % 2 ? 2 : 0);
                cr_assert_eq(certificate_judge(r, &terms, der, NULL, "alice", &enrolled, NOW), CERTIFICATE_MALFORMED);
                cr_assert_not(certificate_signed(der, nonce, der));
                cr_assert_lt(certificate_describe(der, subject, sizeof subject, hash), 0);
        }
}

/* ---- The policy's part ------------------------------------------------------------------------------------ */
static void roots_are_refused(const char *authority, const char *list, const char *why) {
        struct login_terms with = { 0 };
        struct roots *r = NULL;
        struct err err = { "" };

        with.card.authorities = &authority;
        with.card.n_authorities = authority != NULL;
        with.card.revocation = &list;
        with.card.n_revocation = list != NULL;
        cr_expect_lt(roots_new(&with, &r, &err), 0, "%s", why);
        cr_expect_null(r);
        cr_expect(strstr(err.text, why), "'%s' lacks '%s'", err.text, why);
        cr_expect_null(strchr(err.text, '\n'));
}

Test(certificate_judge, authorities_and_lists_that_are_none_are_named) {
        char *alice, *root;

        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        alice = (char *)text_of("alice", ".crt");
        root = (char *)text_of("root", ".crt");
        roots_are_refused(alice, NULL, "authorities: 1: not an authority");
        roots_are_refused("", NULL, "authorities: 1: empty");
        roots_are_refused("hello\n", NULL, "authorities: 1: does not begin with");
        roots_are_refused(root, "", "revocation: 1: empty");
        roots_are_refused(root, root, "revocation: 1: does not begin with");
        roots_are_refused(root, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n", "not a revocation list");
        roots_are_refused("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", NULL, "not a certificate");
        free(alice);
        free(root);
}
