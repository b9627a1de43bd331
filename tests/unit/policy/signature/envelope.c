/* SPDX-License-Identifier: MIT */
/* envelope.c — what counts as signed, of envelopes made by the openssl command: by whom, when, and what it says. */
#include "unit/policy/signature/envelope_given.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

TestSuite(envelope_open, .init = given_people_and_a_text, .fini = ceremony_end, .timeout = 300);

static void expect_counted(const char *file, struct bytes trust_pem, int n) {
        struct err err = { "" };

        cr_expect_eq(open_with(slurp(file), trust_pem, &err), n, "%s: %s", file, err.text);
}

Test(envelope_open, each_kind_of_key_counts) {
        static const char *const kinds[] = { "P-256", "P-384", "RSA-2048", "RSA-3072" };

        for (size_t i = 0; i < 4; i++) {
                make_person(&(struct person_with_key){ .name = kinds[i], .key = kinds[i] });
                cms_sign("text", "kind.cms", kinds[i], NULL);
                expect_counted("kind.cms", trust_of(1, kinds[i], NULL), 1);
        }
}

Test(envelope_open, each_way_of_signing_counts) {
        struct bytes alice = trust_of(1, "alice", NULL), rsa;

        make_person(&(struct person_with_key){ "rsa", "RSA-2048" });
        rsa = trust_of(1, "rsa", NULL);
        cms_sign("text", "a.cms", "alice", "-md", "sha384", NULL);
        expect_counted("a.cms", alice, 1);
        cms_sign("text", "a.cms", "alice", "-md", "sha512", "-nocerts", NULL);
        expect_counted("a.cms", alice, 1);
        cms_sign("text", "a.cms", "alice", "-keyid", "-nosmimecap", NULL);
        expect_counted("a.cms", alice, 1);
        cms_sign("text", "a.cms", "alice", "-cades", NULL);
        expect_counted("a.cms", alice, 1);
        cms_sign("text", "a.cms", "rsa", "-keyopt", "rsa_padding_mode:pss", NULL);
        expect_counted("a.cms", rsa, 1);
}

/* RFC 5652 allows BER around the signed attributes, and other tools than openssl write it by default. */
Test(envelope_open, ber_of_indefinite_length_counts) {
        cms_sign("text", "a.cms", "alice", "-stream", NULL);
        expect_counted("a.cms", trust_of(1, "alice", NULL), 1);
}

Test(envelope_open, two_of_two_count) {
        cms_resign("alice.cms", "both.cms", "bob", NULL);
        expect_counted("both.cms", trust_of(2, "alice", "bob", NULL), 2);
        expect_counted("both.cms", trust_of(1, "alice", "bob", NULL), 2);
        expect_counted("both.cms", trust_of(1, "bob", NULL), 1);
}

Test(envelope_open, a_stranger_who_signs_along_does_no_harm) {
        make_person(&(struct person_with_key){ "edwards", "secp256k1" });
        cms_resign("alice.cms", "a.cms", "mallory", NULL);
        cms_resign("a.cms", "a.cms", "edwards", NULL);
        expect_counted("a.cms", trust_of(1, "alice", "bob", NULL), 1);
        sign_at_once("a.cms", "alice", EVP_sha256(), "mallory", EVP_sha1());
        expect_counted("a.cms", trust_of(1, "alice", "bob", NULL), 1);
        expect_refused(slurp("a.cms"), trust_of(1, "mallory", NULL), -EKEYREJECTED, "a digest other than SHA-256");
}

Test(envelope_open, equal_issuer_and_serial_do_not_confuse) {
        make_person(&(struct person_with_key){ "other", .subject = "alice" }); /* as a careless pilot kit would */
        cms_resign("alice.cms", "a.cms", "other", NULL);
        expect_counted("a.cms", trust_of(2, "alice", "other", NULL), 2);
        expect_counted("a.cms", trust_of(2, "other", "alice", NULL), 2);
        expect_counted("alice.cms", trust_of(1, "other", "alice", NULL), 1);
        expect_refused(slurp("alice.cms"), trust_of(1, "other", NULL), -EKEYREJECTED, "not of that key");
}

