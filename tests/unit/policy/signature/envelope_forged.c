/* SPDX-License-Identifier: MIT */
/* envelope_forged.c — envelopes that are forged, weak, damaged or too large, each refused with its reason. */
#include "unit/policy/signature/envelope_given.h"

#include "decision/policy.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

Test(envelope_open, below_threshold_is_refused) {
        expect_refused(slurp("alice.cms"), trust_of(2, "alice", "bob", NULL), -EKEYREJECTED, "signed by 1 of");
        expect_refused(slurp("alice.cms"), trust_of(1, "bob", NULL), -EKEYREJECTED, "signed by 0 of");
}

Test(envelope_open, one_signer_twice_counts_once) {
        sign_at_once("twice.cms", "alice", EVP_sha256(), "alice", EVP_sha512());
        cms_resign("twice.cms", "thrice.cms", "alice", "-keyid", "-nocerts", NULL);
        expect_refused(slurp("thrice.cms"), trust_of(2, "alice", "bob", NULL), -EKEYREJECTED, "signed by 1 of");
}

Test(envelope_open, one_key_in_two_certificates_counts_once) {
        make_person(&(struct person_with_key){ "twin", .key_of = "alice", .serial = 2, .subject = "someone" });
        cms_resign("alice.cms", "twin.cms", "twin", NULL);
        expect_refused(slurp("twin.cms"), trust_of(2, "alice", "bob", NULL), -EKEYREJECTED, "signed by 1 of");
        /* That both certificates are trusted, trust_parse refuses. */
}

Test(envelope_open, a_certificate_inside_makes_nobody_trusted) {
        make_person(&(struct person_with_key){ "fake", .subject = "alice" });
        cms_sign("text", "fake.cms", "fake", "-certfile", "alice.crt", NULL);
        expect_refused(slurp("fake.cms"), trust_of(1, "alice", NULL), -EKEYREJECTED, "not of that key");
}

Test(envelope_open, weak_ways_of_signing_are_refused) {
        struct bytes alice = trust_of(1, "alice", NULL);

        cms_sign("text", "a.cms", "alice", "-noattr", NULL);
        expect_refused(slurp("a.cms"), alice, -EKEYREJECTED, "'CN=alice': signed without signed attributes");
        cms_sign("text", "a.cms", "alice", "-md", "sha1", NULL);
        expect_refused(slurp("a.cms"), alice, -EKEYREJECTED, "a digest other than SHA-256");
        cms_sign("text", "a.cms", "alice", "-md", "sha224", NULL);
        expect_refused(slurp("a.cms"), alice, -EKEYREJECTED, "a digest other than SHA-256");
}

