/* SPDX-License-Identifier: MIT */
/* What may only rise survives damage, and is written by one at a time. */
#include "store/tally.h"

#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define TANAKA "login/tally/tanaka"
#define FILE_SIZE 8192
#define BLOCK 4096

static struct tallies *tallies;

static void given_tallies(void) {
        struct err err = { "" };

        given_a_state();
        cr_assert_eq(tallies_open(state_fd, &tallies, &err), 0, "%s", err.text);
}

static void drop(void) {
        tallies_close(tallies);
        drop_state();
}

static struct tally read_tally(const char *user) {
        struct tally t;
        struct err err = { "" };

        cr_assert_eq(tally_read(tallies, user, &t, &err), 0, "%s", err.text);
        return t;
}

static void write_tally(const char *user, struct tally *t) {
        struct err err = { "" };

        cr_assert_eq(tally_write(tallies, user, t, &err), 0, "%s", err.text);
}

/* Every field says something of its own. */
static void fill(struct tally *t, uint32_t with) {
        for (size_t i = 0; i < TALLY_TOKENS; i++) {
                t->tokens[i] = (struct tally_token){ .id = with + (uint32_t)i,
                                                     .drift = (int16_t)(with % 2 ? -3 : 4),
                                                     .step = ((uint64_t)with << 33) + i,
                                                     .off = with + 77 };
                for (size_t j = 0; j < TALLY_RECENT; j++)
                        t->tokens[i].recent[j] = with * 100 + j;
        }
        for (size_t i = 0; i < TALLY_PLACES; i++)
                t->places[i] = (struct tally_place){ .place = ((uint64_t)with << 40) + i,
                                                     .failures = with + 2,
                                                     .known = with % 2,
                                                     .first_s = -(int64_t)with,
                                                     .last_s = with + 9 };
        t->codes_id = with + 3;
        t->codes_used = with + 4;
        t->failures = with + 5;
        t->clock_s = -(int64_t)with;
        t->login_s = (int64_t)with << 34;
        (void)snprintf(t->login_place, sizeof t->login_place, "窓口 %u", with);
}

/* A file that has held `n` records, the last filled with n, and then nothing but time. */
static struct tally given_written(uint32_t n) {
        struct tally t = read_tally("tanaka");

        for (uint32_t i = 1; i <= n; i++) {
                fill(&t, i);
                write_tally("tanaka", &t);
        }
        return t;
}

TestSuite(tally_read, .init = given_tallies, .fini = drop, .timeout = 30);

Test(tally_read, of_nobody_is_fresh_and_zero) {
        static const struct tally zero = { .fresh = true };
        struct tally t = read_tally("tanaka");

        cr_expect_arr_eq(&t, &zero, sizeof t);
        cr_expect_not(state_has(TANAKA));
}

Test(tally_read, gives_back_what_was_written) {
        for (uint32_t n = 1; n < 6; n++) {
                struct tally t = read_tally("tanaka"), back;

                fill(&t, n);
                write_tally("tanaka", &t);
                back = read_tally("tanaka");
                cr_expect_arr_eq(&back, &t, sizeof t);
                cr_expect_eq(back.generation, n);
                cr_expect_not(back.fresh);
        }
}

/* As 0.4.0 has it: 8 tokens of 86 bytes behind 16, 12 bytes, 8 places of 29, two times, and where it was. What it left
 * zero are places that are free, and it reads what this version writes. */
Test(tally_read, stands_where_the_version_before_looks) {
        enum { PLACES = 16 + 8 * 86 + 12, WHERE = PLACES + 8 * 29 + 16, MORE = WHERE + 64, SUM = 1536 - 32 };
        static uint8_t file[FILE_SIZE];
        struct tally t = read_tally("tanaka"), back;

        fill(&t, 1);
        memset(&t.places[8], 0, 8 * sizeof *t.places);
        write_tally("tanaka", &t);
        cr_assert_eq(state_read(TANAKA, file, sizeof file), sizeof file);
        for (int i = 0; i < 8; i++)
                cr_expect_eq(file[BLOCK + PLACES + i * 29], i, "place %d", i);
        cr_expect_str_eq((char *)file + BLOCK + WHERE, t.login_place);
        for (int i = MORE; i < SUM; i++)
                cr_expect_eq(file[BLOCK + i], 0, "%d", i);
        back = read_tally("tanaka");
        cr_expect_arr_eq(&back, &t, sizeof t);
}

Test(tally_read, keeps_people_apart) {
        struct tally t = read_tally("tanaka"), other;

        fill(&t, 1);
        write_tally("tanaka", &t);
        other = read_tally("suzuki");
        cr_expect(other.fresh);
        fill(&other, 2);
        write_tally("suzuki", &other);
        cr_expect_eq(read_tally("tanaka").failures, 6);
        cr_expect_eq(read_tally("suzuki").failures, 7);
}

