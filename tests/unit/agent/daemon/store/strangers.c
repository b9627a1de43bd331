/* SPDX-License-Identifier: MIT */
/* Names that nobody has meet in few tallies; which of them meet, is known here only, and does not change. */
#include "store/strangers.h"

#include "store/tally.h"
#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct tallies *open_tallies(void) {
        struct tallies *t = NULL;
        struct err err = { "" };

        cr_assert_eq(tallies_open(state_fd, &t, &err), 0, "%s", err.text);
        return t;
}

static uint64_t drawn(const char *name) {
        auto_tallies t = open_tallies();

        return tally_draw(t, name);
}

TestSuite(stranger_draw, .timeout = 30);

/* From Python's hashlib: the first eight bytes, the lowest first. */
Test(stranger_draw, is_sha256_of_key_and_name) {
        static const struct {
                const char *name;
                uint64_t draw;
                const char *tally;
        } rows[] = {
                { "tanaka", 0x196aea47ff9f374bU, "~0843" },
                { "山田", 0x492fb6c115ec267eU, "~0638" },
                { "a name with blanks", 0x40e1d623d94ea872U, "~0114" },
                { "", 0x6633c46629cd0d63U, "~0355" },
        };
        uint8_t key[STRANGERS_KEY];
        char tally[STRANGER_NAME];

        for (uint8_t i = 0; i < sizeof key; i++)
                key[i] = i;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                cr_expect_eq(stranger_draw(key, rows[i].name), rows[i].draw, "%s", rows[i].name);
                stranger_name(rows[i].draw, tally);
                cr_expect_str_eq(tally, rows[i].tally);
                cr_expect(stranger_is(tally));
                cr_expect_not(factors_name_is_fit(tally), "no user is called so");
        }
}

Test(stranger_draw, names_spread_over_all_tallies) {
        static unsigned counts[STRANGERS];
        static const uint8_t key[STRANGERS_KEY];
        char name[16];

        for (unsigned i = 0; i < 64 * STRANGERS; i++) {
                (void)snprintf(name, sizeof name, "user%u", i);
                counts[stranger_draw(key, name) % STRANGERS]++;
        }
        for (size_t i = 0; i < STRANGERS; i++)
                cr_expect(counts[i] > 16 && counts[i] < 160, "%zu: %u of 64", i, counts[i]);
}

Test(stranger_is, nothing_else) {
        static const char *const others[] = { "", "~", "~123", "~12345", "tanaka", "0123", "~12a4", "~/..", "~001 " };

        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                cr_expect_not(stranger_is(others[i]), "%s", others[i]);
}

TestSuite(tally_draw, .init = given_a_state, .fini = drop_state, .timeout = 30);

Test(tally_draw, outlasts_the_agent_and_is_another_on_another_terminal) {
        uint64_t first = drawn("tanaka");

        cr_expect_eq(drawn("tanaka"), first);
        cr_expect_neq(drawn("suzuki"), first);
        cr_assert_eq(unlink(state_path("login/strangers")), 0);
        cr_expect_neq(drawn("tanaka"), first, "another key");
}

Test(tally_draw, a_damaged_key_is_made_anew) {
        static const uint8_t rest[STRANGERS_KEY + 1];
        static const size_t sizes[] = { 0, 1, STRANGERS_KEY - 1, STRANGERS_KEY + 1 };
        uint8_t key[STRANGERS_KEY + 1];

        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
                (void)drawn("tanaka");
                state_write("login/strangers", rest, sizes[i]);
                (void)drawn("tanaka");
                cr_expect_eq(state_read("login/strangers", key, sizeof key), STRANGERS_KEY, "%zu", sizes[i]);
                cr_expect_neq(memcmp(key, rest, STRANGERS_KEY), 0);
        }
}

TestSuite(stranger_tally, .init = given_a_state, .fini = drop_state, .timeout = 30);

Test(stranger_tally, is_kept_as_a_persons_and_begun_anew_where_it_is_damaged) {
        auto_tallies t = open_tallies();
        struct tally tally;

        cr_assert_eq(tally_read(t, "~0042", &tally, NULL), 0);
        cr_expect(tally.fresh);
        tally.failures = 7;
        cr_assert_eq(tally_write(t, "~0042", &tally, NULL), 0);
        cr_assert_eq(tally_read(t, "~0042", &tally, NULL), 0);
        cr_expect_eq(tally.failures, 7);
        state_write("login/tally/~0042", "x", 1);
        cr_assert_eq(tally_read(t, "~0042", &tally, NULL), 0);
        cr_expect(tally.broken && tally.failures == 0);
        tally.failures = 1;
        cr_assert_eq(tally_write(t, "~0042", &tally, NULL), 0);
        cr_assert_eq(tally_read(t, "~0042", &tally, NULL), 0);
        cr_expect(!tally.broken && tally.failures == 1);
}