Test(envelope_open, other_things_than_attached_data_are_refused_by_name) {
        struct bytes alice = trust_of(1, "alice", NULL);
        static const struct {
                const char *arguments[6], *reason;
        } table[] = {
                { { "-sign", "-signer", "alice.crt", "-inkey", "alice.key" }, "detached" },
                { { "-encrypt", "-aes-256-cbc", "alice.crt" }, "encrypted" },
                { { "-encrypt", "-aes-256-gcm", "alice.crt" }, "encrypted" },
                { { "-EncryptedData_encrypt", "-secretkey", "000102030405060708090a0b0c0d0e0f", "-aes-128-cbc" },
                  "encrypted" },
                { { "-data_create" }, "plain data" },
                { { "-digest_create" }, "a digest" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                const char *const *a = table[i].arguments;

                cr_assert_eq(openssl("cms", "-binary", "-in", "text", "-outform", "PEM", "-out", "a.cms", a[0], a[1],
                                     a[2], a[3], a[4], a[5], NULL),
                             0, "%s", a[0]);
                expect_refused(slurp("a.cms"), alice, -EBADMSG, table[i].reason);
        }
        cms_sign("text", "a.cms", "alice", "-econtent_type", "1.2.840.113549.1.9.16.1.4", NULL);
        expect_refused(slurp("a.cms"), alice, -EBADMSG, "not id-data");
}

Test(envelope_open, unsigned_is_refused) {
        spill("a.cnf",
              bytes_text("asn1 = SEQUENCE:ci\n[ci]\ntype = OID:pkcs7-signedData\ncontent = EXP:0,SEQUENCE:sd\n"
                         "[sd]\nversion = INTEGER:1\ndigests = SET:none\ninner = SEQUENCE:ec\nsigners = SET:none\n"
                         "[none]\n[ec]\ntype = OID:pkcs7-data\ntext = EXP:0,FORMAT:ASCII,OCT:hello\n"));
        cr_assert_eq(openssl("asn1parse", "-genconf", "a.cnf", "-noout", "-out", "a.der", NULL), 0);
        cr_assert_eq(
                openssl("cms", "-cmsout", "-inform", "DER", "-in", "a.der", "-outform", "PEM", "-out", "a.cms", NULL),
                0);
        expect_refused(slurp("a.cms"), trust_of(1, "alice", NULL), -EBADMSG, "nobody signed");
}

Test(envelope_open, another_text_in_the_envelope_is_refused) {
        struct bytes der;
        uint8_t *at;

        cr_assert_eq(openssl("cms", "-cmsout", "-inform", "PEM", "-in", "alice.cms", "-outform", "DER", "-out", "a.der",
                             NULL),
                     0);
        der = slurp("a.der");
        at = memmem(der.at, der.left, "title", 5);
        cr_assert(at);
        *at = 'T';
        spill("a.der", der);
        cr_assert_eq(
                openssl("cms", "-cmsout", "-inform", "DER", "-in", "a.der", "-outform", "PEM", "-out", "a.cms", NULL),
                0);
        expect_refused(slurp("a.cms"), trust_of(1, "alice", NULL), -EKEYREJECTED, "signed another text");
}

Test(envelope_open, framing_is_strict) {
        struct bytes alice = trust_of(1, "alice", NULL), pem = slurp("alice.cms"), der;

        cr_assert_eq(openssl("cms", "-cmsout", "-inform", "PEM", "-in", "alice.cms", "-outform", "DER", "-out", "a.der",
                             NULL),
                     0);
        expect_refused(slurp("a.der"), alice, -EBADMSG, "binary (DER)");
        expect_refused(bytes_text(""), alice, -EBADMSG, "does not begin");
        expect_refused(joined(bytes_text("\n"), pem), alice, -EBADMSG, "does not begin");
        expect_refused(joined(bytes_text("sekimori: 1\n"), pem), alice, -EBADMSG, "does not begin");
        expect_refused(joined(bytes_text("\xef\xbb\xbf"), pem), alice, -EBADMSG, "does not begin");
        expect_refused(joined(pem, bytes_text("\n")), alice, -EBADMSG, "1 bytes behind the PEM block");
        expect_refused(joined(pem, bytes_of("\0", 1)), alice, -EBADMSG, "1 bytes behind the PEM block");
        expect_refused(joined(pem, pem), alice, -EBADMSG, "bytes behind the PEM block");
        expect_refused(slurp("alice.crt"), alice, -EBADMSG, "does not begin");

        spill("long.der", joined(slurp("a.der"), bytes_of("\0\0", 2)));
        cr_assert_eq(openssl("base64", "-in", "long.der", "-out", "long.b64", NULL), 0);
        der = joined(joined(bytes_text("-----BEGIN CMS-----\n"), slurp("long.b64")), bytes_text("-----END CMS-----\n"));
        expect_refused(der, alice, -EBADMSG, "2 bytes behind the CMS structure");
}

Test(envelope_open, base64_has_one_spelling) {
        struct bytes alice = trust_of(1, "alice", NULL);
        static const char *const hostile[] = {
                "-----BEGIN CMS-----\nMAA\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nMAA=MAA=\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nMA==\nMA==\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nMAB=\n-----END CMS-----\n",
                "-----BEGIN CMS-----\n MAA=\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nMAA= \n-----END CMS-----\n",
                "-----BEGIN CMS-----\n====\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nMA\rA=\n-----END CMS-----\n",
                "-----BEGIN CMS-----\n-----END CMS-----\n",
                "-----BEGIN CMS-----\nM\xc1"
                "A=\n-----END CMS-----\n",
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                expect_refused(bytes_text(hostile[i]), alice, -EBADMSG, "not clean base64");
        expect_refused(bytes_text("-----BEGIN CMS-----\nMAA=\n"), alice, -EBADMSG, "no '-----END CMS-----'");
        expect_refused(bytes_text("-----BEGIN CMS-----\n\nMAA=\n-----END CMS-----\n"), alice, -EBADMSG, "blank line");
        expect_refused(bytes_text("-----BEGIN CMS-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END CMS-----\n"), alice,
                       -EBADMSG, "blank line");
        expect_refused(bytes_text("-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n"), alice, -EBADMSG,
                       "does not begin");
        expect_refused(bytes_text("-----BEGIN CMS-----\nMAA=\n-----END PKCS7-----\n"), alice, -EBADMSG, "no '-----END");
}

Test(envelope_open, beyond_a_mebibyte_is_refused_before_it_is_parsed) {
        uint8_t *large = calloc(1, POLICY_TEXT_MAX + 1);

        cr_assert(large);
        expect_refused(bytes_of(large, POLICY_TEXT_MAX + 1), trust_of(1, "alice", NULL), -EBADMSG,
                       "larger than 1048576");
        expect_refused(bytes_of(large, POLICY_TEXT_MAX), trust_of(1, "alice", NULL), -EBADMSG, "does not begin");
        free(large);
}

Test(envelope_open, every_truncation_is_refused) {
        struct bytes whole = slurp("alice.cms");
        auto_trust t = trusted(trust_of(1, "alice", NULL));

        for (size_t n = 0; n < whole.left - 1; n++) {
                struct envelope *e = NULL;

                cr_expect_eq(envelope_open(bytes_of(whole.at, n), t, &e, NULL), -EBADMSG, "%zu bytes", n);
                envelope_free(e);
        }
}

/* The next letter of the same alphabet: still base64, another content. */
static uint8_t next_letter(uint8_t c) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/A";
        const char *at = c ? strchr(alphabet, c) : NULL;

        return at ? (uint8_t)at[1] : 'A';
}

Test(envelope_open, every_changed_byte_is_refused_or_changes_nothing) {
        struct bytes whole;
        auto_trust t = trusted(trust_of(2, "alice", "bob", NULL));
        uint8_t *copy;
        size_t refused = 0, tries = 0;

        cms_resign("alice.cms", "both.cms", "bob", NULL);
        whole = slurp("both.cms");
        copy = (uint8_t *)whole.at;
        for (size_t i = 0; i < whole.left; i++) {
                const uint8_t was = copy[i];
                const uint8_t instead[] = { was ^ 1, was ^ 0x80, next_letter(was), was == '\n' ? ' ' : '\n', '=' };

                for (size_t k = 0; k < sizeof instead; k++) {
                        struct envelope *e = NULL;

                        if (instead[k] == was)
                                continue;
                        copy[i] = instead[k];
                        tries++;
                        if (envelope_open(whole, t, &e, NULL) < 0)
                                refused++;
                        else
                                cr_expect(bytes_equal(envelope_text(e), text), "byte %zu as %02x", i, instead[k]);
                        envelope_free(e);
                }
                copy[i] = was;
        }
        cr_expect_gt(refused, tries / 2);
        cr_expect_eq(open_with(whole, trust_of(2, "alice", "bob", NULL), NULL), 2);
}

Test(envelope_open, more_signatures_than_people_could_make_are_refused) {
        for (int i = 0; i < 16; i++)
                cms_resign(i ? "many.cms" : "alice.cms", "many.cms", "bob", "-nocerts", "-signer", "bob.crt", "-inkey",
                           "bob.key", "-signer", "bob.crt", "-inkey", "bob.key", "-signer", "bob.crt", "-inkey",
                           "bob.key", NULL);
        expect_refused(slurp("many.cms"), trust_of(1, "alice", NULL), -EBADMSG, "more than 64 signatures");
}