Test(tally_read, refuses_names_that_are_no_file_of_a_person) {
        static const char *const hostile[] = {
                "", ".", "..", "a/b", "/etc/passwd", ".tanaka.new", "-f", "a b", "a\nb"
        };
        struct tally t;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(tally_read(tallies, hostile[i], &t, NULL), -EINVAL, "'%s'", hostile[i]);
                cr_expect_not(t.fresh);
                t = (struct tally){ .fresh = true };
                cr_expect_eq(tally_write(tallies, hostile[i], &t, NULL), -EINVAL, "'%s'", hostile[i]);
        }
}

Test(tally_read, does_not_follow_links_nor_wait_for_pipes) {
        struct tally t;

        cr_assert_eq(symlinkat("/dev/zero", state_fd, TANAKA), 0);
        cr_expect_eq(tally_read(tallies, "tanaka", &t, NULL), -ELOOP);
        cr_assert_eq(mkfifoat(state_fd, "login/tally/fifo", 0600), 0);
        cr_expect_eq(tally_read(tallies, "fifo", &t, NULL), -EBADMSG);
        cr_assert_eq(mkdirat(state_fd, "login/tally/folder", 0700), 0);
        cr_expect_eq(tally_read(tallies, "folder", &t, NULL), -EBADMSG);
}

/* ---- Damage --------------------------------------------------------------------------------------------------------
 */

static uint8_t whole[FILE_SIZE], damaged[FILE_SIZE];

static void given_whole(uint32_t n) {
        (void)given_written(n);
        cr_assert_eq(state_read(TANAKA, whole, sizeof whole), FILE_SIZE);
        memcpy(damaged, whole, sizeof whole);
}

/* The newest record, or -EBADMSG; never another one. */
static int reads(uint32_t n) {
        struct tally t, right = { 0 };
        int r = tally_read(tallies, "tanaka", &t, NULL);

        fill(&right, n);
        right.generation = n;
        cr_assert(r == 0 || r == -EBADMSG);
        if (r == 0)
                cr_expect_arr_eq(&t, &right, sizeof t);
        else
                cr_expect(t.broken && !t.fresh && t.tokens[0].step == 0);
        return r;
}

TestSuite(tally_damage, .init = given_tallies, .fini = drop, .timeout = 60);

Test(tally_damage, no_changed_byte_forgets_anything) {
        for (uint32_t n = 4; n < 6; n++) {
                given_whole(n);
                for (size_t i = 0; i < FILE_SIZE; i++) {
                        damaged[i] ^= 0x10;
                        state_write(TANAKA, damaged, FILE_SIZE);
                        cr_assert_eq(reads(n), 0, "byte %zu", i);
                        damaged[i] ^= 0x10;
                }
                cr_assert_eq(unlinkat(state_fd, TANAKA, 0), 0);
        }
}

Test(tally_damage, no_truncation_forgets_anything_or_lets_anybody_in) {
        unsigned readable = 0;

        given_whole(4);
        for (size_t size = 0; size < FILE_SIZE; size++) {
                state_write(TANAKA, whole, size);
                readable += reads(4) == 0;
        }
        cr_expect_gt(readable, BLOCK, "the second copy is not needed");
        cr_expect_lt(readable, FILE_SIZE - 1000);
}

Test(tally_damage, to_both_copies_is_told_and_nothing_is_written_over_it) {
        struct tally t;
        struct err err = { "" };

        given_whole(3);
        damaged[8] ^= 1;
        damaged[BLOCK + 9] ^= 1;
        state_write(TANAKA, damaged, FILE_SIZE);
        cr_assert_eq(tally_read(tallies, "tanaka", &t, &err), -EBADMSG);
        cr_expect(strstr(err.text, "sekimori unlock tanaka"), "%s", err.text);
        t = (struct tally){ .fresh = true };
        cr_expect_eq(tally_write(tallies, "tanaka", &t, NULL), -ESTALE);
        cr_expect_eq(reads(3), -EBADMSG);
}

Test(tally_damage, to_both_copies_is_healed_by_whoever_saw_it) {
        struct tally t;

        given_whole(3);
        state_write(TANAKA, "", 0);
        cr_assert_eq(tally_read(tallies, "tanaka", &t, NULL), -EBADMSG);
        write_tally("tanaka", &t);
        cr_expect_not(t.broken);
        cr_expect_eq(read_tally("tanaka").generation, 1);
}

Test(tally_damage, somebody_else_s_tally_is_damage) {
        struct tally t;

        given_whole(3);
        state_write("login/tally/suzuki", whole, FILE_SIZE);
        cr_expect_eq(tally_read(tallies, "suzuki", &t, NULL), -EBADMSG);
}

