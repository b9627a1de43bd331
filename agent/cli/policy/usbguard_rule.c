/* SPDX-License-Identifier: MIT */
/* usbguard_rule.c — target, attributes, lists of values. What usbguard-rule-parser(1) refuses is refused, but for
 * blanks around a rule, which its later versions accept. See usbguard_rule.h. */
#include "cli/policy/usbguard_rule.h"

#include "base/choice.h"
#include "cli/policy/usbguard_line.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const targets[] = { "allow", "block", "reject" }; /* USBGUARD_ALLOW and so on */
static const char *const keys[USBGUARD_KEYS] = {
        "id", "name", "serial", "via-port", "with-interface", "hash", "parent-hash", "with-connect-type", "if", "label",
};
static const char *const operators[USBGUARD_OPERATORS] = { "equals", "equals-ordered", "all-of",
                                                           "one-of", "none-of",        "match-all" };

const char *usbguard_key_name(enum usbguard_key key) {
        return keys[key];
}

struct place usbguard_here(const struct usbguard_line *l) {
        struct place at = { l->number, 1 };

        for (const uint8_t *p = l->from; p < l->at.at; p++)
                at.column += (*p & 0xC0) != 0x80; /* the rest of a UTF-8 letter takes no column */
        return at;
}

struct quoted usbguard_seen(const struct usbguard_line *l) {
        char word[QUOTE_MAX];
        size_t n = 0;

        for (; n < l->at.left && n < sizeof word - 1 && !usbguard_is_blank(l->at.at[n]); n++)
                word[n] = (char)l->at.at[n];
        word[n] = '\0';
        return shown(word);
}

static size_t line_blanks(struct usbguard_line *l) {
        size_t n = 0;

        for (; usbguard_is_blank(usbguard_peek(l)); n++)
                (void)bytes_u8(&l->at);
        return n;
}

static bool line_ends(const struct usbguard_line *l) {
        return usbguard_peek(l) < 0 || usbguard_peek(l) == '#';
}

static size_t line_word(const struct usbguard_line *l) {
        size_t n = 0;

        while (n < l->at.left && (isalnum(l->at.at[n]) || l->at.at[n] == '-'))
                n++;
        return n;
}

/* Which of the words stands there, as a whole; n: none. */
static size_t line_choice(const struct usbguard_line *l, const char *const *words, size_t n) {
        size_t length = line_word(l), i = 0;

        while (i < n && (strlen(words[i]) != length || memcmp(words[i], l->at.at, length) != 0))
                i++;
        return i;
}

static int line_unknown(const struct usbguard_line *l, const struct phrase *what, const char *const *words, size_t n) {
        struct quoted seen = usbguard_seen(l);
        int r = refuse_at(l->err, usbguard_here(l), "「%1$s」という%2$s%3$.0sはありません", "unknown %2$.0s%3$s '%1$s'",
                          seen.text, PHRASE(what));

        choice_suggest(l->err, seen.text, words, n);
        return r;
}

static int set_add(struct usbguard_line *l, enum usbguard_key key, struct usbguard_set *set) {
        if (set->n == USBGUARD_VALUES)
                return refuse_at(l->err, usbguard_here(l), "値は %d 個までです", "more than %d values",
                                 USBGUARD_VALUES);
        return usbguard_value_read(l, key, &set->values[set->n++]);
}

static int set_read_braces(struct usbguard_line *l, enum usbguard_key key, struct usbguard_set *set) {
        struct place at = usbguard_here(l);
        bool more = true;
        int r = 0;

        (void)bytes_u8(&l->at);
        (void)line_blanks(l);
        while (r == 0 && more) {
                r = set_add(l, key, set);
                more = line_blanks(l) > 0 && usbguard_peek(l) != '}' && usbguard_peek(l) >= 0;
        }
        if (r == 0 && usbguard_peek(l) != '}')
                return refuse_at(l->err, at, "「{」が「}」で閉じていません", "this { has no }");
        if (r == 0)
                (void)bytes_u8(&l->at);
        return r;
}

