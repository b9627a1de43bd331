/* SPDX-License-Identifier: MIT */
/* What the tool and sekimori-seeds may say to each other, and that nothing else is understood. */
#include "wire/seeds.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static uint8_t packet[SEEDS_PACKET];

static const struct seeds_row row = { .line = 70000,
                                      .user_column = 1,
                                      .serial_column = 8,
                                      .secret_column = 20,
                                      .principal = true,
                                      .algorithm = 2,
                                      .digits = 8,
                                      .period_s = 60,
                                      .n_secret = 3,
                                      .secret = { 1, 2, 3 },
                                      .user = "hanako",
                                      .serial = "窓口" };

Test(seeds_rows, come_as_they_went) {
        struct seeds_row all[2] = { row, row }, got[2];
        size_t n, used = seeds_rows_encode(all, sizeof *all, 2, &n, packet);

        cr_assert_gt(used, 0);
        cr_assert_eq(n, 2);
        cr_assert_eq(seeds_rows_decode(bytes_of(packet, used), got, 2, &n), 0);
        cr_assert_eq(n, 2);
        cr_expect_eq(got[1].line, 70000);
        cr_expect_eq(got[1].secret_column, 20);
        cr_expect_eq(got[1].period_s, 60);
        cr_expect(got[1].principal);
        cr_expect_arr_eq(got[1].secret, row.secret, 3);
        cr_expect_str_eq(got[1].user, "hanako");
        cr_expect_str_eq(got[1].serial, "窓口");
}

Test(seeds_rows, as_many_as_fit_and_the_longest_does) {
        struct seeds_row *all = calloc(1000, sizeof *all);
        size_t n, used;

        cr_assert(all);
        for (size_t i = 0; i < 1000; i++) {
                all[i].n_secret = SEEDS_SECRET;
                memset(all[i].user, 'u', SEEDS_TEXT - 1);
                memset(all[i].serial, 's', SEEDS_TEXT - 1);
        }
        used = seeds_rows_encode(all, sizeof *all, 1000, &n, packet);
        cr_expect_gt(used, 0);
        cr_expect_geq(n, 50);
        cr_expect_lt(n, 1000);
        free(all);
}

Test(seeds_rows, more_than_there_is_room_for_is_refused) {
        struct seeds_row all[2] = { row, row }, got[1];
        size_t n, used = seeds_rows_encode(all, sizeof *all, 2, &n, packet);

        cr_expect_eq(seeds_rows_decode(bytes_of(packet, used), got, 1, &n), -EBADMSG);
}

/* Each message, short by any number of bytes or with one more, is none. */
Test(seeds_wire, every_truncation_is_refused) {
        static const struct seeds_asked asked = { SEEDS_TOKENS, "qwerty" };
        static const struct seeds_fault fault = { 3, 8, "why", "なぜ" };
        static const struct seeds_end end = { 1, 0, SEEDS_PASSWORD, SEEDS_HEX, "PSKC", "PSKC", "UTF-8" };
        struct {
                struct seeds_asked asked;
                struct seeds_fault fault;
                struct seeds_end end;
                struct seeds_row row;
        } got;
        size_t one;

        for (enum seeds_message type = SEEDS_READ; type < SEEDS_MESSAGES; type++) {
                size_t n = type == SEEDS_READ    ? seeds_read_encode(&asked, packet)
                           : type == SEEDS_FAULT ? seeds_fault_encode(&fault, packet)
                           : type == SEEDS_END   ? seeds_end_encode(&end, packet)
                                                 : seeds_rows_encode(&row, sizeof row, 1, &one, packet);

                packet[n] = 0;
                for (size_t k = 0; k <= n + 1; k++) {
                        struct bytes from = bytes_of(packet, k);
                        int r = type == SEEDS_READ    ? seeds_read_decode(from, &got.asked)
                                : type == SEEDS_FAULT ? seeds_fault_decode(from, &got.fault)
                                : type == SEEDS_END   ? seeds_end_decode(from, &got.end)
                                                      : seeds_rows_decode(from, &got.row, 1, &one);

                        cr_expect_eq(r, k == n ? 0 : -EBADMSG, "message %d, %zu of %zu bytes", (int)type, k, n);
                }
        }
}

Test(seeds_wire, what_is_out_of_range_is_refused) {
        struct seeds_asked asked = { .want = SEEDS_TOKENS };
        struct seeds_end end = { .key_wanted = SEEDS_KEYS };
        struct seeds_row long_secret = row, got;
        size_t n, used = seeds_read_encode(&asked, packet);

        packet[2] = 3; /* wants something else */
        cr_expect_eq(seeds_read_decode(bytes_of(packet, used), &asked), -EBADMSG);
        cr_expect_eq(seeds_end_decode(bytes_of(packet, seeds_end_encode(&end, packet)), &end), -EBADMSG);
        long_secret.n_secret = SEEDS_SECRET + 1;
        cr_expect_eq(seeds_rows_encode(&long_secret, sizeof long_secret, 1, &n, packet), 0);
        used = seeds_rows_encode(&row, sizeof row, 1, &n, packet);
        packet[2 + 16] = 2; /* neither true nor false */
        cr_expect_eq(seeds_rows_decode(bytes_of(packet, used), &got, 1, &n), -EBADMSG);
        packet[0] = 2; /* another version */
        cr_expect_eq(seeds_type(bytes_of(packet, used)), -EBADMSG);
}
