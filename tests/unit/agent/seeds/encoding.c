/* SPDX-License-Identifier: MIT */
/* The same text in every encoding that spreadsheets write, held against iconv(1); and what nobody can tell. */
#include "seeds/encoding.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define TEXT "user,serial\nhanako,窓口１番－①\n"

/* What iconv(1) makes of TEXT; its length. */
static size_t as(const char *encoding, uint8_t *to, size_t size) {
        char command[256];
        FILE *oracle;
        size_t n;

        (void)snprintf(command, sizeof command, "unset LD_PRELOAD; printf '%%s' '%s' | iconv -f UTF-8 -t %s", TEXT,
                       encoding);
        oracle = popen(command, "re");
        cr_assert(oracle);
        n = fread(to, 1, size, oracle);
        cr_assert_eq(pclose(oracle), 0, "%s", encoding);
        return n;
}

static void expect_text(struct bytes raw, enum encoding encoding, const char *why) {
        struct decoded d;

        encoding_decode(raw, &d);
        cr_expect_eq(d.encoding, encoding, "%s", why);
        cr_expect_eq(d.text.left, strlen(TEXT), "%s", why);
        cr_expect_eq(memcmp(d.text.at, TEXT, strlen(TEXT)), 0, "%s", why);
        decoded_deinit(&d);
}

Test(encoding_decode, all_that_spreadsheets_write_is_utf8_then) {
        static const struct {
                const char *name;
                enum encoding encoding;
        } all[] = { { "UTF-8", ENCODING_UTF8 },
                    { "UTF-16", ENCODING_UTF16 },
                    { "UTF-16LE", ENCODING_UTF16 },
                    { "UTF-16BE", ENCODING_UTF16 },
                    { "CP932", ENCODING_SHIFT_JIS } };
        uint8_t raw[512];

        encoding_prepare();
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                expect_text(bytes_of(raw, as(all[i].name, raw, sizeof raw)), all[i].encoding, all[i].name);
        memcpy(raw, "\xEF\xBB\xBF" TEXT, strlen(TEXT) + 3);
        expect_text(bytes_of(raw, strlen(TEXT) + 3), ENCODING_UTF8, "with a mark");
}

/* U+1F511 is two units of UTF-16. */
Test(encoding_decode, pairs_of_utf16_are_one_letter) {
        struct decoded d;

        encoding_decode(bytes_of("\xFF\xFE\x3D\xD8\x11\xDD", 6), &d);
        cr_expect_eq(d.encoding, ENCODING_UTF16);
        cr_assert_eq(d.text.left, 4);
        cr_expect_arr_eq(d.text.at, "\xF0\x9F\x94\x91", 4);
        decoded_deinit(&d);
}

Test(encoding_decode, what_nobody_can_tell_is_none) {
        static const struct {
                const char *raw;
                size_t n, good;
                const char *why;
        } hostile[] = {
                { "ab\xff", 3, 2, "no encoding's" },
                { "a\xC0\xAF", 3, 1, "a slash, too long" },
                { "a\xED\xA0\x80", 4, 1, "half a pair" },
                { "a\xF4\x90\x80\x80", 5, 1, "beyond Unicode" },
                { "a\xE7\xAA", 3, 1, "cut off" },
                { "\xC1\xEB\xB8\xFD\xA3\xB1", 6, 0, "EUC-JP, and Shift_JIS by chance" },
                { "\xFF\xFE\x3D\xD8", 4, 0, "the first of a pair" },
                { "\xFF\xFE\x11\xDD\x41\x00", 6, 0, "the second of a pair" },
                { "\xFF\xFE\x41", 3, 0, "half a unit" },
        };

        encoding_prepare();
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct decoded d;

                encoding_decode(bytes_of(hostile[i].raw, hostile[i].n), &d);
                cr_expect_eq(d.encoding, ENCODING_NONE, "%s", hostile[i].why);
                cr_expect_eq(d.text.left, hostile[i].good, "%s", hostile[i].why);
                decoded_deinit(&d);
        }
}
