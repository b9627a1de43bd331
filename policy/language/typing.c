/* SPDX-License-Identifier: MIT */
/* typing.c — a table from look-alikes to ASCII; a reader of quotes, indentation, colons in YAML. See typing.h. */
#include "language/typing.h"

#include "base/quote.h"

#include <errno.h>

#define FULL_WIDTH_SPACE 0x3000U
#define LONG_VOWEL 0x30fcU
#define MIDDLE_DOT 0x30fbU

/* Full-width forms are the ASCII ones moved (Unicode, Halfwidth and Fullwidth Forms). */
#define FULL_WIDTH_FIRST 0xff01U
#define FULL_WIDTH_LAST 0xff5eU
#define FULL_WIDTH_OFFSET 0xfee0U

static const struct {
        unsigned first, last;
        char instead;
} rows[] = {
        { '\t', '\t', ' ' },
        { 0xa0, 0xa0, ' ' },
        { 0x2000, 0x200d, ' ' },
        { 0x2010, 0x2015, '-' },
        { 0x2018, 0x2019, '\'' },
        { 0x201c, 0x201d, '"' },
        { 0x202f, 0x202f, ' ' },
        { 0x205f, 0x2060, ' ' },
        { 0x2212, 0x2212, '-' },
        { 0x3000, 0x3000, ' ' },
        { 0x3001, 0x3001, ',' },
        { LONG_VOWEL, LONG_VOWEL, '-' },
        { MIDDLE_DOT, MIDDLE_DOT, '-' },
};

/* The ASCII character that was meant by it; 0: it is no look-alike. */
static char instead_of(unsigned c) {
        if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST)
                return (char)(c - FULL_WIDTH_OFFSET);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (c >= rows[i].first && c <= rows[i].last)
                        return rows[i].instead;
        return 0;
}

bool misfit_in(const char *value, struct misfit *ret) {
        unsigned c = 0;

        for (size_t left = strlen(value), size; left; value += size, left -= size) {
                size = utf8_next(value, left, &c);
                if (size == 0)
                        return false;
                if (instead_of(c)) {
                        *ret = (struct misfit){ .character = c };
                        return true;
                }
        }
        return false;
}

/* Where in its line a character stands. */
struct typing_reader {
        unsigned quote, before; /* the open one, or 0; the character before */
        bool indenting;         /* nothing but spaces so far */
        bool separated;         /* the last character that was no space separates, like a colon */
        bool keyed;             /* an ASCII colon outside quotes was seen */
        bool strict;            /* only the beginning of the line, or the end of its key, counts */
};

static bool is_space(unsigned c) {
        return c == ' ' || instead_of(c) == ' ';
}

/* Of the characters that look like a colon, only those before the first real colon count; of other look-alikes that
 * mean something to YAML, only those that begin a line or a value. A comma and a long vowel are part of words, wherever
 * they stand. */
static bool typing_counts(const struct typing_reader *r, unsigned c) {
        char instead = instead_of(c);

        if (instead == 0 || !strchr(" :-[]{}\"'#", instead) || r->quote || c == LONG_VOWEL || c == MIDDLE_DOT)
                return false;
        if (instead == ':')
                return !r->keyed;
        if (instead == '#')
                return r->indenting;
        return r->indenting || (r->separated && !r->strict && c != '\t');
}

static bool opens_quote(const struct typing_reader *r, unsigned c) {
        return (c == '"' || c == '\'')
               && (r->indenting || r->separated || (r->before < 0x80 && strchr(" [{,", (int)r->before)));
}

static void typing_pass(struct typing_reader *r, unsigned c) {
        if (r->quote)
                r->quote = c == r->quote ? 0 : r->quote;
        else if (opens_quote(r, c))
                r->quote = c;
        if (!is_space(c)) {
                r->keyed |= c == ':' && !r->quote;
                r->separated = (c < 0x80 && strchr(":,[{", (int)c)) || (c == '-' && r->indenting);
                r->indenting = r->indenting && c == '-';
        }
        r->before = c;
}

static bool misfit_in_line(struct bytes line, bool strict, struct misfit *ret) {
        struct typing_reader r = { .indenting = true, .strict = strict };
        unsigned c = 0;

        for (ret->at.column = 1; line.left; ret->at.column++) {
                size_t size = utf8_next((const char *)line.at, line.left, &c);

                if (size == 0 || (c == '#' && !r.quote && (r.indenting || is_space(r.before))))
                        return false;
                ret->character = c;
                if (typing_counts(&r, c))
                        return true;
                typing_pass(&r, c);
                (void)bytes_take(&line, size);
        }
        return false;
}

bool misfit_in_lines(struct bytes text, unsigned first, unsigned last, struct misfit *ret) {
        struct misfit before = { 0 };

        for (unsigned n = 1; text.left && n <= last; n++) {
                const uint8_t *end = memchr(text.at, '\n', text.left);
                struct bytes line = bytes_take(&text, end ? (size_t)(end - text.at) : text.left);
                struct misfit m = { .at.line = n };

                (void)bytes_take(&text, end ? 1 : 0);
                if (n + 1 == first && misfit_in_line(line, true, &m))
                        before = m;
                if (n >= first && misfit_in_line(line, false, &m)) {
                        *ret = m;
                        return true;
                }
        }
        if (before.character)
                *ret = before;
        return before.character != 0;
}

static void utf8_of(unsigned c, char to[5]) {
        size_t n = 0;

        if (c >= 0x800) {
                to[n++] = (char)(0xe0 | c >> 12);
                to[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        } else {
                to[n++] = (char)(0xc0 | c >> 6);
        }
        to[n++] = (char)(0x80 | (c & 0x3f));
        to[n] = '\0';
}

static void typing_describe(unsigned c, struct err *ret) {
        char text[5];

        if (c == '\t') {
                (void)err_say(ret, 0, "タブは使えません。半角の空白にします", "a tab, where spaces belong");
        } else if (instead_of(c) == ' ') {
                (void)err_say(ret, 0,
                              c == FULL_WIDTH_SPACE ? "全角の空白（U+%04X）は使えません。半角の空白にします"
                                                    : "特殊な空白（U+%04X）は使えません。半角の空白にします",
                              c == FULL_WIDTH_SPACE ? "a full-width space (U+%04X), where a plain one belongs"
                                                    : "an unusual space (U+%04X), where a plain one belongs",
                              c);
        } else {
                utf8_of(c, text);
                (void)err_say(ret, 0, "「%s」（U+%04X）は、半角の「%c」で書きます", "'%s' (U+%04X), where '%c' belongs",
                              text, c, instead_of(c));
        }
}

int misfit_refuse(struct err *err, const struct misfit *m) {
        if (!err)
                return -EBADMSG;
        typing_describe(m->character, err);
        return err_wrap(err, -EBADMSG, "%u:%u", m->at.line, m->at.column);
}

int misfit_hint(struct err *err, int r, const char *value) {
        struct misfit m;
        struct err what = { "" };

        if (misfit_in(value, &m)) {
                typing_describe(m.character, &what);
                err_append(err, ": ", &what);
        }
        return r;
}
