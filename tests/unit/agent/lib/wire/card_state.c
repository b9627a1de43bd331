/* SPDX-License-Identifier: MIT */
/* What the card helper is asked about a PIN and a reader, and answers with one byte. */
#include "wire/card.h"

#include <criterion/criterion.h>
#include <errno.h>

Test(card_state, how_many_tries_are_left_comes_back_as_it_was) {
        uint8_t wire[CARD_MAX];
        enum pin_state back;
        uint64_t slot;

        cr_assert_eq(card_tries_decode(bytes_of(wire, card_tries_encode(0x0123456789abcdef, wire)), &slot), 0);
        cr_expect_eq(slot, 0x0123456789abcdef);
        for (unsigned s = 0; s < PIN_STATES; s++) {
                cr_assert_eq(card_left_decode(bytes_of(wire, card_left_encode(s, wire)), &back), 0);
                cr_expect_eq(back, s);
        }
        cr_expect_eq(card_left_encode(PIN_STATES, wire), 0);
        wire[2] = PIN_STATES;
        cr_expect_eq(card_left_decode(bytes_of(wire, 3), &back), -EBADMSG);
        cr_expect_eq(back, 0, "not known");
}

Test(card_state, what_a_reader_holds_comes_back_as_it_was) {
        char reader[CARD_READER];
        uint8_t wire[CARD_MAX];
        enum reader_state back;

        cr_assert_eq(card_look_decode(bytes_of(wire, card_look_encode("Reader 00 00", wire)), reader), 0);
        cr_expect_str_eq(reader, "Reader 00 00");
        cr_expect_eq(card_look_encode("a\nb", wire), 0);
        for (enum reader_state s = READER_UNKNOWN; s < READER_STATES; s++) {
                cr_assert_eq(card_seen_decode(bytes_of(wire, card_seen_encode(s, wire)), &back), 0);
                cr_expect_eq(back, s);
        }
        wire[2] = READER_STATES;
        cr_expect_eq(card_seen_decode(bytes_of(wire, 3), &back), -EBADMSG);
        cr_expect_eq(back, READER_UNKNOWN);
}
