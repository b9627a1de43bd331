/* SPDX-License-Identifier: MIT */
/* trust.c — who may sign: what trust.pem may say, and what it may not. */
#include "signature/trust.h"

#include "signature/signer.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static void given_two_people(void) {
        ceremony_begin();
        make_people("alice", "bob", NULL);
}

TestSuite(trust_parse, .init = given_two_people, .fini = ceremony_end, .timeout = 60);

static struct bytes joined(struct bytes a, struct bytes b) {
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        (void)fwrite(a.at, 1, a.left, to);
        (void)fwrite(b.at, 1, b.left, to);
        (void)fclose(to);
        spill("joined", bytes_of(text, size));
        free(text);
        return slurp("joined");
}

static void expect_refused(struct bytes text, const char *reason) {
        struct err err = { "" };
        struct trust *t = NULL;

        cr_expect_eq(trust_parse(text, &t, &err), -EBADMSG, "%s", reason);
        cr_expect_null(t);
        cr_expect(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
        trust_free(t);
}

static void expect_threshold(struct bytes text, unsigned threshold) {
        struct err err = { "" };
        auto_trust t = NULL;

        cr_assert_eq(trust_parse(text, &t, &err), 0, "%s", err.text);
        cr_expect_eq(trust_threshold(t), threshold);
}

Test(trust_parse, threshold_line_says_how_many) {
        expect_threshold(trust_of(1, "alice", "bob", NULL), 1);
        expect_threshold(trust_of(2, "alice", "bob", NULL), 2);
}

Test(trust_parse, without_the_line_all_must_sign) {
        expect_threshold(joined(slurp("alice.crt"), slurp("bob.crt")), 2);
}

Test(trust_parse, comments_blank_lines_and_crlf_are_fine) {
        struct bytes head = bytes_text("# 署名者\r\n\r\nthreshold: 1\r\n# alice\r\n\r\n");
        char crlf[4096];
        size_t n = 0;
        struct bytes crt = slurp("alice.crt");

        for (size_t i = 0; i < crt.left; i++) {
                if (crt.at[i] == '\n')
                        crlf[n++] = '\r';
                crlf[n++] = (char)crt.at[i];
        }
        expect_threshold(joined(head, bytes_of(crlf, n)), 1);
}

Test(trust_parse, names_are_the_subjects) {
        auto_trust t = NULL;

        make_person(&(struct person_with_key){ .name = "yamada", .subject = "情報政策課 山田" });
        cr_assert_eq(trust_parse(slurp("yamada.crt"), &t, NULL), 0);
        cr_expect_str_eq(trust_signer(t, 0)->name, "CN=情報政策課 山田");
        cr_expect_null(trust_signer(t, 1));
}

Test(trust_parse, a_name_that_could_deceive_a_terminal_is_escaped) {
        static const char *const names[] = { "a\u202eb\x1b[2Jc", "a\u061cb", "a\u200bb",
                                             "a\xc2\x85"
                                             "b" };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                auto_trust t = NULL;

                make_person(&(struct person_with_key){ .name = "evil", .subject = names[i] });
                cr_assert_eq(trust_parse(slurp("evil.crt"), &t, NULL), 0);
                for (const char *c = trust_signer(t, 0)->name; *c; c++)
                        cr_expect(*c >= ' ' && *c <= '~', "%zu", i);
        }
}

