/* SPDX-License-Identifier: MIT */
/* softhsm.c — the card helper with cards in software: who signs, which PINs are tried, and what it refuses. */
#include "auth/certificate.h"
#include "support/authority.h"
#include "support/ceremony.h"
#include "support/softcard.h"
#include "unit/agent/card/helper.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define PIN "123456"

static void given_cards(void) {
        if (!softcards_begin())
                cr_skip_test("root without the right to mount");
        helper_start();
}

static void drop(void) {
        helper_stop();
        ceremony_end();
}

TestSuite(card_softhsm, .init = given_cards, .fini = drop, .timeout = 120);

static void given_card(const char *label, const char *key) {
        certify(&(struct certified){ .name = label, .key = key });
        softcard(label, PIN);
        softcard_key(label, PIN, "01", label);
        softcard_certificate(label, PIN, "01", label);
}

static void expect_signed(const struct card_found *f, const struct card_signed *s, uint8_t round) {
        uint8_t nonce[CARD_NONCE];

        memset(nonce, round, sizeof nonce);
        cr_assert_eq(s->result, CARD_OK, "%s", s->text);
        cr_expect_eq(s->pin, PIN_FRESH);
        cr_expect(certificate_signed(bytes_of(f->certificate, f->n_certificate), nonce,
                                     bytes_of(s->signature, s->n_signature)));
        nonce[0] ^= 1;
        cr_expect_not(certificate_signed(bytes_of(f->certificate, f->n_certificate), nonce,
                                         bytes_of(s->signature, s->n_signature)));
}

Test(card_softhsm, made_ready_before_anybody_came_it_signs) {
        struct card_signed s;

        given_card("card", "P-256");
        softcards_ready();
        helper_prepare(SOFTCARD_MODULE);
        helper_open(SOFTCARD_MODULE);
        cr_assert_eq(helper.listed.result, CARD_OK, "%s", helper.listed.text);
        s = helper_sign(helper_card("card"), PIN, 1);
        expect_signed(helper_card("card"), &s, 1);
}

