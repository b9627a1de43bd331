/* SPDX-License-Identifier: MIT */
/* card.c — what may cross between the agent and the card helper, and how much of anything else is refused. */
#include "wire/card.h"

#include <criterion/criterion.h>
#include <errno.h>

static const char module[] = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";

static struct card_sign a_sign(void) {
        struct card_sign s = { .slot = 0x0123456789abcdef, .n_id = 2, .id = { 0, 1 }, .pin = "12 \n\xe3\x81\x82" };

        memset(s.nonce, 0xa5, sizeof s.nonce);
        return s;
}

static struct card_found a_found(void) {
        struct card_found f = { .slot = 4, .pin = PIN_LAST_TRY, .pin_least = 4, .pin_most = 8, .n_id = 1, .id = { 1 } };

        strcpy(f.label, "職員証");
        strcpy(f.serial, "00000000");
        strcpy(f.reader, "Virtual PCD 00 00");
        f.n_certificate = 3;
        memcpy(f.certificate, "\x30\x01\x00", 3);
        return f;
}

static struct card_found the_largest(void) {
        struct card_found f = a_found();

        f.pin_most = CARD_PIN - 1;
        f.n_id = CARD_ID;
        f.n_certificate = CARD_CERTIFICATE;
        memset(f.id, 0xff, sizeof f.id);
        memset(f.certificate, 0xcc, sizeof f.certificate);
        memset(f.label, 'l', sizeof f.label - 1);
        memset(f.serial, 's', sizeof f.serial - 1);
        memset(f.reader, 'r', sizeof f.reader - 1);
        return f;
}

static struct card_signed a_signed(void) {
        struct card_signed s = { .result = CARD_OK, .pin = PIN_FRESH, .n_signature = 256 };

        memset(s.signature, 0x51, s.n_signature);
        return s;
}

/* One of each message, and a decoder with one face. */
static size_t open_message(void *to) {
        return card_open_encode(module, to);
}
static size_t prepare_message(void *to) {
        return card_prepare_encode(module, to);
}
static size_t sign_message(void *to) {
        const struct card_sign s = a_sign();

        return card_sign_encode(&s, to);
}
static size_t watch_message(void *to) {
        return card_watch_encode(0x0123456789abcdef, to);
}
static size_t found_message(void *to) {
        const struct card_found f = a_found();

        return card_found_encode(&f, to);
}
static size_t authority_message(void *to) {
        return card_authority_encode(&(const struct card_authority){ 3, "\x30\x01\x00" }, to);
}
static size_t listed_message(void *to) {
        return card_listed_encode(&(const struct card_listed){ .result = CARD_GONE, .text = "no reader" }, to);
}
static size_t signed_message(void *to) {
        const struct card_signed s = a_signed();

        return card_signed_encode(&s, to);
}

#define READ(name)                                                                                                     \
        static int name##_read(struct bytes from, void *ret) {                                                         \
                return card_##name##_decode(from, ret);                                                                \
        }
READ(open);
READ(prepare);
READ(sign);
READ(watch);
READ(found);
READ(authority);
READ(heard);
READ(listed);
READ(signed);
READ(tries);
READ(left);
READ(look);
READ(seen);

/* Of a message that is its type alone. */
#define READ_NOTHING(name)                                                                                             \
        static int name##_read(struct bytes from, void *ret) {                                                         \
                (void)ret;                                                                                             \
                return card_##name##_decode(from);                                                                     \
        }
READ_NOTHING(ready);
READ_NOTHING(removed);
READ_NOTHING(hear);
READ_NOTHING(unreached);

static size_t heard_message(void *to) {
        return card_heard_encode(&(const struct card_heard){ 0x8010001d, 5 }, to);
}

static size_t tries_message(void *to) {
        return card_tries_encode(0x0123456789abcdef, to);
}
static size_t left_message(void *to) {
        return card_left_encode(PIN_LAST_TRY, to);
}
static size_t look_message(void *to) {
        return card_look_encode("Reader 00 00", to);
}
static size_t seen_message(void *to) {
        return card_seen_encode(READER_HOLDS, to);
}

