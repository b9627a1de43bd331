/* SPDX-License-Identifier: MIT */
/* login_compare.c — who gains and who loses which way to log in. Rules are the same rule when they have the same name.
 * A policy without `login:` is one rule: password+recovery, for everybody. */
#include "base/quote.h"
#include "decision/list.h"
#include "review/compare.h"
#include "review/describe.h"

#include <string.h>

#define FACTORS_TEXT 64

static void describe_people(const struct comparison *c, FILE *to, const struct policy *p, const struct login_rule *r) {
        if (r->users)
                list_describe(to, rule_text(p, r->users));
        else
                (void)fputs(comparison_word(c, "全員", "everybody"), to);
}

static void describe_services(const struct comparison *c, FILE *to, const struct policy *p,
                              const struct login_rule *r) {
        if (r->services)
                list_describe(to, rule_text(p, r->services));
        else
                (void)fputs(comparison_word(c, "すべての入口", "every service"), to);
}

static void describe_alternatives(const struct comparison *c, FILE *to, const struct policy *p,
                                  const struct login_rule *r) {
        char words[FACTORS_TEXT];

        (void)p;
        for (uint32_t i = 0; i < r->n; i++) {
                factors_words(r->alternatives[i], words, sizeof words);
                (void)fprintf(to, "%s%s", i ? comparison_word(c, "、", ", ") : "", words);
        }
}

typedef void describe_fn(const struct comparison *c, FILE *to, const struct policy *p, const struct login_rule *r);

static const struct login_rule *rule_named(const struct policy *p, const char *name) {
        for (size_t i = 0; i < p->login.n_rules; i++)
                if (strcmp(rule_text(p, p->login.rules[i].name), name) == 0)
                        return &p->login.rules[i];
        return NULL;
}

/* A rule that is on one side only: "login gained: 'staff' (group:staff; login; card+pin)". */
static void one_sided(struct comparison *c, const struct policy *p, const struct login_rule *r, enum diff_kind kind) {
        FILE *f = line_begin(c);

        if (f) {
                (void)fprintf(f, "%s: %s (",
                              kind == DIFF_MORE ? comparison_word(c, "ログインの規則が加わります", "login gained")
                                                : comparison_word(c, "ログインの規則がなくなります", "login lost"),
                              comparison_quote(c, rule_text(p, r->name)).text);
                describe_people(c, f, p, r);
                (void)fputs("; ", f);
                describe_services(c, f, p, r);
                (void)fputs("; ", f);
                describe_alternatives(c, f, p, r);
                (void)fputc(')', f);
        }
        line_end(c, f, kind);
}

static char *login_compare_described(struct comparison *c, describe_fn *describe, const struct policy *p,
                                     const struct login_rule *r) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        if (f)
                describe(c, f, p, r);
        if (!f || fclose(f) != 0)
                c->failed = true;
        return text;
}

static void login_compare_aspect(struct comparison *c, const struct login_rule *from, const struct login_rule *to,
                                 describe_fn *describe, const char *name, enum diff_kind kind) {
        auto_free char *was = login_compare_described(c, describe, c->old, from),
                       *is = login_compare_described(c, describe, c->new, to);
        char what[QUOTE_MAX + 64];

        if (c->failed)
                return;
        (void)snprintf(what, sizeof what, "%s %s", comparison_quote(c, rule_text(c->new, to->name)).text, name);
        comparison_change(c, kind, what, was, is);
}

static bool login_compare_offers(const struct login_rule *r, uint32_t factors) {
        for (uint32_t i = 0; i < r->n; i++)
                if (r->alternatives[i] == factors)
                        return true;
        return false;
}

/* Say which alternatives of one side the other does not have. True where there are any. */
static bool login_compare_missing(struct comparison *c, const struct policy *p, const struct login_rule *some,
                                  const struct login_rule *others, enum diff_kind kind) {
        bool any = false;

        for (uint32_t i = 0; i < some->n; i++) {
                char words[FACTORS_TEXT];
                FILE *f;

                if (login_compare_offers(others, some->alternatives[i]))
                        continue;
                any = true;
                factors_words(some->alternatives[i], words, sizeof words);
                f = line_begin(c);
                if (f) {
                        (void)fprintf(f, "%s (", comparison_quote(c, rule_text(p, some->name)).text);
                        describe_people(c, f, p, some);
                        (void)fprintf(f, ")%s%s%s",
                                      c->english ? kind == DIFF_MORE ? " may now log in with "
                                                                     : " may no longer log in with "
                                                 : ": ",
                                      words,
                                      c->english          ? ""
                                      : kind == DIFF_MORE ? " でログインできるようになります"
                                                          : " ではログインできなくなります");
                }
                line_end(c, f, kind);
        }
        return any;
}

