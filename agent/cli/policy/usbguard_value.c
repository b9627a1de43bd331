/* SPDX-License-Identifier: MIT */
/* usbguard_value.c — the four shapes of a value: "text", 046d:c31c, 03:01:*, and a condition. See usbguard_line.h.
 * What a shape allows is usbguard's RuleParser/Grammar.hpp and Utility::unescapeString (1.1.2 to 1.1.4). */
#include "cli/policy/usbguard_line.h"

#include "base/choice.h"
#include "base/hex.h"

#include <ctype.h>
#include <string.h>

typedef int value_read(struct usbguard_line *l, const char **ret);

static void value_put(struct usbguard_line *l, int byte) {
        *l->text++ = (char)byte;
}

static int value_take(struct usbguard_line *l) {
        return bytes_u8(&l->at);
}

/* Behind a backslash: a quote, another backslash, or xHH. NUL is in no device's text, and would end ours. */
static int value_unescape(struct usbguard_line *l) {
        struct place at = usbguard_here(l);
        int c = usbguard_peek(l), byte = c == '"' || c == '\\' ? c : 0;

        if (c == 'x' && l->at.left >= 3)
                byte = (int)hex_number((const char *)l->at.at + 1, 2);
        if (byte <= 0)
                return refuse_at(l->err, at, "「\\」の後に書けるのは「\"」「\\」「xHH」（16進2桁、00 以外）です",
                                 "behind \\ there may be \", \\ or xHH (two hexadecimal digits, not 00)");
        (void)bytes_take(&l->at, c == 'x' ? 3 : 1);
        value_put(l, byte);
        return 0;
}

static int value_string(struct usbguard_line *l, const char **ret) {
        struct place at = usbguard_here(l);
        int r = 0;

        *ret = l->text;
        if (usbguard_peek(l) != '"')
                return refuse_at(l->err, at, "「%s」: 値は引用符（\"）で囲みます",
                                 "'%s': a value stands in quotes (\")", usbguard_seen(l).text);
        (void)value_take(l);
        while (r == 0 && usbguard_peek(l) != '"') {
                if (usbguard_peek(l) < 0 || usbguard_peek(l) == '\r')
                        return refuse_at(l->err, at, "引用符が閉じていません", "its quote is not closed");
                if (usbguard_peek(l) == '\\') {
                        (void)value_take(l);
                        r = value_unescape(l);
                } else {
                        value_put(l, value_take(l));
                }
        }
        if (r == 0)
                (void)value_take(l);
        value_put(l, '\0');
        return r;
}

/* What stands there up to a blank, a brace, a comment or the end. */
static void value_word(struct usbguard_line *l, const char **ret) {
        *ret = l->text;
        while (usbguard_peek(l) >= 0 && !usbguard_is_blank(usbguard_peek(l)) && !strchr("}#", usbguard_peek(l)))
                value_put(l, value_take(l));
        value_put(l, '\0');
}

/* "08" or "*" of so many digits at *s, which moves behind it. */
static bool value_part(const char **s, size_t digits, bool *ret_any) {
        *ret_any = **s == '*';
        if (!*ret_any && (strlen(*s) < digits || hex_number(*s, digits) < 0))
                return false;
        *s += *ret_any ? 1 : digits;
        return true;
}

static int value_id(struct usbguard_line *l, const char **ret) {
        struct place at = usbguard_here(l);
        struct quoted seen = usbguard_seen(l);
        bool any_vendor, any_product;
        const char *s;

        value_word(l, ret);
        s = *ret;
        if (value_part(&s, 4, &any_vendor) && *s++ == ':' && value_part(&s, 4, &any_product) && !*s
            && (any_product || !any_vendor))
                return 0;
        return refuse_at(l->err, at, "「%s」: ID は 046d:c31c、046d:*、*:* のどれかの形です",
                         "'%s': an id is 046d:c31c, 046d:* or *:*", seen.text);
}

static int value_interface(struct usbguard_line *l, const char **ret) {
        struct place at = usbguard_here(l);
        struct quoted seen = usbguard_seen(l);
        bool any_class, any_subclass, any_protocol;
        const char *s;

        value_word(l, ret);
        s = *ret;
        if (value_part(&s, 2, &any_class) && !any_class && *s++ == ':' && value_part(&s, 2, &any_subclass)
            && *s++ == ':' && value_part(&s, 2, &any_protocol) && !*s && (any_protocol || !any_subclass))
                return 0;
        return refuse_at(l->err, at, "「%s」: インターフェースは 03:01:02、03:01:*、03:*:* のどれかの形です",
                         "'%s': an interface is 03:01:02, 03:01:* or 03:*:*", seen.text);
}

static int value_argument(struct usbguard_line *l) {
        struct place at = usbguard_here(l);
        size_t n = 0;

        for (int c = value_take(l); c != ')'; c = value_take(l), n++) {
                value_put(l, c);
                if (c == '\\' && l->at.left)
                        value_put(l, value_take(l));
                if (!l->at.left)
                        return refuse_at(l->err, at, "「)」がありません", "its ) is missing");
        }
        value_put(l, ')');
        return n > 1 ? 0 : refuse_at(l->err, at, "かっこの中が空です", "there is nothing between ( and )");
}

static int value_condition(struct usbguard_line *l, const char **ret) {
        static const char *const names[] = { "allowed-matches", "localtime",    "true",          "false",
                                             "random",          "rule-applied", "rule-evaluated" };
        const size_t n_names = sizeof names / sizeof *names;
        struct place at = usbguard_here(l);
        const char *name;
        size_t known = 0;

        *ret = l->text;
        if (usbguard_peek(l) == '!')
                value_put(l, value_take(l));
        name = l->text;
        while (isalnum(usbguard_peek(l)) || usbguard_peek(l) == '-')
                value_put(l, value_take(l));
        *l->text = '\0';
        while (known < n_names && strcmp(names[known], name) != 0)
                known++;
        if (known == n_names) {
                int r = refuse_at(l->err, at, "「%s」という条件はありません", "unknown condition '%s'",
                                  shown(*ret).text);

                choice_suggest(l->err, name, names, n_names);
                return r;
        }
        if (usbguard_peek(l) == '(') {
                int r = value_argument(l);

                if (r < 0)
                        return r;
        }
        value_put(l, '\0');
        return 0;
}

int usbguard_value_read(struct usbguard_line *l, enum usbguard_key key, const char **ret) {
        static value_read *const reads[USBGUARD_KEYS] = {
                [USBGUARD_ID] = value_id, [USBGUARD_WITH_INTERFACE] = value_interface, [USBGUARD_IF] = value_condition
        };

        return (reads[key] ? reads[key] : value_string)(l, ret);
}