static const struct {
        enum card_message type;
        size_t (*encode)(void *to);
        int (*decode)(struct bytes from, void *ret);
        size_t size;
} messages[] = {
        { CARD_OPEN, open_message, open_read, CARD_MODULE },
        { CARD_SIGN, sign_message, sign_read, sizeof(struct card_sign) },
        { CARD_WATCH, watch_message, watch_read, sizeof(uint64_t) },
        { CARD_FOUND, found_message, found_read, sizeof(struct card_found) },
        { CARD_LISTED, listed_message, listed_read, sizeof(struct card_listed) },
        { CARD_SIGNED, signed_message, signed_read, sizeof(struct card_signed) },
        { CARD_REMOVED, card_removed_encode, removed_read, 0 },
        { CARD_PREPARE, prepare_message, prepare_read, CARD_MODULE },
        { CARD_READY, card_ready_encode, ready_read, 0 },
        { CARD_TRIES, tries_message, tries_read, sizeof(uint64_t) },
        { CARD_LEFT, left_message, left_read, sizeof(enum pin_state) },
        { CARD_LOOK, look_message, look_read, CARD_READER },
        { CARD_SEEN, seen_message, seen_read, sizeof(enum reader_state) },
        { CARD_HEAR, card_hear_encode, hear_read, 0 },
        { CARD_UNREACHED, card_unreached_encode, unreached_read, 0 },
        { CARD_HEARD, heard_message, heard_read, sizeof(struct card_heard) },
        { CARD_AUTHORITY, authority_message, authority_read, sizeof(struct card_authority) },
};
#define N_MESSAGES (sizeof messages / sizeof *messages)

static bool is_zero(const uint8_t *p, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (p[i])
                        return false;
        return true;
}

/* Each decoder refuses it, and leaves nothing behind. */
static void nobody_takes(struct bytes wire, const char *why) {
        static uint8_t ret[sizeof(struct card_found)];

        for (size_t i = 0; i < N_MESSAGES; i++) {
                memset(ret, 0x55, sizeof ret);
                cr_expect_eq(messages[i].decode(wire, ret), -EBADMSG, "%s, message %zu", why, i);
                cr_expect(is_zero(ret, messages[i].size), "%s, message %zu: all zero", why, i);
        }
}

Test(card_wire, requests_come_back_as_they_were) {
        const struct card_sign s = a_sign();
        struct card_sign back;
        char path[CARD_MODULE];
        uint8_t wire[CARD_MAX];
        uint64_t slot;

        cr_assert_eq(card_open_decode(bytes_of(wire, open_message(wire)), path), 0);
        cr_expect_str_eq(path, module);
        cr_assert_eq(card_sign_decode(bytes_of(wire, sign_message(wire)), &back), 0);
        cr_expect_arr_eq(&back, &s, sizeof s);
        cr_assert_eq(card_watch_decode(bytes_of(wire, watch_message(wire)), &slot), 0);
        cr_expect_eq(slot, 0x0123456789abcdef);
}

Test(card_wire, what_was_found_comes_back_as_it_was) {
        const struct card_found all[] = { a_found(), the_largest() };
        static struct card_found back;
        uint8_t wire[CARD_MAX];

        for (size_t i = 0; i < 2; i++) {
                size_t n = card_found_encode(&all[i], wire);

                cr_assert_gt(n, 0);
                cr_assert_eq(card_found_decode(bytes_of(wire, n), &back), 0);
                cr_expect_arr_eq(&back, &all[i], sizeof back);
        }
}

Test(card_wire, answers_come_back_as_they_were) {
        const struct card_signed all[] = { a_signed(),
                                           { .result = CARD_PIN_WRONG, .pin = PIN_LAST_TRY },
                                           { .result = CARD_UNABLE, .text = "C_Sign: CKR_DEVICE_ERROR" } };
        const struct card_listed l = { .result = CARD_OK, .n = CARDS_MAX, .text = "" };
        struct card_listed back_l;
        struct card_signed back;
        uint8_t wire[CARD_MAX];

        for (size_t i = 0; i < 3; i++) {
                cr_assert_eq(card_signed_decode(bytes_of(wire, card_signed_encode(&all[i], wire)), &back), 0);
                cr_expect_arr_eq(&back, &all[i], sizeof back);
        }
        cr_assert_eq(card_listed_decode(bytes_of(wire, card_listed_encode(&l, wire)), &back_l), 0);
        cr_expect_arr_eq(&back_l, &l, sizeof l);
        cr_expect_eq(card_removed_decode(bytes_of(wire, card_removed_encode(wire))), 0);
}

