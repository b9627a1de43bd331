/* SPDX-License-Identifier: MIT */
/* escape.c — makes bytes of unknown origin printable. Knows UTF-8 (RFC 3629), no locale. */
#include "text/words.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct range {
        uint32_t first, last;
};

/* Valid characters that are never shown as they are: they are invisible, break the line, or reorder the text around
 * them (Unicode's Bidi_Control, Default_Ignorable_Code_Point and line separators; Trojan Source, CVE-2021-42574). */
static const struct range unseen[] = {
        { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },       { 0x34f, 0x34f },     { 0x61c, 0x61c },
        { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
        { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
        { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff }, { 0xf0000, 0x10ffff },
};

static bool escape_shown(uint32_t c) {
        if (c >= 0x20 && c < 0x7f)
                return true; /* nearly all characters: a fast path, because a person waits while a device is recorded */
        for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
                if (c >= unseen[i].first && c <= unseen[i].last)
                        return false;
        return true;
}

/* The length of the valid character at `s`, 0 where there is none (overlong, surrogate, beyond U+10FFFF, cut off). */
static size_t escape_character(const unsigned char *s, uint32_t *ret) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;
        uint32_t c = n < 2 ? s[0] : s[0] & (0x7fu >> n);

        for (size_t i = 1; i < n; i++) {
                if ((s[i] & 0xc0) != 0x80) /* the NUL at the end too */
                        return 0;
                c = c << 6 | (s[i] & 0x3f);
        }
        if (n == 0 || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
                return 0;
        *ret = c;
        return n;
}

/* One character, or its escape, at `to`; 0 where it does not fit with a NUL behind it. */
static size_t escape_put(const unsigned char *from, size_t n, bool as_is, char *to, size_t room) {
        size_t needs = as_is ? n : 4 * n;

        if (needs >= room)
                return 0;
        if (as_is)
                memcpy(to, from, n);
        for (size_t i = 0; !as_is && i < n; i++) {
                to[4 * i] = '\\';
                to[4 * i + 1] = 'x';
                to[4 * i + 2] = "0123456789abcdef"[from[i] >> 4];
                to[4 * i + 3] = "0123456789abcdef"[from[i] & 15];
        }
        return needs;
}

static void escape_text(const char *from, bool keep_backslash, char *to, size_t size) {
        const unsigned char *s = (const unsigned char *)from;
        size_t used = 0;

        while (*s) {
                uint32_t c = 0;
                size_t n = escape_character(s, &c);
                bool as_is = n && escape_shown(c) && (c != '\\' || keep_backslash);
                size_t wrote = escape_put(s, n ? n : 1, as_is, to + used, size - used);

                if (!wrote)
                        break;
                used += wrote;
                s += n ? n : 1;
        }
        to[used] = '\0';
}

void words_escape(const char *from, char *to, size_t size) {
        escape_text(from, false, to, size);
}

void words_clean(const char *from, char *to, size_t size) {
        escape_text(from, true, to, size);
}

/* Take back the beginning of a character whose end did not fit. */
static void escape_trim(char *to, size_t length) {
        size_t start = length;
        uint32_t c;

        while (start > 0 && ((unsigned char)to[start - 1] & 0xc0) == 0x80)
                start--;
        if (start > 0 && (unsigned char)to[start - 1] >= 0xc0
            && !escape_character((const unsigned char *)to + start - 1, &c))
                to[start - 1] = '\0';
}

void words_add(char *to, size_t size, const char *format, ...) {
        size_t have = strlen(to);
        va_list ap;
        int n;

        va_start(ap, format);
        n = vsnprintf(to + have, size - have, format, ap);
        va_end(ap);
        if (n >= 0 && (size_t)n >= size - have)
                escape_trim(to, size - 1);
}