static void two_sided(struct comparison *c, const struct login_rule *from, const struct login_rule *to) {
        bool changed;

        login_compare_aspect(c, from, to, describe_people, comparison_word(c, "利用者", "users"),
                             list_direction(rule_text(c->old, from->users), rule_text(c->new, to->users)));
        login_compare_aspect(c, from, to, describe_services, comparison_word(c, "入口", "services"),
                             list_direction(rule_text(c->old, from->services), rule_text(c->new, to->services)));
        changed = login_compare_missing(c, c->old, from, to, DIFF_LESS);
        changed = login_compare_missing(c, c->new, to, from, DIFF_MORE) || changed;
        if (!changed)
                login_compare_aspect(c, from, to, describe_alternatives, comparison_word(c, "順序", "order"),
                                     DIFF_OTHER);
}

static void login_compare_rules(struct comparison *c) {
        for (size_t i = 0; i < c->old->login.n_rules; i++) {
                const struct login_rule *r = &c->old->login.rules[i];

                if (!rule_named(c->new, rule_text(c->old, r->name)))
                        one_sided(c, c->old, r, DIFF_LESS);
        }
        for (size_t i = 0; i < c->new->login.n_rules; i++) {
                const struct login_rule *r = &c->new->login.rules[i],
                                        *was = rule_named(c->old, rule_text(c->new, r->name));

                if (was)
                        two_sided(c, was, r);
                else
                        one_sided(c, c->new, r, DIFF_MORE);
        }
}

static bool lists_meet(const char *a, const char *b) {
        bool meet = !*a || !*b;

        for (; *a && !meet; a = list_next(a))
                meet = list_has(b, a);
        return meet;
}

/* People may be in two groups, so only different services keep two rules apart. */
static bool order_matters(const struct comparison *c, const struct login_rule *first, const struct login_rule *second) {
        const struct login_rule *a = rule_named(c->old, rule_text(c->new, first->name)),
                                *b = rule_named(c->old, rule_text(c->new, second->name));

        return a && b && a > b && lists_meet(rule_text(c->new, first->services), rule_text(c->new, second->services))
               && (first->n != second->n
                   || memcmp(first->alternatives, second->alternatives, sizeof first->alternatives) != 0);
}

static void login_compare_order(struct comparison *c) {
        const struct login_rule *all = c->new->login.rules, *end = all + c->new->login.n_rules;

        for (const struct login_rule *first = all; first < end; first++) {
                const struct login_rule *second = NULL;
                unsigned n = 0;

                for (const struct login_rule *r = first + 1; r < end; r++)
                        if (order_matters(c, first, r) && n++ == 0)
                                second = r;
                if (second)
                        comparison_order(c, rule_text(c->new, first->name), rule_text(c->new, second->name), n - 1);
        }
}

/* Names that only one of two lists has. */
static void names_missing(struct comparison *c, const char *some, const char *others, const char *what,
                          enum diff_kind kind) {
        for (; *some; some = list_next(some)) {
                FILE *f;

                if (list_has(others, some))
                        continue;
                f = line_begin(c);
                if (f)
                        (void)fprintf(f, "%s: %s", what, comparison_quote(c, some).text);
                line_end(c, f, kind);
        }
}

static void login_compare_services(struct comparison *c) {
        const char *was = rule_text(c->old, c->old->login.exempt), *is = rule_text(c->new, c->new->login.exempt);

        names_missing(c, was, is, comparison_word(c, "多要素認証が必要になる入口", "no longer exempt from login"),
                      DIFF_LESS);
        names_missing(c, is, was, comparison_word(c, "多要素認証なしで入れるようになる入口", "now exempt from login"),
                      DIFF_MORE);
        was = rule_text(c->old, c->old->login.single_prompt);
        is = rule_text(c->new, c->new->login.single_prompt);
        names_missing(c, was, is, comparison_word(c, "入力欄がひとつではなくなる入口", "no longer a single prompt"),
                      DIFF_OTHER);
        names_missing(c, is, was, comparison_word(c, "入力欄がひとつになる入口", "now a single prompt"), DIFF_OTHER);
}

void login_compare(struct comparison *c) {
        bool was = c->old->login.at.line, is = c->new->login.at.line;

        if (was != is)
                comparison_say(c, DIFF_OTHER,
                               is ? comparison_word(c, "login: 加わります(これまでは全員 password+recovery)",
                                                    "login: added; until now password+recovery, for everybody")
                                  : comparison_word(c, "login: なくなります(全員 password+recovery になります)",
                                                    "login: removed; now password+recovery, for everybody"));
        login_compare_rules(c);
        login_compare_order(c);
        login_compare_services(c);
        login_terms_compare(c);
}