Test(trust_parse, unreasonable_thresholds_are_refused) {
        static const struct {
                const char *line, *reason;
        } table[] = {
                { "threshold: 0\n", "threshold 0" },
                { "threshold: 3\n", "threshold 3 with 2" },
                { "threshold: -1\n", "wants a number" },
                { "threshold: \n", "wants a number" },
                { "threshold: 1x\n", "wants a number" },
                { "threshold: 4294967297\n", "wants a number" },
                { "threshold: 0x1\n", "wants a number" },
                { "threshold:1\n", "line 1: it is written like 'threshold: 2'" },
                { "threshold： 1\n", "line 1: it is written like 'threshold: 2'" },
                { "threshold: 1\nthreshold: 1\n", "line 2: does not begin" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
                expect_refused(joined(bytes_text(table[i].line), joined(slurp("alice.crt"), slurp("bob.crt"))),
                               table[i].reason);
}

Test(trust_parse, nobody_is_not_enough) {
        expect_refused(bytes_text(""), "no certificate");
        expect_refused(bytes_text("threshold: 1\n"), "no certificate");
        expect_refused(bytes_text("# only words\n"), "no certificate");
}

Test(trust_parse, same_key_twice_is_refused_even_in_two_certificates) {
        make_person(&(struct person_with_key){ .name = "twin", .key_of = "alice", .serial = 2, .subject = "someone" });
        expect_refused(trust_of(1, "alice", "alice", NULL), "are the same key");
        expect_refused(trust_of(1, "alice", "bob", "twin", NULL), "'CN=alice' and 'CN=someone' are the same key");
}

Test(trust_parse, weak_and_unfit_keys_are_refused) {
        static const struct {
                struct person_with_key person;
                const char *reason;
        } table[] = {
                { { "r1024", "RSA-1024" }, "'CN=r1024': its RSA key is shorter than 2048 bits" },
                { { "r2040", "RSA-2040" }, "shorter than 2048" },
                { { "koblitz", "secp256k1" }, "a curve other than" },
                { { "p521", "P-521" }, "a curve other than" },
                { { "edwards", "ED25519" }, "of Ed25519 or Ed448, not RSA, P-256 or P-384" },
                { { "agree", .usage = "keyAgreement" }, "lacks digitalSignature" },
                { { "ca", .usage = "critical,keyCertSign,cRLSign" }, "lacks digitalSignature" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                make_person(&table[i].person);
                expect_refused(trust_of(1, table[i].person.name, NULL), table[i].reason);
        }
}

/* What stands before the certificate is three lines: the threshold, a comment and a blank one. */
Test(trust_parse, an_error_names_the_first_line_of_the_certificate_that_is_wrong) {
        static const char head[] = "threshold: 1\n# signers\n\n";
        static const char not_one[] = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        char reason[64], torn[512];
        struct bytes alice = slurp("alice.crt");
        unsigned behind = 4;

        make_person(&(struct person_with_key){ .name = "weak", .key = "RSA-1024" });
        (void)snprintf(torn, sizeof torn, "%.200s\n", (const char *)alice.at);
        for (size_t i = 0; i < alice.left; i++)
                behind += alice.at[i] == '\n';
        (void)snprintf(reason, sizeof reason, "line %u: ", behind);
        expect_refused(joined(bytes_text(head), slurp("weak.crt")), "line 4: ");
        expect_refused(joined(joined(bytes_text(head), alice), slurp("weak.crt")), reason);
        expect_refused(joined(joined(bytes_text(head), alice), bytes_text(not_one)), reason);
        expect_refused(joined(joined(bytes_text(head), alice), bytes_text(torn)), reason);
        expect_refused(joined(joined(bytes_text(head), alice), alice), reason);
        expect_refused(joined(joined(bytes_text(head), alice), slurp("alice.key")), reason);
        expect_refused(joined(bytes_text("# signers\n\nthreshold: many\n"), alice), "line 3: 'threshold:'");
}

Test(trust_parse, fit_keys_are_accepted) {
        static const struct person_with_key table[] = {
                { "p256", "P-256" },      { "p384", "P-384" },
                { "r2048", "RSA-2048" },  { "r3072", "RSA-3072" },
                { "free", .usage = "-" }, { "both", .usage = "digitalSignature,nonRepudiation" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                make_person(&table[i]);
                expect_threshold(trust_of(1, table[i].name, NULL), 1);
        }
}

Test(trust_parse, a_private_key_is_refused_by_name) {
        expect_refused(joined(slurp("alice.crt"), slurp("alice.key")), "private key");
}

Test(trust_parse, text_around_a_certificate_is_refused) {
        expect_refused(joined(bytes_text("Subject: CN=alice\n"), slurp("alice.crt")), "line 1: does not begin");
        expect_refused(joined(slurp("alice.crt"), bytes_text("trailing\n")), "does not begin");
        expect_refused(joined(slurp("alice.crt"), bytes_of("\0", 1)), "does not begin");
}

Test(trust_parse, bytes_behind_the_der_are_refused) {
        cr_assert_eq(openssl("x509", "-in", "alice.crt", "-outform", "DER", "-out", "alice.der", NULL), 0);
        spill("longer.der", joined(slurp("alice.der"), bytes_of("\0\0\0", 3)));
        expect_refused(slurp("alice.der"), "binary (DER)");
        cr_assert_eq(openssl("base64", "-in", "longer.der", "-out", "longer.b64", NULL), 0);
        expect_refused(joined(joined(bytes_text("-----BEGIN CERTIFICATE-----\n"), slurp("longer.b64")),
                              bytes_text("-----END CERTIFICATE-----\n")),
                       "bytes behind the certificate");
}

Test(trust_parse, every_truncation_is_refused) {
        struct bytes whole = trust_of(2, "alice", "bob", NULL);

        /* But for the last line end, which may be missing. */
        for (size_t n = 0; n < whole.left - 1; n++) {
                struct trust *t = NULL;

                cr_expect_eq(trust_parse(bytes_of(whole.at, n), &t, NULL), -EBADMSG, "%zu bytes", n);
                trust_free(t);
        }
}

TestSuite(trust_from_pem, .init = given_two_people, .fini = ceremony_end, .timeout = 60);

Test(trust_from_pem, each_text_holds_one_certificate) {
        struct bytes both = joined(slurp("alice.crt"), slurp("bob.crt"));
        const char *two[] = { (const char *)both.at }, *none[] = { "\n" };
        struct trust *t = NULL;
        struct err err;

        cr_expect_eq(trust_from_pem(two, 1, 1, &t, &err), -EBADMSG);
        cr_expect_str_eq(err.text, "certificate 1: not exactly one certificate");
        cr_expect_eq(trust_from_pem(none, 1, 1, &t, &err), -EBADMSG);
        cr_expect_null(t);
}

Test(trust_from_pem, threshold_is_within_the_list) {
        const char *pem[] = { (const char *)slurp("alice.crt").at, (const char *)slurp("bob.crt").at };
        struct trust *t = NULL;

        cr_expect_eq(trust_from_pem(pem, 2, 0, &t, NULL), -EBADMSG);
        cr_expect_eq(trust_from_pem(pem, 2, 3, &t, NULL), -EBADMSG);
        cr_expect_eq(trust_from_pem(NULL, 0, 0, &t, NULL), -EBADMSG);
        cr_assert_eq(trust_from_pem(pem, 2, 2, &t, NULL), 0);
        cr_expect_eq(trust_threshold(t), 2);
        trust_free(t);
}

TestSuite(trust_text, .init = given_two_people, .fini = ceremony_end, .timeout = 60);

Test(trust_text, reads_back_the_same) {
        struct bytes before = trust_of(1, "alice", "bob", NULL);
        auto_trust t = NULL, again = NULL;
        auto_free char *text = NULL, *text_again = NULL;

        cr_assert_eq(trust_parse(before, &t, NULL), 0);
        cr_assert_eq(trust_text(t, &text, NULL), 0);
        cr_expect(bytes_equal(bytes_text(text), before));
        cr_assert_eq(trust_parse(bytes_text(text), &again, NULL), 0);
        cr_assert_eq(trust_text(again, &text_again, NULL), 0);
        cr_expect_str_eq(text, text_again);
}

TestSuite(signer_validity, .init = ceremony_begin, .fini = ceremony_end, .timeout = 60);

Test(signer_validity, both_ends_are_within) {
        auto_trust t = NULL;
        const struct signer *s;

        make_person(&(struct person_with_key){ "year", .from = "20260101000000Z", .till = "20261231235959Z" });
        cr_assert_eq(trust_parse(slurp("year.crt"), &t, NULL), 0);
        s = trust_signer(t, 0);
        cr_expect_eq(signer_validity(s, 1767225599), -1); /* date -u -d '2025-12-31 23:59:59' +%s */
        cr_expect_eq(signer_validity(s, 1767225600), 0);
        cr_expect_eq(signer_validity(s, 1798761599), 0); /* date -u -d '2026-12-31 23:59:59' +%s */
        cr_expect_eq(signer_validity(s, 1798761600), 1);
}