Test(card_softhsm, made_ready_for_one_module_it_opens_no_other) {
        uint8_t message[CARD_MAX];
        int status;

        helper_prepare(SOFTCARD_MODULE);
        helper_send(message, card_open_encode("/usr/lib/softhsm/../softhsm/libsofthsm2.so", message));
        cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

Test(card_softhsm, every_kind_of_key_signs) {
        static const char *const kinds[] = { "RSA-2048", "P-256", "P-384" };

        for (size_t i = 0; i < 3; i++)
                given_card(kinds[i], kinds[i]);
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        cr_assert_eq(helper.listed.result, CARD_OK, "%s", helper.listed.text);
        cr_expect_eq(helper.listed.n, 3, "three cards");
        for (size_t i = 0; i < 3; i++) {
                const struct card_found *f = helper_card(kinds[i]);
                struct card_signed s;

                cr_expect(bytes_equal(bytes_of(f->certificate, f->n_certificate), der_of(kinds[i])));
                cr_expect_eq(f->pin, PIN_FRESH);
                for (uint8_t round = 1; round < 3; round++) {
                        s = helper_sign(f, PIN, round);
                        expect_signed(f, &s, round);
                }
        }
}

Test(card_softhsm, a_wrong_pin_is_wrong_and_the_right_one_still_right) {
        struct card_signed s;

        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        s = helper_sign(helper_card("card"), "654321", 1);
        cr_expect_eq(s.result, CARD_PIN_WRONG, "%s", s.text);
        cr_expect_eq(s.pin, PIN_COUNT_LOW);
        cr_expect_str_eq(s.text, "C_Login: CKR_PIN_INCORRECT");
        s = helper_sign(helper_card("card"), PIN, 2);
        expect_signed(helper_card("card"), &s, 2);
}

Test(card_softhsm, pins_that_no_card_has_are_not_tried) {
        static const char long_one[] = "1234567890123456789012345678901234567890123456789012345678901234";
        struct card_signed s;

        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        cr_assert_eq(helper_card("card")->pin_least, 4);
        cr_assert_eq(helper_card("card")->pin_most, 64);
        s = helper_sign(helper_card("card"), "", 1);
        cr_expect_eq(s.result, CARD_PIN_MALFORMED);
        cr_expect_eq(s.pin, PIN_FRESH, "no try was spent");
        s = helper_sign(helper_card("card"), "123", 1);
        cr_expect_eq(s.result, CARD_PIN_MALFORMED);
        cr_expect_eq(s.pin, PIN_FRESH, "no try was spent");
        s = helper_sign(helper_card("card"), long_one, 1);
        cr_expect_eq(s.result, CARD_PIN_WRONG, "as long as may be");
}

Test(card_softhsm, nobody_stays_logged_in) {
        struct card_signed s;

        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        s = helper_sign(helper_card("card"), PIN, 1);
        expect_signed(helper_card("card"), &s, 1);
        cr_expect_eq(helper_sign(helper_card("card"), "654321", 2).result, CARD_PIN_WRONG);
        cr_expect_eq(helper_sign(helper_card("card"), "", 2).result, CARD_PIN_MALFORMED);
}

Test(card_softhsm, a_cloned_certificate_has_no_key) {
        struct card_signed s;

        given_card("card", "P-256");
        certify(&(struct certified){ .name = "clone" });
        softcard("clone", PIN);
        softcard_certificate("clone", PIN, "01", "card");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        s = helper_sign(helper_card("clone"), PIN, 1);
        cr_expect_eq(s.result, CARD_UNABLE);
        cr_expect_str_eq(s.text, "the card has no private key for this certificate");
        cr_expect_eq(s.n_signature, 0);
}

/* It has no key, and no PIN is ever asked for it. */
Test(card_softhsm, an_authority_on_the_card_is_told_before_it) {
        struct bytes der;

        given_card("card", "P-256");
        certify(&(struct certified){ .name = "town", .extensions = AS_AUTHORITY });
        softcard_certificate("card", PIN, "02", "town");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        der = der_of("town");
        cr_assert_eq(helper.n_authorities, 1);
        cr_expect(bytes_equal(bytes_of(helper.authorities[0].certificate, helper.authorities[0].n_certificate), der));
        cr_expect_eq(helper.listed.n, 1);
}

/* The copy beside a key of the thief's own: it signs, and that is not what the certificate says. */
Test(card_softhsm, a_cloned_certificate_beside_another_key_proves_nothing) {
        uint8_t nonce[CARD_NONCE] = { 0 };
        const struct card_found *f;
        struct card_signed s;

        certify(&(struct certified){ .name = "alice" });
        certify(&(struct certified){ .name = "mallory" });
        softcard("clone", PIN);
        softcard_key("clone", PIN, "01", "mallory");
        softcard_certificate("clone", PIN, "01", "alice");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        f = helper_card("clone");
        s = helper_sign(f, PIN, 0);
        cr_assert_eq(s.result, CARD_OK, "%s", s.text);
        cr_expect_not(certificate_signed(bytes_of(f->certificate, f->n_certificate), nonce,
                                         bytes_of(s.signature, s.n_signature)));
}

Test(card_softhsm, weak_keys_are_not_asked) {
        struct card_signed s;

        given_card("small", "RSA-1024");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        s = helper_sign(helper_card("small"), PIN, 1);
        cr_expect_eq(s.result, CARD_UNABLE);
        cr_expect_str_eq(s.text, "its RSA key is shorter than 2048 bits");
        cr_expect_eq(s.pin, PIN_FRESH);
}

Test(card_softhsm, what_was_not_listed_is_gone) {
        struct card_found other;

        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        other = *helper_card("card");
        other.slot++;
        cr_expect_eq(helper_sign(&other, PIN, 1).result, CARD_GONE);
        other = *helper_card("card");
        other.id[0]++;
        cr_expect_eq(helper_sign(&other, PIN, 1).result, CARD_GONE);
        cr_expect_eq(helper_sign(helper_card("card"), PIN, 1).result, CARD_OK);
}

Test(card_softhsm, without_a_card_it_says_so) {
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        cr_expect_eq(helper.listed.result, CARD_GONE);
        cr_expect_eq(helper.listed.n, 0);
}

Test(card_softhsm, a_token_in_software_is_never_pulled) {
        uint8_t message[CARD_MAX];
        int status;

        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        helper_send(message, card_watch_encode(helper_card("card")->slot, message));
        (void)shutdown(helper.fd, SHUT_WR);
        cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        cr_expect_eq(helper_receive(message), 0, "and it said nothing before");
}

/* ---- What it is -------------------------------------------------------------------------------------- */
Test(card_softhsm, it_has_nothing_to_lose) {
        given_card("card", "P-256");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        cr_expect_eq(helper_sign(helper_card("card"), PIN, 1).result, CARD_OK);
        cr_expect_str_eq(helper_status("CapEff"), "0000000000000000");
        cr_expect_str_eq(helper_status("CapPrm"), "0000000000000000");
        cr_expect_str_eq(helper_status("NoNewPrivs"), "1");
        cr_expect_str_eq(helper_status("Seccomp"), "2");
        cr_expect_neq(atoi(helper_status("Uid")), 0);
        if (geteuid() == 0) {
                cr_expect_str_eq(helper_status("CapBnd"), "0000000000000000");
                cr_expect_eq(strspn(helper_status("Groups"), " "), strlen(helper_status("Groups")));
        }
}

Test(card_softhsm, its_memory_forgets_the_pin) {
        static const char secret[] = "Rz7vKq-19xPw";
        struct card_signed s;

#ifdef __SANITIZE_ADDRESS__
        cr_skip_test("under AddressSanitizer freed memory is kept as it was");
#endif
        certify(&(struct certified){ .name = "card" });
        softcard("card", secret);
        softcard_key("card", secret, "01", "card");
        softcard_certificate("card", secret, "01", "card");
        softcards_ready();
        helper_open(SOFTCARD_MODULE);
        if (helper_remembers("CARD_OPEN") < 0)
                cr_skip_test("only root reads another's memory");
        cr_assert_gt(helper_remembers("C_GetFunctionList"), 0, "what is there is found");
        s = helper_sign(helper_card("card"), secret, 1);
        expect_signed(helper_card("card"), &s, 1);
        cr_expect_eq(helper_remembers(secret), 0);
        cr_expect_eq(helper_sign(helper_card("card"), "Rz7vKq-19xPX", 1).result, CARD_PIN_WRONG);
        cr_expect_eq(helper_remembers("Rz7vKq-19xPX"), 0);
}
