/* SPDX-License-Identifier: MIT */
/* certificate_signed.c — which signatures are a certificate's: all made by the openssl command. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"
#include "wire/challenge.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <stdio.h>

TestSuite(certificate_signed, .init = ceremony_begin, .fini = ceremony_end, .timeout = 120);

static const uint8_t nonce[32] = "thirty-two bytes that nobody saw";

static struct bytes challenge(const uint8_t with[32]) {
        static uint8_t message[sizeof CARD_CHALLENGE - 1 + 32];

        memcpy(message, CARD_CHALLENGE, sizeof CARD_CHALLENGE - 1);
        memcpy(message + sizeof CARD_CHALLENGE - 1, with, 32);
        return bytes_of(message, sizeof message);
}

static const struct {
        const char *key, *digest, *other_digest;
} kinds[] = {
        { "RSA-2048", "sha256", "sha1" },
        { "P-256", "sha256", "sha384" },
        { "P-384", "sha384", "sha256" },
};

Test(certificate_signed, the_right_key_says_yes_to_this_nonce_only) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                struct bytes der, signature, raw = bytes_of(nonce, sizeof nonce);
                uint8_t other[32];

                certify(&(struct certified){ .name = kinds[i].key, .key = kinds[i].key });
                der = der_of(kinds[i].key);
                signature = signature_of(kinds[i].key, kinds[i].digest, challenge(nonce));
                cr_expect(certificate_signed(der, nonce, signature), "%s", kinds[i].key);
                memcpy(other, nonce, sizeof other);
                other[31] ^= 1;
                cr_expect_not(certificate_signed(der, other, signature), "%s: another nonce", kinds[i].key);
                signature = signature_of(kinds[i].key, kinds[i].other_digest, challenge(nonce));
                cr_expect_not(certificate_signed(der, nonce, signature), "%s: another digest", kinds[i].key);
                signature = signature_of(kinds[i].key, kinds[i].digest, raw);
                cr_expect_not(certificate_signed(der, nonce, signature), "%s: without the prefix", kinds[i].key);
        }
}

Test(certificate_signed, another_key_says_nothing) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                certify(&(struct certified){ .name = "alice", .key = kinds[i].key });
                certify(&(struct certified){ .name = "mallory", .key = kinds[i].key, .subject = "/CN=alice" });
                cr_expect_not(certificate_signed(der_of("alice"), nonce,
                                                 signature_of("mallory", kinds[i].digest, challenge(nonce))),
                              "%s", kinds[i].key);
                (void)remove("alice.cnf");
                (void)remove("mallory.cnf");
        }
}

Test(certificate_signed, no_truncated_longer_or_changed_signature_counts) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                struct bytes der, signature;
                uint8_t longer[1024] = { 0 };

                certify(&(struct certified){ .name = kinds[i].key, .key = kinds[i].key });
                der = der_of(kinds[i].key);
                signature = signature_of(kinds[i].key, kinds[i].digest, challenge(nonce));
                for (size_t cut = 0; cut < signature.left; cut++)
                        cr_expect_not(certificate_signed(der, nonce, bytes_of(signature.at, cut)), "%zu", cut);
                memcpy(longer, signature.at, signature.left);
                cr_expect_not(certificate_signed(der, nonce, bytes_of(longer, signature.left + 1)));
                cr_expect_not(certificate_signed(der, nonce, bytes_of(longer, signature.left + 2)));
                for (size_t at = 0; at < signature.left; at++) {
                        longer[at] ^= 1;
                        cr_expect_not(certificate_signed(der, nonce, bytes_of(longer, signature.left)), "%zu", at);
                        longer[at] ^= 1;
                }
        }
}

/* CVE-2022-21449: zero is no r and no s. */
Test(certificate_signed, zeros_sign_nothing) {
        static const uint8_t zeros[1024], ones[1024] = { [31] = 1, [63] = 1, [47] = 1, [95] = 1 };

        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                struct bytes der;

                certify(&(struct certified){ .name = kinds[i].key, .key = kinds[i].key });
                der = der_of(kinds[i].key);
                for (size_t n = 0; n <= 512; n += 32) {
                        cr_expect_not(certificate_signed(der, nonce, bytes_of(zeros, n)));
                        cr_expect_not(certificate_signed(der, nonce, bytes_of(ones, n)));
                }
        }
}

Test(certificate_signed, weak_keys_sign_nothing) {
        certify(&(struct certified){ .name = "small", .key = "RSA-1024" });
        cr_expect_not(certificate_signed(der_of("small"), nonce, signature_of("small", "sha256", challenge(nonce))));
        certify(&(struct certified){ .name = "koblitz", .key = "secp256k1" });
        cr_expect_not(
                certificate_signed(der_of("koblitz"), nonce, signature_of("koblitz", "sha256", challenge(nonce))));
}

/* ---- In words ------------------------------------------------------------------------------------------------ */
Test(certificate_signed, a_subject_is_described_as_people_read_it) {
        uint8_t hash[32], expected[32];
        struct bytes der;
        char subject[64], small[6];

        certify(&(struct certified){ .name = "yamada", .subject = "/C=JP/O=市役所/CN=山田\n\x1b[2J" });
        der = der_of("yamada");
        cr_assert_eq(certificate_describe(der, subject, sizeof subject, hash), 0);
        cr_expect_str_eq(subject, "CN=山田\\0A\\1B[2J,O=市役所,C=JP");
        (void)SHA256(der.at, der.left, expected);
        cr_expect_arr_eq(hash, expected, sizeof hash);
        cr_assert_eq(certificate_describe(der, small, sizeof small, hash), 0);
        cr_expect_str_eq(small, "CN=", "no half of a character");
}

Test(certificate_signed, every_fault_has_a_name_of_its_own) {
        for (unsigned i = 0; i < CERTIFICATE_FAULTS; i++)
                for (unsigned k = 0; k < i; k++)
                        cr_expect_str_neq(certificate_fault_name(i), certificate_fault_name(k));
        cr_expect_str_eq(certificate_fault_name(CERTIFICATE_REVOKED), "revoked");
}
