/* SPDX-License-Identifier: MIT */
/* text.c — each character by utf8_next() and character_hides(); the check ends at the first fault. See text.h. */
#include "language/text.h"

#include "base/quote.h"
#include "decision/policy.h"

#include <errno.h>

static const struct phrase not_utf8 = { "UTF-8 ではない文字です（Shift_JIS などの文書は、UTF-8 で保存し直します）",
                                        "invalid UTF-8" };

static const struct phrase *character_fault(unsigned c) {
        static const struct phrase nul = { "NUL 文字があります", "NUL" },
                                   mark = { "BOM が付いています。BOM なしの UTF-8 で保存します", "a byte order mark" },
                                   hides = { "目に見えない文字があります", "a character that does not show" };

        if (c >= 0x20 && c < 0x7f) /* nearly all of a policy */
                return NULL;
        if (c == 0)
                return &nul;
        if (c == 0xfeff)
                return &mark;
        return c != '\t' && c != '\n' && character_hides(c) ? &hides : NULL;
}

const struct phrase *value_fault(const char *s, size_t n) {
        const struct phrase *fault = NULL;
        unsigned c = 0;

        for (size_t size; n > 0 && !fault; s += size, n -= size) {
                size = utf8_next(s, n, &c);
                if (size == 0)
                        return &not_utf8;
                fault = character_fault(c);
        }
        return fault;
}

int text_check(struct bytes text, struct err *err) {
        struct place at = { 1, 1 };
        const char *s = (const char *)text.at;
        unsigned c = 0;

        if (text.left > POLICY_TEXT_MAX)
                return refuse_at(err, at, "%u バイトを超えています", "larger than %u bytes", (unsigned)POLICY_TEXT_MAX);
        for (size_t i = 0, size; i < text.left; i += size) {
                const struct phrase *fault;

                size = utf8_next(s + i, text.left - i, &c);
                if (size == 0)
                        return refuse_at(err, at, IN_JA, IN_EN, PHRASE(&not_utf8));
                /* A lone CR ends a line for YAML and for a terminal, but not for most editors. */
                fault = c == '\r' && i + 1 < text.left && s[i + 1] == '\n' ? NULL : character_fault(c);
                if (fault)
                        return refuse_at(err, at, IN_JA "（U+%04X）", IN_EN " (U+%04X)", PHRASE(fault), c);
                at = c == '\n' ? (struct place){ at.line + 1, 1 } : (struct place){ at.line, at.column + 1 };
        }
        return 0;
}