Test(card_wire, an_empty_pin_crosses_to_be_refused_by_name) {
        struct card_sign s = a_sign(), back;
        uint8_t wire[CARD_MAX];

        s.pin[0] = '\0';
        cr_assert_eq(card_sign_decode(bytes_of(wire, card_sign_encode(&s, wire)), &back), 0);
        cr_expect_str_empty(back.pin);
}

Test(card_wire, every_truncation_and_every_tail_is_refused) {
        for (size_t i = 0; i < N_MESSAGES; i++) {
                uint8_t wire[CARD_MAX] = { 0 };
                size_t n = messages[i].encode(wire);

                cr_assert(n > 0 && n < sizeof wire);
                for (size_t cut = 0; cut < n; cut++)
                        nobody_takes(bytes_of(wire, cut), "cut");
                nobody_takes(bytes_of(wire, n + 1), "a tail");
        }
}

Test(card_wire, a_message_is_only_what_it_says_it_is) {
        for (size_t i = 0; i < N_MESSAGES; i++) {
                static uint8_t ret[sizeof(struct card_found)];
                uint8_t wire[CARD_MAX];
                size_t n = messages[i].encode(wire);

                cr_expect_eq(card_type(bytes_of(wire, n)), messages[i].type);
                for (size_t k = 0; k < N_MESSAGES; k++)
                        cr_expect_eq(messages[k].decode(bytes_of(wire, n), ret), k == i ? 0 : -EBADMSG);
        }
}

Test(card_wire, other_versions_and_types_are_refused) {
        static const uint8_t hostile[][2] = {
                { 0, CARD_OPEN }, { 2, CARD_OPEN }, { 1, 0 }, { 1, CARD_MESSAGES }, { 1, 0xff }
        };

        cr_expect_eq(card_type(bytes_of("", 0)), -EBADMSG);
        cr_expect_eq(card_type(bytes_of("\1", 1)), -EBADMSG);
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                for (size_t k = 0; k < N_MESSAGES; k++) {
                        uint8_t wire[CARD_MAX];
                        size_t n = messages[k].encode(wire);

                        memcpy(wire, hostile[i], 2);
                        cr_expect_eq(card_type(bytes_of(wire, n)), -EBADMSG);
                        nobody_takes(bytes_of(wire, n), "another version or type");
                }
}

