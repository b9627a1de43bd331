/* SPDX-License-Identifier: MIT */
/* policy_edit.c — see policy_edit.h. Edits whole lines, and only a list in its usual form. The result is compiled: its
 * rules must be the same as before, except for the one added or removed. */
#include "cli/policy/policy_edit.h"

#include "language/outline.h"
#include "signature/succession.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct edit {
        struct bytes text;
        struct policy *was;
        struct outline *outline;
        uint32_t devices;
        struct err *err;
};

static void edit_deinit(struct edit *e) {
        policy_free(e->was);
        outline_free(e->outline);
}
#define auto_edit __attribute__((cleanup(edit_deinit))) struct edit

int policy_text_check(struct bytes text, struct err *waived, struct policy **ret, struct err *err) {
        auto_policy p = NULL;
        auto_trust trust = NULL;
        const char *const *pem;
        unsigned line, column;
        size_t n;
        int r = policy_compile(text, &p, err);

        if (r == 0)
                r = policy_check_new(p, err);
        if (r < 0)
                return r;
        n = policy_signers(p, &pem);
        policy_signers_place(p, &line, &column);
        r = trust_from_pem(pem, n, policy_threshold(p), &trust, err);
        if (r < 0)
                return err_say_wrap(err, r, "%u:%u: 署名者（signers）", "%u:%u: signers", line, column);
        r = succession_check(p, trust, waived ? waived : err);
        if (r < 0 && !waived)
                return r;
        *ret = TAKE(p);
        return 0;
}

static int edit_begin(struct edit *e, struct bytes text, struct err *err) {
        int r;

        *e = (struct edit){ .text = text, .err = err };
        r = policy_text_check(text, NULL, &e->was, err);
        if (r == 0)
                r = outline_read(text, &e->outline, err);
        if (r == 0)
                e->devices = outline_key(e->outline, NODE_ROOT, "devices");
        return r;
}

/* The offset at which a line (from 1) begins; the end of the text for a line behind the last. */
static size_t line_begin(struct bytes text, unsigned line) {
        size_t at = 0;

        for (; line > 1 && at < text.left; line--) {
                const uint8_t *lf = memchr(text.at + at, '\n', text.left - at);

                at = lf ? (size_t)(lf - text.at) + 1 : text.left;
        }
        return at;
}

static size_t count_of(struct bytes text, size_t from, char c) {
        size_t n = 0;

        while (from + n < text.left && text.at[from + n] == c)
                n++;
        return n;
}

/* The indentation of an item's "- ", which must stand alone before the item on its line; else -1. */
static int indentation_of(const struct edit *e, uint32_t item) {
        struct place at = outline_place(e->outline, item);
        size_t begin = line_begin(e->text, at.line), spaces = count_of(e->text, begin, ' '), dash = begin + spaces;

        if (dash >= e->text.left || e->text.at[dash] != '-'
            || dash + 1 + count_of(e->text, dash + 1, ' ') != begin + at.column - 1)
                return -1;
        return (int)spaces;
}

static int refuse_form(const struct edit *e) {
        return refuse_at(e->err, outline_key_place(e->outline, e->devices),
                         "規則の一覧が「- 」で始まる行で書かれていません",
                         "the rules are not written as a list of lines that begin with '- '");
}

/* The rules are those from before, but for the one at `index`, which was added (by 1) or is gone (by -1). */
static bool rules_are(const struct policy *was, const struct policy *is, int index, int by) {
        int n = (int)policy_rules(was);

        if ((int)policy_rules(is) != n + by)
                return false;
        for (int i = 0; i < n; i++) {
                bool gone = by < 0 && i == index;

                if (!gone && strcmp(policy_rule_name(was, i), policy_rule_name(is, i < index ? i : i + by)) != 0)
                        return false;
        }
        return true;
}

static int policy_edit_finish(struct edit *e, char *text, int index, int by, char **ret, struct policy **ret_policy) {
        auto_free char *made = text;
        auto_policy p = NULL;
        int r = made ? policy_text_check(bytes_text(made), NULL, &p, e->err)
                     : err_say(e->err, -ENOMEM, "ポリシー: メモリーが足りません", "no memory for a policy");

        if (r < 0)
                return r;
        if (!rules_are(e->was, p, index, by))
                return refuse_form(e);
        *ret = TAKE(made);
        *ret_policy = TAKE(p);
        return 0;
}

