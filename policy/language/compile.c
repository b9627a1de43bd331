/* SPDX-License-Identifier: MIT */
/* compile.c — text to policy: the strict outline, libcyaml's draft, then what the values mean. */
#include "language/compile.h"

#include "base/date.h"
#include "base/quote.h"
#include "decision/network_boxes.h"
#include "language/typing.h"
#include "language/value.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int refuse(const struct compiler *c, uint32_t node, const char *key, const char *ja, const char *en, ...) {
        uint32_t value = key ? outline_key(c->outline, node, key) : node;
        va_list ap;
        int r;

        va_start(ap, en);
        r = refuse_at_list(c->err, outline_place(c->outline, value == NODE_NONE ? node : value), ja, en, ap);
        va_end(ap);
        return r;
}

int refuse_unless_line(const struct compiler *c, uint32_t node, const char *key, const char *s) {
        const struct phrase *fault = s ? line_fault(s) : NULL;

        return fault ? refuse(c, node, key, "%s: " IN_JA, "%s " IN_EN, key, PHRASE(fault)) : 0;
}

int refuse_unless_number(const struct compiler *c, uint32_t node, const char *key, const char *s, uint64_t least,
                         uint64_t most, uint64_t *ret) {
        uint64_t value;

        if (!s)
                return 0;
        if (!number_parse(s, &value) || value < least || value > most)
                return misfit_hint(c->err,
                                   refuse(c, node, key, "%s の「%s」は %llu から %llu までの数ではありません",
                                          "%s '%s' is not a number from %llu to %llu", key, shown(s).text,
                                          (unsigned long long)least, (unsigned long long)most),
                                   s);
        *ret = value;
        return 0;
}

int refuse_unless_people(const struct compiler *c, uint32_t node, char *const *users, unsigned n) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "users"));

        for (unsigned i = 0; i < n; i++, item = outline_next(c->outline, item)) {
                const struct phrase *fault = person_fault(users[i]);

                if (fault)
                        return misfit_hint(c->err,
                                           refuse(c, item, NULL, "「%s」: " IN_JA, "'%s' " IN_EN, shown(users[i]).text,
                                                  PHRASE(fault)),
                                           users[i]);
        }
        return 0;
}

static int title_compile(const struct compiler *c, const struct draft *d) {
        struct policy *p = c->policy;
        int r;

        if (strcmp(d->version, "1") != 0)
                return misfit_hint(c->err,
                                   refuse(c, NODE_ROOT, "sekimori", "書き方の版「%s」は知りません。この版では 1 です",
                                          "version '%s' of the language is not known here; 1 is",
                                          shown(d->version).text),
                                   d->version);
        r = refuse_unless_number(c, NODE_ROOT, "serial", d->serial, 1, INT64_MAX, &p->serial);
        if (r == 0)
                r = refuse_unless_line(c, NODE_ROOT, "title", d->title);
        if (r == 0)
                r = refuse_unless_line(c, NODE_ROOT, "contact", d->contact);
        if (r < 0)
                return r;
        if (!instant_parse(d->issued, &p->issued))
                return misfit_hint(
                        c->err,
                        refuse(c, NODE_ROOT, "issued", "「%s」は 2026-12-01T09:00:00+09:00 のような日時ではありません",
                               "'%s' is not a date and time like 2026-12-01T09:00:00+09:00", shown(d->issued).text),
                        d->issued);
        p->at_serial = outline_place(c->outline, outline_key(c->outline, NODE_ROOT, "serial"));
        p->title = pool_text(&p->pool, d->title);
        p->contact = pool_text(&p->pool, d->contact);
        p->english = d->language == 1;
        return 0;
}

int refuse_unless_day(const struct compiler *c, uint32_t node, const char *key, const char *s, int32_t *ret) {
        if (!s || date_parse(s, ret))
                return 0;
        return misfit_hint(c->err,
                           refuse(c, node, key, "「%s」は 2027-03-31 のような日付ではありません",
                                  "'%s' is not a date like 2027-03-31", shown(s).text),
                           s);
}

static int valid_compile(const struct compiler *c, const struct draft *d) {
        uint32_t node = outline_key(c->outline, NODE_ROOT, "valid");
        struct policy *p = c->policy;
        int r = refuse_unless_day(c, node, "from", d->valid.from, &p->valid_from);

        if (r == 0)
                r = refuse_unless_day(c, node, "until", d->valid.until, &p->valid_until);
        if (r == 0 && p->valid_until < p->valid_from)
                return refuse(c, node, "until", "until が from より前です", "until lies before from");
        return r;
}

/* Here the certificates are only texts: trust.h checks whether their keys may sign. */
static int signers_compile(const struct compiler *c, const struct draft *d) {
        uint32_t node = outline_key(c->outline, NODE_ROOT, "signers");
        struct policy *p = c->policy;
        uint64_t threshold = 0;
        int r = refuse_unless_number(c, node, "threshold", d->signers.threshold, 1, d->signers.n_certificates,
                                     &threshold);

        if (r < 0)
                return r;
        p->threshold = (unsigned)threshold;
        p->at_signers = outline_key_place(c->outline, node);
        p->signers = calloc(d->signers.n_certificates, sizeof *p->signers);
        if (!p->signers)
                return refuse_memory(c->err);
        for (unsigned i = 0; i < d->signers.n_certificates; i++)
                p->signers[p->n_signers++] = d->signers.certificates[i];
        return 0;
}