/* After damage to either copy, the good one is never the one that is written first. */
Test(tally_damage, is_healed_by_the_next_write_and_a_torn_one_leaves_the_record) {
        for (int copy = 0; copy < 2; copy++) {
                uint8_t *record = damaged + (size_t)copy * BLOCK;
                struct tally t;

                given_whole(4);
                record[100] ^= 1;
                state_write(TANAKA, damaged, FILE_SIZE);
                t = read_tally("tanaka");
                fill(&t, 5);
                write_tally("tanaka", &t);
                cr_assert_eq(state_read(TANAKA, whole, sizeof whole), FILE_SIZE);
                /* Power fails during that write: its first copy is torn, its second not begun. */
                memset(damaged + (t.generation % 2) * BLOCK, 0xee, BLOCK / 8);
                state_write(TANAKA, damaged, FILE_SIZE);
                cr_expect_eq(reads(4), 0, "copy %d was damaged", copy);
                cr_assert_eq(unlinkat(state_fd, TANAKA, 0), 0);
        }
}

/* What a disk may hold when the power fails in the middle of a write: any beginning of the new record, whatever became
 * of the second copy of the one before. */
Test(tally_damage, a_torn_write_leaves_the_record_before_it_or_the_new_one) {
        static uint8_t after[FILE_SIZE];

        for (uint32_t n = 4; n < 6; n++) {
                size_t first = (n + 1) % 2 * BLOCK;
                struct tally t;

                given_whole(n);
                t = read_tally("tanaka");
                fill(&t, n + 1);
                write_tally("tanaka", &t);
                cr_assert_eq(state_read(TANAKA, after, sizeof after), FILE_SIZE);
                for (size_t torn = 0; torn < BLOCK; torn++) {
                        struct tally found;

                        memcpy(damaged, whole, FILE_SIZE);
                        memcpy(damaged + first, after + first, torn);
                        state_write(TANAKA, damaged, FILE_SIZE);
                        found = read_tally("tanaka");
                        cr_assert(found.generation == n || (torn >= 1500 && found.generation == n + 1), "%zu", torn);
                }
                cr_assert_eq(unlinkat(state_fd, TANAKA, 0), 0);
        }
}

/* ---- Writing -------------------------------------------------------------------------------------------------------
 */

TestSuite(tally_write, .init = given_tallies, .fini = drop, .timeout = 30);

Test(tally_write, of_two_that_read_the_same_only_one_is_taken) {
        struct tally one = given_written(2), other = one;
        struct err err = { "" };

        one.failures = 100;
        other.failures = 200;
        write_tally("tanaka", &one);
        cr_expect_eq(tally_write(tallies, "tanaka", &other, &err), -ESTALE);
        cr_expect_eq(other.generation, 2, "what was not written is not changed");
        cr_expect_eq(read_tally("tanaka").failures, 100);
}

Test(tally_write, of_two_that_found_nobody_only_one_is_taken) {
        struct tally one = read_tally("tanaka"), other = one;

        write_tally("tanaka", &one);
        cr_expect_eq(tally_write(tallies, "tanaka", &other, NULL), -ESTALE);
}

Test(tally_write, does_not_bring_back_what_was_removed_meanwhile) {
        struct tally t = given_written(2);

        cr_assert_eq(unlinkat(state_fd, TANAKA, 0), 0);
        cr_expect_eq(tally_write(tallies, "tanaka", &t, NULL), -ESTALE);
        cr_expect(read_tally("tanaka").fresh);
}

Test(tally_write, makes_room_at_once_and_for_nobody_else) {
        struct tally t = given_written(1);
        struct stat st;

        for (int i = 0; i < 9; i++) {
                cr_assert_eq(fstatat(state_fd, TANAKA, &st, 0), 0);
                cr_expect_eq(st.st_size, FILE_SIZE);
                cr_expect_geq(st.st_blocks * 512, FILE_SIZE, "no hole that a full disk could not fill");
                cr_expect_eq(st.st_mode & 07777, 0600);
                write_tally("tanaka", &t);
        }
        cr_assert_eq(fstatat(state_fd, "login/tally", &st, 0), 0);
        cr_expect_eq(st.st_mode & 07777, 0700);
        cr_assert_eq(fstatat(state_fd, "login", &st, 0), 0);
        cr_expect_eq(st.st_mode & 07777, 0700);
}

Test(tally_write, overwrites_what_a_crash_left_behind) {
        struct tally t = read_tally("tanaka");

        state_write("login/tally/.tanaka.new", "half", 4);
        write_tally("tanaka", &t);
        cr_expect_not(state_has("login/tally/.tanaka.new"));
        cr_expect_eq(read_tally("tanaka").generation, 1);
}