static void put_indented(FILE *to, const char *lines, int spaces, const char *end) {
        while (*lines) {
                size_t n = strcspn(lines, "\n");

                (void)fprintf(to, "%*s%.*s%s", spaces, "", (int)n, lines, end);
                lines += n + (lines[n] == '\n');
        }
        (void)fputs(end, to);
}

int policy_text_add(struct bytes text, const char *rule, char **ret, struct policy **ret_policy, struct err *err) {
        auto_edit e = { 0 };
        char *made = NULL;
        unsigned line;
        size_t size, at;
        FILE *to;
        int spaces, r = edit_begin(&e, text, err);

        if (r < 0)
                return r;
        spaces = indentation_of(&e, outline_first(e.outline, e.devices));
        line = outline_key_place(e.outline, e.devices).line + 1;
        at = line_begin(text, line);
        if (policy_rules(e.was) == 0 || spaces < 0 || outline_place(e.outline, e.devices).line < line)
                return refuse_form(&e);
        to = open_memstream(&made, &size);
        if (!to)
                return err_say(err, -ENOMEM, "ポリシー: メモリーが足りません", "no memory for a policy");
        (void)fwrite(text.at, 1, at, to);
        put_indented(to, rule, spaces, at >= 2 && text.at[at - 2] == '\r' ? "\r\n" : "\n");
        (void)fwrite(text.at + at, 1, text.left - at, to);
        (void)fclose(to);
        return policy_edit_finish(&e, made, 0, 1, ret, ret_policy);
}

static int index_of(const struct policy *p, const char *name) {
        int n = (int)policy_rules(p), i = 0;

        while (i < n && strcmp(policy_rule_name(p, i), name) != 0)
                i++;
        return i < n ? i : RULE_NONE;
}

enum line_kind { LINE_BLANK, LINE_COMMENT, LINE_OTHER };

static enum line_kind kind_of(struct bytes text, size_t begin) {
        size_t at = begin + count_of(text, begin, ' ');

        if (at >= text.left || text.at[at] == '\n' || text.at[at] == '\r')
                return LINE_BLANK;
        return text.at[at] == '#' ? LINE_COMMENT : LINE_OTHER;
}

/* The line behind the last one of an item: comments and blank lines after the item belong to what follows. */
static unsigned line_behind(const struct edit *e, uint32_t item) {
        uint32_t next = outline_next(e->outline, item), key = outline_next(e->outline, e->devices);
        unsigned line = outline_place(e->outline, item).line + 1, behind = line;
        unsigned until = next != NODE_NONE  ? outline_place(e->outline, next).line
                         : key != NODE_NONE ? outline_key_place(e->outline, key).line
                                            : UINT32_MAX;

        for (; line < until && line_begin(e->text, line) < e->text.left; line++)
                if (kind_of(e->text, line_begin(e->text, line)) == LINE_OTHER)
                        behind = line + 1;
        return behind;
}

int policy_text_remove(struct bytes text, const char *name, char **ret, struct policy **ret_policy, struct err *err) {
        auto_edit e = { 0 };
        unsigned first, behind;
        size_t begin, end;
        uint32_t item;
        char *made;
        int index, r = edit_begin(&e, text, err);

        if (r < 0)
                return r;
        index = index_of(e.was, name);
        if (index == RULE_NONE)
                return err_say(err, -ENOENT, "この名前の規則はありません", "no rule of this name");
        item = outline_first(e.outline, e.devices);
        for (int i = 0; i < index; i++)
                item = outline_next(e.outline, item);
        if (indentation_of(&e, item) < 0)
                return refuse_form(&e);
        first = outline_place(e.outline, item).line;
        behind = line_behind(&e, item);
        begin = line_begin(text, first);
        end = line_begin(text, behind);
        /* Remove the blank line behind the item as well, where the item is the first, or has a blank line before it. */
        if (kind_of(text, end) == LINE_BLANK
            && (index == 0 || kind_of(text, line_begin(text, first - 1)) == LINE_BLANK))
                end = line_begin(text, behind + 1);
        made = malloc(text.left - (end - begin) + 1);
        if (made) {
                memcpy(made, text.at, begin);
                memcpy(made + begin, text.at + end, text.left - end);
                made[text.left - (end - begin)] = '\0';
        }
        return policy_edit_finish(&e, made, index, -1, ret, ret_policy);
}