static int set_read(struct usbguard_line *l, enum usbguard_key key, struct usbguard_set *set) {
        static const struct phrase operator= { "演算子", "operator" };
        struct usbguard_line ahead = *l;
        size_t how = line_choice(l, operators, USBGUARD_OPERATORS);
        bool blanks;

        (void)bytes_take(&ahead.at, line_word(l));
        blanks = line_blanks(&ahead) > 0;
        if (line_word(l) > 0 && blanks && usbguard_peek(&ahead) == '{') {
                if (how == USBGUARD_OPERATORS)
                        return line_unknown(l, &operator, operators, USBGUARD_OPERATORS);
                set->how = (enum usbguard_operator)how;
                *l = ahead;
        }
        return usbguard_peek(l) == '{' ? set_read_braces(l, key, set) : set_add(l, key, set);
}

/* The short form of an id stands right behind the target, without its name. */
static bool line_has_bare_id(const struct usbguard_line *l) {
        size_t digits = usbguard_peek(l) == '*' ? 1 : 4;

        return l->at.left > digits && l->at.at[digits] == ':' && (digits == 1 || line_word(l) == digits);
}

static int attribute_read(struct usbguard_line *l, struct usbguard_rule *rule) {
        static const struct phrase attribute = { "属性", "attribute" };
        size_t key = line_choice(l, keys, USBGUARD_KEYS);
        struct place at = usbguard_here(l);

        if (key == USBGUARD_KEYS)
                return line_unknown(l, &attribute, keys, USBGUARD_KEYS);
        if (rule->keys[key].at.line)
                return refuse_at(l->err, at, "%s が二度あります", "%s is here twice", keys[key]);
        rule->keys[key].at = at;
        (void)bytes_take(&l->at, strlen(keys[key]));
        if (line_blanks(l) == 0)
                return refuse_at(l->err, usbguard_here(l), "%s の後に、空白と値が要ります",
                                 "%s wants a blank and a value behind it", keys[key]);
        return set_read(l, (enum usbguard_key)key, &rule->keys[key]);
}

static int attributes_read(struct usbguard_line *l, struct usbguard_rule *rule) {
        bool first = true;
        int r = 0;

        for (size_t blanks = line_blanks(l); r == 0 && !line_ends(l); blanks = line_blanks(l), first = false) {
                if (blanks == 0)
                        return refuse_at(l->err, usbguard_here(l), "「%s」の前に空白が要ります",
                                         "a blank is missing before '%s'", usbguard_seen(l).text);
                if (first && line_has_bare_id(l)) {
                        rule->keys[USBGUARD_ID].at = usbguard_here(l);
                        r = set_add(l, USBGUARD_ID, &rule->keys[USBGUARD_ID]);
                } else {
                        r = attribute_read(l, rule);
                }
        }
        return r;
}

int usbguard_rule_read(struct bytes line, unsigned number, struct usbguard_rule *ret, struct err *err) {
        static const struct phrase what = { "動作", "target" };
        struct usbguard_line l = { .at = line, .from = line.at, .number = number, .err = err };
        size_t target;

        *ret = (struct usbguard_rule){ .texts = malloc(line.left + 2) };
        l.text = ret->texts;
        if (!l.text)
                return err_say(err, -ENOMEM, "メモリーが足りません", "out of memory");
        (void)line_blanks(&l);
        if (line_ends(&l))
                return 0;
        ret->at = usbguard_here(&l);
        target = line_choice(&l, targets, sizeof targets / sizeof *targets);
        if (target == sizeof targets / sizeof *targets)
                return line_unknown(&l, &what, targets, target);
        (void)bytes_take(&l.at, strlen(targets[target]));
        ret->target = (enum usbguard_target)(USBGUARD_ALLOW + target);
        return attributes_read(&l, ret);
}

void usbguard_rule_deinit(struct usbguard_rule *r) {
        free(r->texts);
        *r = (struct usbguard_rule){ 0 };
}
