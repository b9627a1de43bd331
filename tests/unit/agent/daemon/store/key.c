/* SPDX-License-Identifier: MIT */
/* key.c — the key that factors are sealed under: where it comes from, and that none takes the place of a lost one. */
#include "store/key.h"

#include "unit/agent/daemon/login_given.h"
#include "unit/agent/daemon/store/factors_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

TestSuite(key_read, .init = given_factors, .fini = drop_factors, .timeout = 30);

static const uint8_t other[KEY_SIZE] = "another key, of the same length";

Test(key_read, another_key_opens_nothing_and_is_not_taken) {
        uint8_t id[64], still[64];
        size_t n;

        write_factors("tanaka", &full);
        n = state_read("login/key.id", id, sizeof id);
        state_write("login/key", other, KEY_SIZE);
        open_factors();
        expect_lost("tanaka", -ENOKEY, "login/key: another one");
        cr_expect_eq(factors_key_source(factors), KEY_NONE);
        cr_expect_eq(factors_write(factors, "suzuki", &full, NULL), -ENOKEY);
        cr_expect_eq(state_read("login/key.id", still, sizeof still), n);
        cr_expect_arr_eq(id, still, n);
}

Test(key_read, another_key_with_its_own_id_opens_nothing) {
        write_factors("tanaka", &full);
        state_write("login/key", other, KEY_SIZE);
        cr_assert_eq(unlinkat(state_fd, "login/key.id", 0), 0);
        open_factors();
        expect_lost("tanaka", -ENOKEY, "sealed under another key");
}

Test(key_read, a_lost_key_is_said_to_be_lost_and_never_replaced) {
        uint8_t key[KEY_SIZE + 1];

        write_factors("tanaka", &full);
        cr_assert_eq(state_read("login/key", key, sizeof key), KEY_SIZE);
        cr_assert_eq(unlinkat(state_fd, "login/key", 0), 0);
        expect_full("tanaka"); /* it is in memory */
        open_factors();
        for (int i = 0; i < 3; i++) {
                expect_lost("tanaka", -ENOKEY, "is lost");
                cr_expect_eq(factors_write(factors, "suzuki", &full, NULL), -ENOKEY);
                cr_expect_not(state_has("login/key"));
        }
        state_write("login/key", key, KEY_SIZE);
        expect_full("tanaka"); /* put back, without a restart */
}

Test(key_read, a_key_of_another_size_is_none) {
        static const uint8_t long_key[KEY_SIZE + 1];

        write_factors("tanaka", &full);
        for (size_t n = 0; n <= KEY_SIZE + 1; n++) {
                if (n == KEY_SIZE)
                        continue;
                state_write("login/key", long_key, n);
                open_factors();
                expect_lost("tanaka", -ENOKEY, "login/key: unusable");
        }
}

Test(key_read, a_damaged_id_is_no_reason_for_a_new_key) {
        static const char *const damaged[] = { "", "\n", "0123456789abcdef0123456789abcdef\n", "not an id",
                                               "\xff\xff" };

        write_factors("tanaka", &full);
        for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
                state_write("login/key.id", damaged[i], strlen(damaged[i]));
                open_factors();
                expect_lost("tanaka", -ENOKEY, "login/key.id");
        }
}

Test(key_read, the_credential_comes_before_a_file) {
        state_write("credential", other, KEY_SIZE);
        write_factors("tanaka", &full);
        cr_expect_eq(factors_key_source(factors), KEY_FROM_CREDENTIAL);
        cr_expect_not(state_has("login/key"), "no copy of it on the disk");
        open_factors();
        expect_full("tanaka");
        cr_assert_eq(unlinkat(state_fd, "credential", 0), 0);
        open_factors();
        expect_lost("tanaka", -ENOKEY, "credential: none");
        cr_expect_not(state_has("login/key"));
}

/* A TPM was set up after people had enrolled: they keep logging in. */
Test(key_read, a_credential_that_comes_later_does_not_lock_anybody_out) {
        write_factors("tanaka", &full);
        state_write("credential", other, KEY_SIZE);
        open_factors();
        expect_full("tanaka");
        cr_expect_eq(factors_key_source(factors), KEY_FROM_FILE);
}

Test(key_read, an_unusable_credential_makes_no_key_in_its_place) {
        struct err err = { "" };

        state_write("credential", "too short", 9);
        cr_expect_eq(factors_write(factors, "tanaka", &full, &err), -ENOKEY);
        cr_expect(strstr(err.text, "credential"), "%s", err.text);
        cr_expect_not(state_has("login/key"));
        cr_expect_not(state_has("login/key.id"));
}

Test(key_read, a_crash_between_key_and_id_keeps_the_key) {
        uint8_t key[KEY_SIZE];

        state_write("login/key", other, KEY_SIZE);
        write_factors("tanaka", &full);
        cr_assert_eq(state_read("login/key", key, sizeof key), KEY_SIZE);
        cr_expect_arr_eq(key, other, KEY_SIZE);
        expect_full("tanaka");
}

Test(key_read, a_link_is_no_key) {
        struct err err = { "" };

        state_write("elsewhere", other, KEY_SIZE);
        cr_assert_eq(symlinkat("../elsewhere", state_fd, "login/key"), 0);
        cr_expect_eq(factors_write(factors, "tanaka", &full, &err), -ENOKEY, "%s", err.text);
}
