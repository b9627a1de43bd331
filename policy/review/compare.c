/* SPDX-License-Identifier: MIT */
/* compare.c — rules are paired by name with bsearch(3), signers with signer_same_key(). See compare.h. */
#include "review/compare.h"

#include "base/quote.h"
#include "decision/list.h"
#include "signature/pem.h"
#include "signature/signer.h"

#include <stdlib.h>
#include <string.h>

struct compare_named {
        const char *name;
        int rule;
};

static int by_name(const void *a, const void *b) {
        const struct compare_named *x = a, *y = b;

        return strcmp(x->name, y->name);
}

static struct compare_named *names_sorted(const struct policy *p) {
        struct compare_named *names = calloc(p->n_rules + 1, sizeof *names);

        for (size_t i = 0; names && i < p->n_rules; i++)
                names[i] = (struct compare_named){ rule_text(p, p->rules[i].name), (int)i };
        if (names)
                qsort(names, p->n_rules, sizeof *names, by_name);
        return names;
}

/* For each rule of `p` the one of that name among `others`. */
static int *names_find(const struct policy *p, const struct compare_named *others, size_t n_others) {
        int *found = calloc(p->n_rules + 1, sizeof *found);

        for (size_t i = 0; found && i < p->n_rules; i++) {
                struct compare_named key = { rule_text(p, p->rules[i].name), 0 };
                const struct compare_named *hit = bsearch(&key, others, n_others, sizeof key, by_name);

                found[i] = hit ? hit->rule : RULE_NONE;
        }
        return found;
}

bool comparison_init(struct comparison *c) {
        auto_free struct compare_named *old = names_sorted(c->old), *new = names_sorted(c->new);

        if (old && new) {
                c->to_new = names_find(c->old, new, c->new->n_rules);
                c->to_old = names_find(c->new, old, c->old->n_rules);
        }
        c->failed = !c->to_new || !c->to_old;
        return !c->failed;
}

void comparison_deinit(struct comparison *c) {
        free(c->to_new);
        free(c->to_old);
        c->to_new = c->to_old = NULL;
}

FILE *line_begin(struct comparison *c) {
        return c->failed ? NULL : open_memstream(&c->line, &c->line_size);
}

void line_end(struct comparison *c, FILE *f, enum diff_kind kind) {
        if (!f || fclose(f) != 0)
                c->failed = true;
        else
                comparison_say(c, kind, c->line);
        free(c->line);
        c->line = NULL;
}

void comparison_say(struct comparison *c, enum diff_kind kind, const char *text) {
        c->n++;
        c->say(c->ctx, kind, text);
}

const char *comparison_word(const struct comparison *c, const char *ja, const char *en) {
        return c->english ? en : ja;
}

struct quoted comparison_quote(const struct comparison *c, const char *s) {
        return quote_in(c->english ? LANGUAGE_EN : LANGUAGE_JA, s);
}

void comparison_change(struct comparison *c, enum diff_kind kind, const char *what, const char *from, const char *to) {
        FILE *f;

        if (strcmp(from, to) == 0)
                return;
        f = line_begin(c);
        if (f)
                (void)fprintf(f, "%s: %s → %s", what, *from ? from : comparison_word(c, "なし", "none"),
                              *to ? to : comparison_word(c, "なし", "none"));
        line_end(c, f, kind);
}

enum diff_kind list_direction(const char *from, const char *to) {
        if (!*from || !*to)
                return *from ? DIFF_MORE : DIFF_LESS;
        if (list_has_all(to, from))
                return DIFF_MORE;
        return list_has_all(from, to) ? DIFF_LESS : DIFF_OTHER;
}

void comparison_order(struct comparison *c, const char *first, const char *second, unsigned others) {
        struct quoted a = comparison_quote(c, first), b = comparison_quote(c, second);
        char more[64] = "";
        FILE *f = line_begin(c);

        if (others)
                (void)snprintf(more, sizeof more, "%s%u%s", comparison_word(c, " ほか", " and "), others,
                               comparison_word(c, "件", " more"));
        if (f && c->english)
                (void)fprintf(f, "order: %s now comes before %s%s", a.text, b.text, more);
        else if (f)
                (void)fprintf(f, "順序: %s が %s%s より先になります", a.text, b.text, more);
        line_end(c, f, DIFF_OTHER);
}

/* A signer as far as his certificate can be read; one that cannot is compared as text. */
struct compare_candidate {
        const char *pem;
        struct signer signer;
        bool known;
};

static void candidate_init(struct compare_candidate *s, const char *pem) {
        struct bytes in = bytes_text(pem);
        auto_free uint8_t *der = NULL;
        size_t size = 0;

        *s = (struct compare_candidate){ .pem = pem };
        s->known = pem_read(&in, "CERTIFICATE", &der, &size, NULL) == 0
                   && signer_init(&s->signer, bytes_of(der, size), NULL) == 0;
}

static bool candidate_same(const struct compare_candidate *a, const struct compare_candidate *b) {
        return a->known && b->known ? signer_same_key(&a->signer, &b->signer) : strcmp(a->pem, b->pem) == 0;
}

struct compare_people {
        struct compare_candidate *all;
        size_t n;
};

static bool people_init(struct compare_people *them, const struct policy *p) {
        them->all = calloc(p->n_signers + 1, sizeof *them->all);
        for (; them->all && them->n < p->n_signers; them->n++)
                candidate_init(&them->all[them->n], p->signers[them->n]);
        return them->all;
}

static void people_deinit(struct compare_people *them) {
        for (size_t i = 0; i < them->n; i++)
                if (them->all[i].known)
                        signer_deinit(&them->all[i].signer);
        free(them->all);
}

static bool is_among(const struct compare_candidate *s, const struct compare_people *them) {
        for (size_t i = 0; i < them->n; i++)
                if (candidate_same(s, &them->all[i]))
                        return true;
        return false;
}

/* Those of `some` who are not among `others`. */
static void missing_say(struct comparison *c, const struct compare_people *some, const struct compare_people *others,
                        const char *what) {
        for (size_t i = 0; i < some->n; i++) {
                const struct compare_candidate *s = &some->all[i];
                char text[QUOTE_MAX + 128];

                if (is_among(s, others))
                        continue;
                (void)snprintf(text, sizeof text, "%s: %s", what,
                               s->known ? comparison_quote(c, s->signer.name).text
                                        : comparison_word(c, "読めない証明書", "a certificate that cannot be read"));
                comparison_say(c, DIFF_OTHER, text);
        }
}

void signers_compare(struct comparison *c) {
        struct compare_people old = { 0 }, new = { 0 };
        char from[16], to[16];

        (void)snprintf(from, sizeof from, "%u", c->old->threshold);
        (void)snprintf(to, sizeof to, "%u", c->new->threshold);
        comparison_change(c, DIFF_OTHER, comparison_word(c, "必要な署名の数", "signatures needed"), from, to);
        if (people_init(&old, c->old) && people_init(&new, c->new)) {
                missing_say(c, &old, &new, comparison_word(c, "署名できなくなる人", "may no longer sign"));
                missing_say(c, &new, &old, comparison_word(c, "署名できるようになる人", "may sign from now on"));
        } else {
                c->failed = true;
        }
        people_deinit(&old);
        people_deinit(&new);
}
