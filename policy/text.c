/* SPDX-License-Identifier: MIT */
/* text.c — see text.h. */
#include "text.h"

#include "policy.h"
#include "quote.h"

#include <errno.h>

static const char *character_fault(unsigned c) {
        if (c == 0)
                return "NUL";
        if (c == 0xfeff)
                return "a byte order mark";
        return c != '\t' && c != '\n' && character_hides(c) ? "a character that does not show" : NULL;
}

const char *value_fault(const char *s, size_t n) {
        const char *fault = NULL;
        unsigned c = 0;

        for (size_t size; n > 0 && !fault; s += size, n -= size) {
                size = utf8_next(s, n, &c);
                if (size == 0)
                        return "invalid UTF-8";
                fault = character_fault(c);
        }
        return fault;
}

int text_check(struct bytes text, struct err *err) {
        struct place at = { 1, 1 };
        const char *s = (const char *)text.at;
        unsigned c = 0;

        if (text.left > POLICY_TEXT_MAX)
                return refuse_at(err, at, "larger than %u bytes", (unsigned)POLICY_TEXT_MAX);
        for (size_t i = 0, size; i < text.left; i += size) {
                const char *fault;

                size = utf8_next(s + i, text.left - i, &c);
                if (size == 0)
                        return refuse_at(err, at, "invalid UTF-8");
                /* A lone CR ends a line for YAML and for a terminal, but not for most editors. */
                fault = c == '\r' && i + 1 < text.left && s[i + 1] == '\n' ? NULL : character_fault(c);
                if (fault)
                        return refuse_at(err, at, "%s (U+%04X)", fault, c);
                at = c == '\n' ? (struct place){ at.line + 1, 1 } : (struct place){ at.line, at.column + 1 };
        }
        return 0;
}
