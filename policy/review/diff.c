/* SPDX-License-Identifier: MIT */
/* diff.c — see diff.h. Rules are the same rule when they have the same name. */
#include "review/diff.h"

#include "base/cleanup.h"
#include "base/date.h"
#include "base/quote.h"
#include "review/compare.h"
#include "review/cover.h"
#include "review/describe.h"

#include <errno.h>
#include <string.h>

static void diff_serials(struct comparison *c) {
        uint64_t from = policy_serial(c->old), to = policy_serial(c->new);
        FILE *f = line_begin(c);

        if (f)
                (void)fprintf(f, "%s: %llu → %llu%s", comparison_word(c, "通し番号", "serial"),
                              (unsigned long long)from, (unsigned long long)to,
                              to > from ? ""
                                        : comparison_word(c, " (上がっていないため端末は受け付けません)",
                                                          " (it must rise: terminals will refuse this)"));
        line_end(c, f, DIFF_OTHER);
}

static void diff_validity(struct comparison *c) {
        char from[2 * DATE_TEXT + 8], to[2 * DATE_TEXT + 8], day[2][DATE_TEXT];

        date_text(c->old->valid_from, day[0]);
        date_text(c->old->valid_until, day[1]);
        (void)snprintf(from, sizeof from, "%s – %s", day[0], day[1]);
        date_text(c->new->valid_from, day[0]);
        date_text(c->new->valid_until, day[1]);
        (void)snprintf(to, sizeof to, "%s – %s", day[0], day[1]);
        comparison_change(c, DIFF_OTHER, comparison_word(c, "有効期間", "valid"), from, to);
}

static void diff_heads(struct comparison *c) {
        if (policy_serial(c->old) != policy_serial(c->new))
                diff_serials(c);
        comparison_change(c, DIFF_OTHER, comparison_word(c, "題名", "title"), policy_title(c->old),
                          policy_title(c->new));
        comparison_change(c, DIFF_OTHER, comparison_word(c, "連絡先", "contact"), policy_contact(c->old),
                          policy_contact(c->new));
        comparison_change(c, DIFF_OTHER, comparison_word(c, "言語", "language"), policy_language(c->old),
                          policy_language(c->new));
        diff_validity(c);
}

/* Kept as digests only: that something changed is all that is said of these sections. */
static void diff_sections(struct comparison *c) {
        static const char *const words[2][2][2] = {
                { { "", "" }, { "加わります", "added" } },
                { { "なくなります", "removed" }, { "変わります", "changed" } },
        };

        for (unsigned i = 0; i < SECTION_COUNT; i++) {
                bool was = c->old->at_sections[i].line, is = c->new->at_sections[i].line;
                char text[256];

                if (memcmp(c->old->section_digests[i], c->new->section_digests[i], sizeof *c->old->section_digests)
                    == 0)
                        continue;
                (void)snprintf(text, sizeof text, "%s: %s%s", section_name((enum section)i), words[was][is][c->english],
                               i == SECTION_AUDIT ? ""
                                                  : comparison_word(c, "（この版では適用しません）",
                                                                    " (not enforced by this version)"));
                comparison_say(c, DIFF_OTHER, text);
        }
}

/* Does adding (or removing) the rule give more access, or less? A rule that denies has the opposite effect. */
static enum diff_kind diff_effect(const struct rule *r, bool added) {
        return (r->action != ACTION_DENY) == added ? DIFF_MORE : DIFF_LESS;
}

static const char *effect_words(const struct comparison *c, const struct rule *r, bool added) {
        static const char *const words[2][2][2] = {
                { { "拒否の規則がなくなります", "no longer denied by" }, { "許可がなくなります", "access lost" } },
                { { "拒否の規則が加わります", "denied by a new rule" }, { "許可が加わります", "access gained" } },
        };

        return words[added][r->action != ACTION_DENY][c->english];
}

static void one_sided(struct comparison *c, const struct policy *p, int rule, bool added) {
        const struct rule *r = &p->rules[rule];
        int shadow = rule_shadow(p, rule);
        enum diff_kind kind = shadow == RULE_NONE ? diff_effect(r, added) : DIFF_OTHER;
        FILE *f = line_begin(c);

        if (f) {
                (void)fprintf(f, "%s: %s (", effect_words(c, r, added),
                              comparison_quote(c, rule_text(p, r->name)).text);
                rule_describe(f, p, r, c->english);
                (void)fputc(')', f);
        }
        if (f && shadow != RULE_NONE)
                (void)fprintf(f, "%s%s", comparison_word(c, "。先の規則に隠れ、効果なし: ", "; without effect behind "),
                              comparison_quote(c, rule_text(p, p->rules[shadow].name)).text);
        line_end(c, f, kind);
}

/* What the rule says of one aspect; the caller frees. */
static char *aspect_text(struct comparison *c, const struct policy *p, const struct rule *r, enum aspect a) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        if (f)
                aspect_describe(f, p, r, a, c->english);
        if (!f || fclose(f) != 0)
                c->failed = true;
        return text;
}

static enum diff_kind diff_towards(bool more, const struct rule *r) {
        return more == (r->action != ACTION_DENY) ? DIFF_MORE : DIFF_LESS;
}

static enum diff_kind users_direction(const char *from, const char *to, const struct rule *r) {
        enum diff_kind kind = list_direction(from, to);

        return kind == DIFF_OTHER ? kind : diff_towards(kind == DIFF_MORE, r);
}

