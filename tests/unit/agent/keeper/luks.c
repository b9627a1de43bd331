/* SPDX-License-Identifier: MIT */
/* luks_encrypts — what the headers of containers say that cryptsetup made, and that an attacker changed. */
#include "keeper/luks.h"

#include "support/ceremony.h"
#include "unit/agent/keeper/container.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MIB (1 << 20)
#define FIRST "1b0c65e6-7f1c-4d0a-9c53-6a5f3d1b2e01"

static int fd;

static void given_a_medium(void) {
        ceremony_begin();
        spill("medium", bytes_of("", 0));
        fd = open("medium", O_RDWR | O_CLOEXEC);
        cr_assert_geq(fd, 0);
}

static void drop(void) {
        (void)close(fd);
        ceremony_end();
}

static void put(uint64_t at) {
        struct bytes content = slurp("container");

        cr_assert_eq(pwrite(fd, content.at, content.left, (off_t)at), (ssize_t)content.left);
}

static void luks(const char *type, uint64_t at) {
        container_make(type, FIRST);
        put(at);
}

static void luks_null(const char *type, uint64_t at) {
        container_make_by("cipher_null-ecb", type, FIRST);
        put(at);
}

static bool encrypts(void) {
        return luks_encrypts(fd, (struct span){ 0, MIB });
}

TestSuite(luks_encrypts, .init = given_a_medium, .fini = drop, .timeout = 60);

Test(luks_encrypts, with_a_known_cipher) {
        static const char *const types[] = { "luks1", "luks2" };

        for (size_t i = 0; i < 2; i++) {
                luks(types[i], 0);
                cr_expect(encrypts(), "%s", types[i]);
        }
}

Test(luks_encrypts, not_with_the_null_cipher) {
        luks_null("luks1", 0);
        cr_expect_not(encrypts());
        luks_null("luks2", 0);
        cr_expect_not(encrypts());
}

static void copy_within(uint64_t from, uint64_t to) {
        off_t in = (off_t)from, out = (off_t)to;

        cr_assert_eq(copy_file_range(fd, &in, fd, &out, CONTAINER_HEADER, 0), CONTAINER_HEADER);
}

/* cryptsetup opens by the copy that is newer, or whole. */
Test(luks_encrypts, not_where_any_copy_of_the_header_says_the_null_cipher) {
        const uint64_t null = 4 * MIB + CONTAINER_HEADER;

        luks_null("luks2", 4 * MIB);
        luks("luks2", 0);
        cr_assert(encrypts());
        copy_within(null, (uint64_t)2 * CONTAINER_HEADER);
        cr_expect_not(encrypts(), "where a longer first header would end");
        luks("luks2", 0);
        copy_within(null, CONTAINER_HEADER);
        cr_expect_not(encrypts(), "behind a first one that is good");
        luks("luks1", 0);
        copy_within(null, CONTAINER_HEADER);
        cr_expect_not(encrypts(), "opened with --type luks2");
        luks("luks2", 0);
        cr_assert_eq(pwrite(fd, "", 1, 0), 1);
        cr_expect_not(encrypts(), "without a first one");
}

static void metadata(const char *text) {
        static char area[CONTAINER_HEADER - 4096];

        memset(area, 0, sizeof area);
        memcpy(area, text, strlen(text));
        for (off_t at = 4096; at < 2 * CONTAINER_HEADER; at += CONTAINER_HEADER)
                cr_assert_eq(pwrite(fd, area, sizeof area, at), (ssize_t)sizeof area);
}

#define BY(cipher) "{\"type\":\"crypt\",\"encryption\":\"" cipher "\"}"
#define AES BY("aes-xts-plain64")
#define SEGMENT(what) "{\"segments\":{\"0\":" what "}}"
#define SLOT(what) "{\"segments\":{\"0\":" AES "},\"keyslots\":{\"0\":{\"area\":{" what "}}}}"

Test(luks_encrypts, with_every_cipher_that_cryptsetup_made_by_default) {
        static const char *const good[] = { SEGMENT(AES),
                                            SEGMENT(BY("aes-cbc-essiv:sha256")),
                                            SEGMENT(BY("serpent-xts-plain64")),
                                            SEGMENT(BY("xchacha12,aes-adiantum-plain64")),
                                            SLOT("\"encryption\":\"aes-xts-plain64\""),
                                            SLOT("\"type\":\"none\"") };

        luks("luks2", 0);
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
                metadata(good[i]);
                cr_expect(encrypts(), "%s", good[i]);
        }
}

Test(luks_encrypts, not_where_the_metadata_leaves_it_in_doubt) {
        static const struct {
                const char *text, *why;
        } hostile[] = {
                { "", "no JSON" },
                { "{\"segments\":{\"0\":" AES "}", "cut off" },
                { SEGMENT(AES) " x", "something behind it" },
                { "[]", "no object" },
                { "{\"segments\":{}}", "no segment" },
                { "{\"segments\":[" AES "]}", "a list" },
                { SEGMENT("{\"type\":\"linear\",\"encryption\":\"aes-xts-plain64\"}"), "linear" },
                { SEGMENT("{\"encryption\":\"aes-xts-plain64\"}"), "no type" },
                { SEGMENT("{\"type\":\"crypt\"}"), "no cipher" },
                { SEGMENT("{\"type\":\"crypt\",\"encryption\":7}"), "a number" },
                { SEGMENT(AES ",\"1\":" BY("cipher_null-ecb")), "one of two" },
                { SEGMENT(BY("capi:ecb(cipher_null)-plain")), "in the kernel's words" },
                { SEGMENT(BY("aes-ecb(cipher_null)-plain")), "a mode that nobody has" },
                { SEGMENT(BY("aes-xts-plain64 ")), "a little more" },
                { SEGMENT(BY("aes")), "no mode" },
                { SEGMENT(BY("-xts-plain64")), "no cipher's name" },
                { SEGMENT(BY("aes-xts-plain64\\u0000")), "a zero" },
                { "{\"segments\":{\"0\":" AES "},\"segments\":{\"0\":" AES "}}", "twice: which one counts?" },
                { SLOT("\"encryption\":\"cipher_null-ecb\""), "the key lies open" },
                { SLOT("\"encryption\":null"), "so it may" },
        };

        luks("luks2", 0);
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                metadata(hostile[i].text);
                cr_expect_not(encrypts(), "%s", hostile[i].why);
        }
}

Test(luks_encrypts, not_with_a_header_that_is_longer_than_it_can_be) {
        static const uint8_t sizes[][8] = { { 0 },
                                            { 0, 0, 0, 0, 0, 0, 0x10 },
                                            { 0, 0, 0, 0, 0, 0, 0x50 },
                                            { 0, 0, 0, 0, 0, 0x40 },
                                            { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

        luks("luks2", 0);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
                cr_assert_eq(pwrite(fd, sizes[i], sizeof sizes[i], 8), (ssize_t)sizeof sizes[i]);
                cr_expect_not(encrypts(), "size %zu", i);
        }
}

Test(luks_encrypts, every_truncation_is_refused) {
        static const char *const types[] = { "luks1", "luks2" };

        for (size_t i = 0; i < 2; i++) {
                luks(types[i], 0);
                for (int at = (i ? CONTAINER_HEADER : 4096) - 1; at >= 0; at -= 509) {
                        cr_assert_eq(ftruncate(fd, at), 0);
                        cr_expect_not(luks_encrypts(fd, (struct span){ 0, (uint64_t)at }), "%d bytes", at);
                        cr_expect_not(encrypts(), "%d bytes that can be read", at);
                }
        }
}