Test(envelope_open, crlf_and_a_missing_last_line_end_are_fine) {
        struct bytes pem = slurp("alice.cms");
        FILE *f = fopen("crlf.cms", "we");

        for (size_t i = 0; i < pem.left; i++)
                (void)fprintf(f, pem.at[i] == '\n' ? "\r\n" : "%c", pem.at[i]);
        (void)fclose(f);
        expect_counted("crlf.cms", trust_of(1, "alice", NULL), 1);
        spill("cut.cms", bytes_of(pem.at, pem.left - 1));
        expect_counted("cut.cms", trust_of(1, "alice", NULL), 1);
}

/* ---- dates, names, peeking ------------------------------------------------------ */

TestSuite(envelope_valid_at, .init = given_people_and_a_text, .fini = ceremony_end, .timeout = 60);

#define IN_2019 1560000000
#define IN_2026 1780000000
#define IN_2050 2540000000

Test(envelope_valid_at, is_about_issued_and_not_about_now) {
        auto_trust t = NULL;
        auto_envelope e = NULL;
        struct err err;

        make_person(&(struct person_with_key){ "past", .from = "20190101000000Z", .till = "20191231235959Z" });
        cms_sign("text", "past.cms", "past", NULL);
        t = trusted(trust_of(1, "past", NULL));
        cr_assert_eq(envelope_open(slurp("past.cms"), t, &e, NULL), 0);
        cr_expect_eq(envelope_valid_at(e, IN_2019, &err), 0);
        cr_expect_eq(envelope_valid_at(e, IN_2026, &err), -EKEYEXPIRED);
        cr_expect(strstr(err.text, "'CN=past' had expired"), "%s", err.text);
        cr_expect_eq(envelope_valid_at(e, 0, &err), -EKEYEXPIRED);
        cr_expect(strstr(err.text, "'CN=past' was not yet"), "%s", err.text);
}

Test(envelope_valid_at, enough_of_those_who_signed_must_be_valid) {
        auto_trust one = NULL, two = NULL;
        auto_envelope a = NULL, b = NULL;

        make_person(&(struct person_with_key){ "old", .till = "20210101000000Z" });
        cms_resign("alice.cms", "both.cms", "old", NULL);
        one = trusted(trust_of(1, "alice", "old", NULL));
        two = trusted(trust_of(2, "alice", "old", NULL));
        cr_assert_eq(envelope_open(slurp("both.cms"), one, &a, NULL), 0);
        cr_assert_eq(envelope_open(slurp("both.cms"), two, &b, NULL), 0);
        cr_expect_eq(envelope_valid_at(a, IN_2026, NULL), 0);
        cr_expect_eq(envelope_valid_at(b, IN_2026, NULL), -EKEYEXPIRED);
        cr_expect_eq(envelope_valid_at(a, IN_2050, NULL), -EKEYEXPIRED);
}

TestSuite(envelope_signers, .init = given_people_and_a_text, .fini = ceremony_end, .timeout = 60);

Test(envelope_signers, names_those_who_counted_only) {
        auto_trust t = trusted(trust_of(1, "alice", "bob", NULL));
        auto_envelope e = NULL;
        const char *const *names;

        cms_resign("alice.cms", "a.cms", "mallory", NULL);
        cr_assert_eq(envelope_open(slurp("a.cms"), t, &e, NULL), 0);
        cr_assert_eq(envelope_signers(e, &names), 1);
        cr_expect_str_eq(names[0], "CN=alice");
}

TestSuite(envelope_peek, .init = given_people_and_a_text, .fini = ceremony_end, .timeout = 60);

Test(envelope_peek, gives_the_text_whoever_signed) {
        auto_free uint8_t *peeked = NULL;
        size_t size;

        cr_assert_eq(envelope_peek(slurp("alice.cms"), &peeked, &size, NULL), 0);
        cr_expect(bytes_equal(bytes_of(peeked, size), text));
}

Test(envelope_peek, is_as_strict_about_the_frame) {
        uint8_t *peeked = NULL;
        size_t size;

        cr_expect_eq(envelope_peek(joined(slurp("alice.cms"), bytes_text("\n")), &peeked, &size, NULL), -EBADMSG);
        cr_expect_null(peeked);
}