/* Where the change leads, only where it is certain; for a rule that denies it is reversed. */
static enum diff_kind diff_direction(const struct comparison *c, const struct rule *from, const struct rule *to,
                                     enum aspect a) {
        switch (a) {
        case ASPECT_ACTION:
                return to->action > from->action ? DIFF_MORE : DIFF_LESS;
        case ASPECT_UNTIL:
                return diff_towards(to->until > from->until, to);
        case ASPECT_FROM:
                return diff_towards(to->from < from->from, to);
        case ASPECT_ENCRYPTED:
                return diff_towards(!(to->flags & RULE_ENCRYPTED), to);
        case ASPECT_PARTIAL:
                return diff_towards(to->flags & RULE_PARTIAL, to);
        case ASPECT_MALFORMED:
                return diff_towards(to->flags & RULE_MALFORMED, to);
        case ASPECT_NODES:
                return (from->nodes | to->nodes) == to->nodes     ? DIFF_MORE
                       : (from->nodes | to->nodes) == from->nodes ? DIFF_LESS
                                                                  : DIFF_OTHER;
        case ASPECT_USERS:
                return users_direction(rule_text(c->old, from->users), rule_text(c->new, to->users), to);
        case ASPECT_HOURS:
                return !from->hours || !to->hours ? diff_towards(!to->hours, to) : DIFF_OTHER;
        default:
                return DIFF_OTHER;
        }
}

static void two_sided(struct comparison *c, int old_rule, int new_rule) {
        const struct rule *from = &c->old->rules[old_rule], *to = &c->new->rules[new_rule];

        for (enum aspect a = ASPECT_MATCH; a < ASPECT_COUNT && !c->failed; a++) {
                auto_free char *was = aspect_text(c, c->old, from, a), *is = aspect_text(c, c->new, to, a);
                char what[QUOTE_MAX + 64];

                if (c->failed)
                        return;
                (void)snprintf(what, sizeof what, "%s %s", comparison_quote(c, rule_text(c->new, to->name)).text,
                               aspect_name(a, c->english));
                comparison_change(c, diff_direction(c, from, to, a), what, was, is);
        }
}

/* A rule in both policies that is now hidden behind an earlier rule that leaves it nothing to decide, or no longer is.
 */
static void diff_shadows(struct comparison *c, int old_rule, int new_rule) {
        int was = rule_shadow(c->old, old_rule), is = rule_shadow(c->new, new_rule);
        const struct policy *p = is == RULE_NONE ? c->old : c->new;
        const struct rule *r = &c->new->rules[new_rule];
        struct quoted by;
        FILE *f;

        if ((was == RULE_NONE) == (is == RULE_NONE))
                return;
        by = comparison_quote(c, policy_rule_name(p, is == RULE_NONE ? was : is));
        f = line_begin(c);
        if (f)
                (void)fprintf(f, "%s: %s ← %s",
                              is == RULE_NONE
                                      ? comparison_word(c, "先の規則に隠れなくなります", "no longer hidden behind")
                                      : comparison_word(c, "先の規則に隠れ、使われなくなります", "now hidden behind"),
                              comparison_quote(c, rule_text(c->new, r->name)).text, by.text);
        line_end(c, f,
                 p->rules[is == RULE_NONE ? was : is].action == r->action ? DIFF_OTHER
                                                                          : diff_towards(is == RULE_NONE, r));
}

/* Say which rules are gone, which are new, and what has changed in the others. */
static void diff_rules(struct comparison *c) {
        for (size_t i = 0; i < c->old->n_rules; i++)
                if (c->to_new[i] == RULE_NONE)
                        one_sided(c, c->old, (int)i, false);
        for (size_t i = 0; i < c->new->n_rules; i++) {
                if (c->to_old[i] == RULE_NONE) {
                        one_sided(c, c->new, (int)i, true);
                        continue;
                }
                two_sided(c, c->to_old[i], (int)i);
                diff_shadows(c, c->to_old[i], (int)i);
        }
}

/* Two rules changed places, may both fit one device, and say different things of it. */
static bool order_matters(const struct comparison *c, int first, int second) {
        const struct rule *a = &c->new->rules[first], *b = &c->new->rules[second];

        return c->to_old[second] != RULE_NONE && c->to_old[first] > c->to_old[second]
               && (a->action != b->action || (a->flags ^ b->flags) & RULE_PARTIAL) && rules_may_meet(c->new, a, b);
}

static void diff_order(struct comparison *c) {
        for (int i = 0; i < (int)c->new->n_rules; i++) {
                int second = RULE_NONE;
                unsigned n = 0;

                for (int k = i + 1; c->to_old[i] != RULE_NONE && k < (int)c->new->n_rules; k++)
                        if (order_matters(c, i, k) && n++ == 0)
                                second = k;
                if (n)
                        comparison_order(c, policy_rule_name(c->new, i), policy_rule_name(c->new, second), n - 1);
        }
}

int policy_compare(const struct policy *old, const struct policy *new, bool english, diff_say *say, void *ctx) {
        struct comparison c = { .old = old, .new = new, .english = english, .say = say, .ctx = ctx };

        if (comparison_init(&c)) {
                diff_heads(&c);
                signers_compare(&c);
                diff_sections(&c);
                diff_rules(&c);
                diff_order(&c);
                login_compare(&c);
                network_compare(&c);
        }
        comparison_deinit(&c);
        return c.failed ? -ENOMEM : c.n;
}
