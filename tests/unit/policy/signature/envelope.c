/* SPDX-License-Identifier: MIT */
/* envelope.c — what counts as signed: envelopes made by the openssl command, and forgeries, each with its reason. */
#include "signature/envelope.h"

#include "decision/policy.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>

static const char text[] = "sekimori: 1\ntitle: 標準ポリシー\r\nbinary:\0 kept\n";

static void given_people_and_a_text(void) {
        ceremony_begin();
        make_people("alice", "bob", "mallory", NULL);
        spill("text", bytes_of(text, sizeof text - 1));
        cms_sign("text", "alice.cms", "alice", NULL);
}

TestSuite(envelope_open, .init = given_people_and_a_text, .fini = ceremony_end, .timeout = 300);

static struct trust *trusted(struct bytes pem) {
        struct trust *t = NULL;
        struct err err = { "" };

        cr_assert_eq(trust_parse(pem, &t, &err), 0, "%s", err.text);
        return t;
}

/* The number of signers that counted, or why it was refused. */
static int open_with(struct bytes pem, struct bytes trust_pem, struct err *err) {
        auto_trust t = trusted(trust_pem);
        auto_envelope e = NULL;
        const char *const *names;
        int r = envelope_open(pem, t, &e, err);

        if (r < 0) {
                cr_expect_null(e);
                return r;
        }
        cr_expect(bytes_equal(envelope_text(e), bytes_of(text, sizeof text - 1)), "another text came out");
        return (int)envelope_signers(e, &names);
}

static void expect_counted(const char *file, struct bytes trust_pem, int n) {
        struct err err = { "" };

        cr_expect_eq(open_with(slurp(file), trust_pem, &err), n, "%s: %s", file, err.text);
}

static void expect_refused(struct bytes pem, struct bytes trust_pem, int code, const char *reason) {
        struct err err = { "" };

        cr_expect_eq(open_with(pem, trust_pem, &err), code, "%s", reason);
        cr_expect(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
        cr_expect_null(strchr(err.text, '\n'));
}

static struct bytes joined(struct bytes a, struct bytes b) {
        FILE *f = fopen("joined", "we");

        cr_assert(f && fwrite(a.at, 1, a.left, f) == a.left && fwrite(b.at, 1, b.left, f) == b.left && !fclose(f));
        return slurp("joined");
}

static void add_signature(CMS_ContentInfo *cms, const char *name, const EVP_MD *digest) {
        char path[64];
        FILE *f;
        X509 *certificate;
        EVP_PKEY *key;

        (void)snprintf(path, sizeof path, "%s.crt", name);
        f = fopen(path, "re");
        cr_assert(f && (certificate = PEM_read_X509(f, NULL, NULL, NULL)) && fclose(f) == 0);
        (void)snprintf(path, sizeof path, "%s.key", name);
        f = fopen(path, "re");
        cr_assert(f && (key = PEM_read_PrivateKey(f, NULL, NULL, NULL)) && fclose(f) == 0);
        cr_assert(CMS_add1_signer(cms, certificate, key, digest, CMS_NOCERTS));
        X509_free(certificate);
        EVP_PKEY_free(key);
}

/* What the command cannot do: two signatures with two digests. */
static void sign_at_once(const char *out, const char *one, const EVP_MD *md_one, const char *two,
                         const EVP_MD *md_two) {
        CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
        BIO *in = BIO_new_mem_buf(text, sizeof text - 1), *to = BIO_new_file(out, "w");

        cr_assert(cms && in && to);
        add_signature(cms, one, md_one);
        add_signature(cms, two, md_two);
        cr_assert(CMS_final(cms, in, NULL, CMS_BINARY) && PEM_write_bio_CMS_stream(to, cms, NULL, 0));
        CMS_ContentInfo_free(cms);
        BIO_free(in);
        BIO_free(to);
}

/* ---- what plain openssl makes ------------------------------------------------- */

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

/* ---- forgeries ---------------------------------------------------------------- */

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
        struct bytes whole, said = bytes_of(text, sizeof text - 1);
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
                                cr_expect(bytes_equal(envelope_text(e), said), "byte %zu as %02x", i, instead[k]);
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
        cr_expect(bytes_equal(bytes_of(peeked, size), bytes_of(text, sizeof text - 1)));
}

Test(envelope_peek, is_as_strict_about_the_frame) {
        uint8_t *peeked = NULL;
        size_t size;

        cr_expect_eq(envelope_peek(joined(slurp("alice.cms"), bytes_text("\n")), &peeked, &size, NULL), -EBADMSG);
        cr_expect_null(peeked);
}
