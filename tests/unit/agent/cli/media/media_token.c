/* SPDX-License-Identifier: MIT */
/* token_at, token_write — where an enrolment token may stand, and that nothing else is ever changed. */
#include "cli/media/media_token.h"

#include "base/cleanup.h"
#include "host/medium_token.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

#define SIZE 65536
#define FIRST (1 << 20)

static const uint8_t uuid[UUID_SIZE] = { 1, 2, 3 }, other[UUID_SIZE] = { 9 };
static int fd;
static uint8_t before[SIZE], after[SIZE];

static void put(const void *p, size_t n, off_t at) {
        cr_assert_eq(pwrite(fd, p, n, at), (ssize_t)n);
}

static void given_a_medium(void) {
        ceremony_begin();
        fd = open("medium", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        cr_assert_geq(fd, 0);
        cr_assert_eq(ftruncate(fd, SIZE), 0);
        put("\x55\xaa", 2, 510);
}

static void drop(void) {
        (void)close(fd);
        ceremony_end();
}

/* A GUID partition table whose entries begin at `lba` and are so many of so many bytes. */
static void gpt(uint32_t sector, uint64_t lba, uint32_t n, uint32_t size) {
        put("EFI PART", 8, sector);
        put(&lba, sizeof lba, sector + 72);
        put(&n, sizeof n, sector + 80);
        put(&size, sizeof size, sector + 84);
}

static enum token_fault at(uint64_t first, uint32_t sector) {
        uint8_t has[UUID_SIZE] = { 7 };

        return token_at(fd, first, sector, has);
}

TestSuite(token_at, .init = given_a_medium, .fini = drop, .timeout = 10);

Test(token_at, a_token_that_is_written_is_found_and_every_other_byte_stays) {
        uint8_t has[UUID_SIZE];

        for (size_t i = 512; i < sizeof before; i++)
                before[i] = i < TOKEN_AT || i >= TOKEN_AT + TOKEN_SIZE ? (uint8_t)(i * 7) : 0;
        put(before + 512, SIZE - 512, 512);
        cr_assert_eq(pread(fd, before, SIZE, 0), SIZE);
        cr_assert_eq(token_at(fd, FIRST, 512, has), TOKEN_FINE);
        cr_expect_eq(memcmp(has, (uint8_t[UUID_SIZE]){ 0 }, UUID_SIZE), 0, "none yet");
        cr_assert_eq(token_write(fd, uuid), TOKEN_FINE);
        cr_assert_eq(token_at(fd, FIRST, 512, has), TOKEN_FINE);
        cr_expect_eq(memcmp(has, uuid, UUID_SIZE), 0);
        cr_assert_eq(pread(fd, after, SIZE, 0), SIZE);
        cr_expect_eq(memcmp(before, after, TOKEN_AT), 0);
        cr_expect_eq(
                memcmp(before + TOKEN_AT + TOKEN_SIZE, after + TOKEN_AT + TOKEN_SIZE, SIZE - TOKEN_AT - TOKEN_SIZE), 0);
}

Test(token_at, what_is_there_is_not_overwritten) {
        static const off_t places[] = { TOKEN_AT, TOKEN_AT + 100, TOKEN_AT + TOKEN_SIZE - 1 };

        for (size_t i = 0; i < 3; i++) {
                put("x", 1, places[i]);
                cr_expect_eq(at(FIRST, 512), TOKEN_OCCUPIED, "%zu", i);
                put("", 1, places[i]);
                cr_expect_eq(at(FIRST, 512), TOKEN_FINE, "%zu", i);
        }
        cr_assert_eq(token_write(fd, other), TOKEN_FINE);
        put("x", 1, TOKEN_AT + 40);
        cr_expect_eq(at(FIRST, 512), TOKEN_OCCUPIED, "a token that was damaged is somebody's, too");
}

Test(token_at, there_must_be_a_table_and_room_behind_it) {
        cr_expect_eq(at(0, 512), TOKEN_NO_TABLE, "no partition");
        cr_expect_eq(at(63 * 512, 512), TOKEN_FINE, "as it was for decades");
        cr_expect_eq(at(TOKEN_AT + TOKEN_SIZE, 512), TOKEN_FINE);
        cr_expect_eq(at(TOKEN_AT + TOKEN_SIZE - 512, 512), TOKEN_NO_ROOM);
        cr_expect_eq(at(FIRST, 0), TOKEN_NOT_WRITTEN);
        put("\0\0", 2, 510);
        cr_expect_eq(at(FIRST, 512), TOKEN_NO_TABLE, "a table of a kind that is not known");
}

Test(token_at, a_guid_partition_table_may_be_longer_than_usual) {
        static const struct {
                uint32_t sector;
                uint64_t lba;
                uint32_t n, size;
                enum token_fault fault;
        } rows[] = {
                { 512, 2, 128, 128, TOKEN_FINE },
                { 4096, 2, 128, 128, TOKEN_FINE },
                { 512, 2, 216, 128, TOKEN_FINE },
                { 512, 2, 217, 128, TOKEN_NO_ROOM },
                { 512, 2, UINT32_MAX, 128, TOKEN_NO_ROOM },
                { 512, 2, UINT32_MAX, UINT32_MAX, TOKEN_NO_ROOM },
                { 512, UINT64_MAX, 128, 128, TOKEN_NO_ROOM },
                { 512, UINT64_C(1) << 55, 128, 128, TOKEN_NO_ROOM },
                { 512, 40, 128, 128, TOKEN_NO_ROOM },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                gpt(rows[i].sector, rows[i].lba, rows[i].n, rows[i].size);
                cr_expect_eq(at(FIRST, rows[i].sector), rows[i].fault, "row %zu", i);
                put("\0\0\0\0\0\0\0\0", 8, rows[i].sector);
        }
}

Test(token_at, every_truncation_is_refused) {
        cr_assert_eq(token_write(fd, uuid), TOKEN_FINE);
        for (off_t size = TOKEN_AT + TOKEN_SIZE - 1; size >= 0; size -= 333) {
                cr_assert_eq(ftruncate(fd, size), 0);
                cr_expect_neq(at(FIRST, 512), TOKEN_FINE, "%ld bytes", (long)size);
        }
}

Test(token_at, what_cannot_be_written_is_said) {
        auto_fd reading = open("medium", O_RDONLY | O_CLOEXEC);

        cr_expect_eq(token_write(reading, uuid), TOKEN_NOT_WRITTEN);
        cr_expect_eq(at(FIRST, 512), TOKEN_FINE, "and nothing is there");
        for (enum token_fault f = TOKEN_NO_DISK; f < TOKEN_FAULTS; f++)
                cr_expect(token_fault_words(f, LANGUAGE_JA)[0] && token_fault_words(f, LANGUAGE_EN)[0], "fault %d", f);
}