Test(card_wire, modules_that_are_no_absolute_path_are_refused) {
        static const struct {
                const char *path, *why;
        } hostile[] = {
                { "", "empty" },
                { "opensc-pkcs11.so", "looked for along the linker's path" },
                { "./opensc-pkcs11.so", "relative" },
                { "/usr/lib/a\nb.so", "a newline" },
                { "/usr/lib/\x1b[2J.so", "an escape sequence" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                uint8_t wire[CARD_MAX];
                struct bytes_out out = bytes_into(wire, sizeof wire);

                bytes_put_uint(&out, 1, 1);
                bytes_put_uint(&out, CARD_OPEN, 1);
                bytes_put_string(&out, hostile[i].path);
                nobody_takes(bytes_of(wire, out.used), hostile[i].why);
                cr_expect_eq(card_open_encode(hostile[i].path, wire), 0, "%s", hostile[i].why);
        }
}

/* Bytes at fixed places in a sound message. */
static void changed_is_refused(size_t message, size_t at, uint8_t to, const char *why) {
        uint8_t wire[CARD_MAX];
        size_t n = messages[message].encode(wire);

        cr_assert(at < n && wire[at] != to, "%s", why);
        wire[at] = to;
        nobody_takes(bytes_of(wire, n), why);
}

Test(card_wire, numbers_out_of_range_are_refused) {
        enum { SIGN = 1, FOUND = 3, LISTED = 4, SIGNED = 5 };

        changed_is_refused(SIGN, 10, 1, "an id shorter than it was");
        changed_is_refused(SIGN, 11, 1, "an id longer than its field");
        changed_is_refused(SIGN, 16, 0, "a NUL inside the PIN");
        changed_is_refused(SIGN, 15, 1, "a PIN longer than its field");
        changed_is_refused(FOUND, 10, 0, "no state of the PIN");
        changed_is_refused(FOUND, 10, PIN_STATES, "a state beyond the last");
        changed_is_refused(FOUND, 11, 0, "PINs that may be empty");
        changed_is_refused(FOUND, 11, 9, "least above most");
        changed_is_refused(FOUND, 12, CARD_PIN, "PINs longer than we carry");
        changed_is_refused(FOUND, 15, '\n', "a newline in the label");
        changed_is_refused(LISTED, 2, CARD_RESULTS, "a result beyond the last");
        changed_is_refused(LISTED, 3, CARDS_MAX + 1, "more cards than there may be");
        changed_is_refused(LISTED, 9, 0x1b, "an escape sequence in the text");
        changed_is_refused(SIGNED, 2, CARD_RESULTS, "a result beyond the last");
        changed_is_refused(SIGNED, 2, CARD_PIN_WRONG, "a signature with a wrong PIN");
        changed_is_refused(SIGNED, 3, PIN_STATES, "a state beyond the last");
        changed_is_refused(SIGNED, 3, 0, "success, and no state of the PIN");
        changed_is_refused(SIGNED, 5, 0xff, "a signature longer than its field");
}

Test(card_wire, a_signature_by_no_key_is_not_asked_for) {
        const struct card_sign s = a_sign();
        uint8_t wire[CARD_MAX];
        struct bytes_out out = bytes_into(wire, sizeof wire);

        bytes_put_uint(&out, 1, 1);
        bytes_put_uint(&out, CARD_SIGN, 1);
        bytes_put_uint(&out, s.slot, 8);
        bytes_put_uint(&out, 0, 2);
        bytes_put_string(&out, s.pin);
        bytes_put(&out, s.nonce, sizeof s.nonce);
        nobody_takes(bytes_of(wire, out.used), "an empty id");
}

Test(card_wire, what_is_out_of_range_is_not_sent_either) {
        struct card_found f = a_found();
        struct card_signed s = a_signed();
        struct card_sign sign = a_sign();
        uint8_t wire[CARD_MAX];

        f.n_id = 0;
        cr_expect_eq(card_found_encode(&f, wire), 0, "no id");
        f = a_found();
        f.n_certificate = CARD_CERTIFICATE + 1;
        cr_expect_eq(card_found_encode(&f, wire), 0, "a certificate that does not fit");
        f = a_found();
        memset(f.label, 'l', sizeof f.label);
        cr_expect_eq(card_found_encode(&f, wire), 0, "a label without an end");
        s.n_signature = 0;
        cr_expect_eq(card_signed_encode(&s, wire), 0, "success without a signature");
        memset(sign.pin, '1', sizeof sign.pin);
        cr_expect_eq(card_sign_encode(&sign, wire), 0, "a PIN without an end");
        sign = a_sign();
        sign.n_id = 0;
        cr_expect_eq(card_sign_encode(&sign, wire), 0, "no key");
}

/* Whatever is accepted can be used without another look. */
Test(card_wire, no_random_bytes_are_accepted_out_of_range) {
        static struct card_found f;
        struct card_signed s;
        size_t accepted = 0;

        srandom(4);
        for (int round = 0; round < 50000; round++) {
                uint8_t wire[CARD_MAX];
                size_t n = messages[round % 2 ? 3 : 5].encode(wire);

                for (int k = 0; k <= round % 4; k++)
                        wire[(size_t)random() % n] = (uint8_t)random();
                if (card_found_decode(bytes_of(wire, n), &f) == 0) {
                        accepted++;
                        cr_assert(f.n_id <= CARD_ID && f.n_certificate <= CARD_CERTIFICATE && f.pin_most < CARD_PIN);
                        cr_assert(strnlen(f.reader, sizeof f.reader) < sizeof f.reader && !strchr(f.label, '\n'));
                }
                if (card_signed_decode(bytes_of(wire, n), &s) == 0) {
                        accepted++;
                        cr_assert(s.n_signature <= CARD_SIGNATURE && s.pin < PIN_STATES && s.result < CARD_RESULTS);
                        cr_assert_lt(strnlen(s.text, sizeof s.text), sizeof s.text);
                }
        }
        cr_expect_gt(accepted, 1000, "the bytes were not all refused at the door");
}
