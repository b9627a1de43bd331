/* SPDX-License-Identifier: MIT */
/* What is kept of sessions comes back as it was, or not at all. */
#include "auth/session_file.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int dir;
static struct person_found someone = { .name = "tanaka", .uid = 2001, .n_groups = 2, .groups = { "staff", "税務課" } };
static struct session_kept back[SESSIONS];
static size_t n_back;

static void given_a_directory(void) {
        ceremony_begin();
        dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

static void drop(void) {
        (void)close(dir);
        ceremony_end();
}

TestSuite(session_file, .init = given_a_directory, .fini = drop, .timeout = 20);

static struct session_kept an_open_one(void) {
        struct session_kept k = { .stage = SESSION_OPEN,
                                  .record = 0x123456789abc,
                                  .charge = { SUBJECT_SEAT, 0xfedcba9876543210 },
                                  .pid = 4321,
                                  .start = UINT64_MAX,
                                  .passed_ms = 77,
                                  .opened = 3,
                                  .user = "tanaka",
                                  .service = "gdm-password",
                                  .tty = "tty2",
                                  .rhost = "192.0.2.7",
                                  .seat = "seat0",
                                  .id = "c2",
                                  .who = &someone,
                                  .last_s = -1,
                                  .last_place = "login tty1",
                                  .failures = 5,
                                  .has_card = true,
                                  .reader = "Reader 00 00" };

        memset(k.certificate, 0xa5, sizeof k.certificate);
        return k;
}

/* The pointer aside. */
static void expect_same(const struct session_kept *a, const struct session_kept *b) {
        struct session_kept x = *a, y = *b;

        cr_expect_eq(!x.who, !y.who);
        if (x.who && y.who)
                cr_expect_arr_eq(x.who, y.who, sizeof *x.who);
        x.who = y.who = NULL;
        cr_expect_arr_eq(&x, &y, sizeof x);
}

static void keep(const struct session_kept *k, size_t n) {
        const struct session_kept *at[SESSIONS];

        for (size_t i = 0; i < n; i++)
                at[i] = &k[i];
        cr_assert_eq(session_file_write(dir, at, n, NULL), 0);
}

Test(session_file, what_was_kept_comes_back) {
        struct session_kept k[] = { an_open_one(),
                                    { .stage = SESSION_PASSED, .pid = 1, .user = "suzuki", .card_gone = true } };
        struct stat st;

        keep(k, 2);
        cr_assert_eq(session_file_read(dir, back, &n_back), 0);
        cr_assert_eq(n_back, 2);
        expect_same(&back[0], &k[0]);
        expect_same(&back[1], &k[1]);
        cr_assert_eq(fstatat(dir, "sessions", &st, AT_SYMLINK_NOFOLLOW), 0);
        cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(session_file, a_full_table_of_people_in_every_group_fits) {
        static struct session_kept k[SESSIONS];
        static struct person_found who = { .n_groups = PERSON_GROUPS };

        memset(who.name, 'n', sizeof who.name - 1);
        for (size_t i = 0; i < PERSON_GROUPS; i++)
                memset(who.groups[i], 'g', PERSON_GROUP - 1);
        for (size_t i = 0; i < SESSIONS; i++) {
                k[i] = an_open_one();
                k[i].who = &who;
                memset(k[i].user, 'u', sizeof k[i].user - 1);
                memset(k[i].rhost, 'h', sizeof k[i].rhost - 1);
                memset(k[i].reader, 'r', sizeof k[i].reader - 1);
        }
        keep(k, SESSIONS);
        cr_assert_eq(session_file_read(dir, back, &n_back), 0);
        cr_expect_eq(n_back, (size_t)SESSIONS);
        expect_same(&back[SESSIONS - 1], &k[SESSIONS - 1]);
}

Test(session_file, nobody_is_no_error) {
        cr_expect_eq(session_file_read(dir, back, &n_back), -ENOENT);
        keep(NULL, 0);
        cr_expect_eq(session_file_read(dir, back, &n_back), 0);
        cr_expect_eq(n_back, 0);
}

/* Nothing here has to outlast a power cut. */
static void put(const uint8_t *content, size_t n) {
        auto_fd fd = openat(dir, "sessions", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        cr_assert_eq(write(fd, content, n), (ssize_t)n);
}

/* With a checksum that is right: what a later version, or this one with a mistake, may have written. */
static int read_changed(const uint8_t *content, size_t n, size_t at, const void *to, size_t n_to) {
        uint8_t *copy = malloc(n + DIGEST_SIZE);
        int r;

        memcpy(copy, content, n);
        if (n_to)
                memcpy(copy + at, to, n_to);
        cr_assert_eq(digest_sha256(bytes_of(copy, n), copy + n), 0);
        put(copy, n + DIGEST_SIZE);
        free(copy);
        r = session_file_read(dir, back, &n_back);
        for (size_t i = 0; r == 0 && i < n_back; i++)
                free(back[i].who);
        return r;
}

static uint8_t *kept_bytes(size_t *ret) {
        uint8_t *content;
        struct session_kept k = an_open_one();

        keep(&k, 1);
        cr_assert_eq(file_read(dir, "sessions", 1 << 20, &content, ret), 0);
        *ret -= DIGEST_SIZE;
        return content;
}

Test(session_file, every_truncation_is_refused) {
        size_t n;
        uint8_t *content = kept_bytes(&n);

        cr_assert_eq(read_changed(content, n, 0, NULL, 0), 0);
        for (size_t cut = 0; cut < n; cut++)
                cr_expect_eq(read_changed(content, cut, 0, NULL, 0), cut == 48 ? 0 : -EBADMSG, "%zu of %zu", cut, n);
        for (size_t cut = 0; cut < n + DIGEST_SIZE; cut++) {
                put(content, cut);
                cr_expect_eq(session_file_read(dir, back, &n_back), -EBADMSG, "cut at %zu", cut);
        }
        free(content);
}

Test(session_file, what_no_agent_writes_is_refused) {
        enum { FIRST = 8 + 40 };
        static const struct {
                size_t at;
                uint8_t bytes[8];
                size_t n;
                int result;
                const char *why;
        } hostile[] = {
                { 0, { 'X' }, 1, -EBADMSG, "no file of ours" },
                { 6, { '1' }, 1, -EBADMSG, "another version's" },
                { 8, { 'z' }, 1, -ENOENT, "another boot's" },
                { FIRST, { 0 }, 1, -EBADMSG, "a session in no stage" },
                { FIRST, { SESSION_STAGES }, 1, -EBADMSG, "a stage that there is not" },
                { FIRST + 9, { SUBJECT_CLASSES }, 1, -EBADMSG, "charged to a class that there is not" },
                { FIRST + 18, { 0, 0, 0, 0 }, 4, -EBADMSG, "a process with no number" },
                { FIRST + 18, { 0xff, 0xff, 0xff, 0xff }, 4, -EBADMSG, "one with a negative number" },
                { FIRST + 46, { 0xff, 0xff }, 2, -EBADMSG, "a name beyond the end" },
                { FIRST + 48, { 0 }, 1, -EBADMSG, "a NUL inside a name" },
        };
        size_t n;
        uint8_t *content = kept_bytes(&n);

        cr_assert_arr_eq(content + FIRST + 48, "tanaka", 6);
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(read_changed(content, n, hostile[i].at, hostile[i].bytes, hostile[i].n), hostile[i].result,
                             "%s", hostile[i].why);
        free(content);
}