struct compile_named {
        uint32_t name, rule;
};

static int by_name(const void *a, const void *b) {
        const struct compile_named *x = a, *y = b;

        if (x->name != y->name)
                return x->name < y->name ? -1 : 1;
        return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static int refuse_name(const struct compiler *c, uint32_t rule) {
        uint32_t node = outline_first(c->outline, outline_key(c->outline, NODE_ROOT, "devices"));

        for (uint32_t i = 0; i < rule; i++)
                node = outline_next(c->outline, node);
        return refuse(c, node, "name", "「%s」という名前の規則が、前にもあります",
                      "a rule before this one is called '%s' already",
                      shown(rule_text(c->policy, c->policy->rules[rule].name)).text);
}

/* The pool keeps a text once: the same name is the same offset. */
static int names_check(const struct compiler *c) {
        const struct policy *p = c->policy;
        auto_free struct compile_named *names = calloc(p->n_rules + 1, sizeof *names);
        uint32_t twice = UINT32_MAX;

        if (!names)
                return refuse_memory(c->err);
        for (uint32_t i = 0; i < p->n_rules; i++)
                names[i] = (struct compile_named){ p->rules[i].name, i };
        qsort(names, p->n_rules, sizeof *names, by_name);
        for (size_t i = 1; i < p->n_rules; i++)
                if (names[i].name == names[i - 1].name && names[i].rule < twice)
                        twice = names[i].rule;
        return twice == UINT32_MAX ? 0 : refuse_name(c, twice);
}

static int devices_compile(const struct compiler *c, const struct draft *d) {
        uint32_t node = outline_first(c->outline, outline_key(c->outline, NODE_ROOT, "devices"));
        struct policy *p = c->policy;

        p->rules = calloc(d->n_devices + 1, sizeof *p->rules);
        if (!p->rules)
                return refuse_memory(c->err);
        for (unsigned i = 0; i < d->n_devices; i++, node = outline_next(c->outline, node)) {
                int r = rule_compile(c, &d->devices[i], node, &p->rules[i]);

                if (r < 0)
                        return r;
                p->n_rules++;
        }
        return c->policy->pool.broken ? refuse_memory(c->err) : names_check(c);
}

/* The pool moves while it grows: the signers' texts get their addresses at the very end. */
static int compile_settle_pool(const struct compiler *c, const struct draft *d) {
        struct policy *p = c->policy;
        auto_free uint32_t *at = calloc(p->n_signers, sizeof *at);

        for (size_t i = 0; at && i < p->n_signers; i++)
                at[i] = pool_text(&p->pool, d->signers.certificates[i]);
        if (!at || !pool_settle(&p->pool) || !index_build(p) || !login_plane_settle(p))
                return refuse_memory(c->err);
        for (size_t i = 0; i < p->n_signers; i++)
                p->signers[i] = rule_text(p, at[i]);
        network_plane_settle(p);
        return 0;
}

/* After the pool is settled: it looks through all of the peers. */
static int network_fits(const struct compiler *c, const struct draft *d) {
        const struct network_terms *terms = policy_network(c->policy);
        int r = terms ? boxes_fit(terms, NULL) : 0;

        (void)d;
        if (r == -E2BIG)
                return refuse(c, NODE_ROOT, "network",
                              "アドレスとポートの組み合わせが多すぎます。範囲にまとめてください",
                              "has too many combinations of addresses and ports: write them as ranges");
        return r < 0 ? refuse_memory(c->err) : 0;
}

static int compile_draft(const struct compiler *c, const struct draft *d) {
        static int (*const steps[])(const struct compiler *, const struct draft *) = {
                title_compile,    valid_compile,       signers_compile, devices_compile,
                sections_compile, compile_settle_pool, network_fits,
        };
        int r = 0;

        for (size_t i = 0; r == 0 && i < sizeof steps / sizeof *steps; i++)
                r = steps[i](c, d);
        return r;
}

static int text_compile(struct bytes text, struct policy *p, struct err *err) {
        auto_outline outline = NULL;
        auto_draft draft = NULL;
        int r = outline_read(text, &outline, err);

        if (r == 0)
                r = draft_read(text, outline, &draft, err);
        return r < 0 ? r : compile_draft(&(struct compiler){ text, outline, p, err }, draft);
}

int policy_compile(struct bytes text, struct policy **ret, struct err *err) {
        auto_policy p = calloc(1, sizeof *p);
        int r = p ? text_compile(text, p, err) : refuse_memory(err);

        /* Compiling leaves many small free blocks below the few that stay in use. */
        (void)malloc_trim(0);
        if (r < 0)
                return r;
        *ret = TAKE(p);
        return 0;
}
