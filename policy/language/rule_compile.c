/* SPDX-License-Identifier: MIT */
/* rule_compile.c — one entry of `devices:` into a compact rule. */
#include "language/compile.h"

#include "base/choice.h"
#include "base/hex.h"
#include "base/quote.h"
#include "decision/drivers.h"
#include "decision/kind.h"
#include "decision/list.h"
#include "language/typing.h"
#include "language/value.h"

#include <errno.h>
#include <string.h>

#define PATTERNS_MAX 64
#define UUID_LIKE "2f1a9c6e-0b3d-4c5e-8f70-1a2b3c4d5e6f"

/* The key whose value is compiled, and where that stands. */
struct at {
        const struct compiler *c;
        uint32_t node;
};

static int id_compile(const struct at *at, const char *s, struct rule *r) {
        int64_t vendor = strlen(s) >= 6 && s[4] == ':' ? hex_number(s, 4) : -1, product = -1;
        bool any = vendor >= 0 && strcmp(s + 5, "*") == 0;

        if (vendor >= 0 && strlen(s) == 9)
                product = hex_number(s + 5, 4);
        if (vendor < 0 || (product < 0 && !any))
                return misfit_hint(at->c->err,
                                   refuse(at->c, at->node, "id",
                                          "「%s」: id は 0951:1666 か 0951:* の形（16進数）で、引用符に入れて書きます",
                                          "'%s': an id is VVVV:PPPP or VVVV:*, in hexadecimal", shown(s).text),
                                   s);
        r->vendor = (uint16_t)vendor;
        r->product = any ? 0 : (uint16_t)product;
        r->flags = (uint16_t)(r->flags | RULE_VENDOR | (any ? 0 : RULE_PRODUCT));
        return 0;
}

/* serial, name, port: as it is, or a beginning with one `*` behind it. */
static int pattern_compile(const struct at *at, const char *key, const char *s, enum rule_flag prefix, struct rule *r,
                           uint32_t *ret) {
        size_t n = s ? strlen(s) : 0;
        char text[FACTS_STRING];
        const char *star = s ? strchr(s, '*') : NULL;

        if (!s)
                return 0;
        if (n >= sizeof text)
                return refuse(at->c, at->node, key, "これほど長い %s の機器はありません", "no device has so long a %s",
                              key);
        if (star && (star[1] || n == 1))
                return refuse(at->c, at->node, key, "「%s」: * は最後に一つだけ、前に文字を付けて書きます",
                              "'%s': one `*`, at the end, with something before it", shown(s).text);
        memcpy(text, s, n + 1);
        if (star) {
                text[n - 1] = '\0';
                r->flags = (uint16_t)(r->flags | prefix);
        }
        *ret = pool_text(&at->c->policy->pool, text);
        return 0;
}

static int fingerprint_compile(const struct at *at, const char *s, struct rule *r) {
        uint8_t raw[FACTS_DIGEST];

        if (!hex_bytes(s, raw, sizeof raw))
                return misfit_hint(at->c->err,
                                   refuse(at->c, at->node, "fingerprint", "fingerprint は 64 桁の16進数です",
                                          "a fingerprint is 64 hexadecimal digits"),
                                   s);
        r->fingerprint = pool_put(&at->c->policy->pool, raw, sizeof raw);
        return 0;
}

static int medium_compile(const struct at *at, const char *s, struct rule *r) {
        uint8_t raw[UUID_SIZE];

        if (!uuid_parse(s, raw))
                return misfit_hint(at->c->err,
                                   refuse(at->c, at->node, "medium", "「%s」: medium は UUID です（例 " UUID_LIKE "）",
                                          "'%s': a medium is a UUID, like " UUID_LIKE, shown(s).text),
                                   s);
        r->medium = pool_put(&at->c->policy->pool, raw, sizeof raw);
        return 0;
}

/* One part of `08:06:50`; -1 for `*`, -2 for anything else. */
static int16_t part_parse(const char *s, size_t n) {
        if (n == 1 && *s == '*')
                return -1;
        return n == 2 && hex_number(s, 2) >= 0 ? (int16_t)hex_number(s, 2) : -2;
}

static bool interface_pattern_parse(const char *s, struct interface_pattern *ret) {
        const char *second = strchr(s, ':'), *third = second ? strchr(second + 1, ':') : NULL;

        if (!third)
                return false;
        ret->klass = part_parse(s, (size_t)(second - s));
        ret->subclass = part_parse(second + 1, (size_t)(third - second - 1));
        ret->protocol = part_parse(third + 1, strlen(third + 1));
        return ret->klass >= 0 && ret->subclass >= -1 && ret->protocol >= -1;
}

static int refuse_kind(const struct at *at, uint32_t item, const char *s) {
        const char *names[KIND_COUNT];
        int r = refuse(at->c, item, NULL, "「%s」という種類はありません", "unknown kind '%s'", shown(s).text);

        for (size_t i = 0; i < KIND_COUNT; i++)
                names[i] = kind_name(UINT32_C(1) << i);
        choice_say(at->c->err, s, names, KIND_COUNT);
        return misfit_hint(at->c->err, r, s);
}

static int interfaces_compile(const struct at *at, const struct draft_match *d, struct rule *r) {
        uint32_t item = outline_first(at->c->outline, outline_key(at->c->outline, at->node, "interfaces"));
        struct {
                struct interface_set set;
                struct interface_pattern patterns[PATTERNS_MAX];
        } all = { 0 };

        for (unsigned i = 0; i < d->n_interfaces; i++, item = outline_next(at->c->outline, item)) {
                uint32_t kind = kind_from_name(d->interfaces[i]);

                all.set.kinds |= kind;
                if (kind)
                        continue;
                if (all.set.n == PATTERNS_MAX)
                        return refuse(at->c, item, NULL, "番号で書いたインターフェースは %d 個までです",
                                      "more than %d numeric interfaces", PATTERNS_MAX);
                if (!interface_pattern_parse(d->interfaces[i], &all.patterns[all.set.n++]))
                        return refuse_kind(at, item, d->interfaces[i]);
        }
        if (d->n_interfaces)
                r->interfaces = pool_put(&at->c->policy->pool, &all, sizeof all.set + all.set.n * sizeof *all.patterns);
        return 0;
}

static int match_compile(const struct at *rule_at, const struct draft_match *d, struct rule *r) {
        const struct at at = { rule_at->c, outline_key(rule_at->c->outline, rule_at->node, "match") };
        int error = d->id ? id_compile(&at, d->id, r) : 0;

        if (error == 0)
                error = pattern_compile(&at, "serial", d->serial, RULE_SERIAL_PREFIX, r, &r->serial);
        if (error == 0)
                error = pattern_compile(&at, "name", d->name, RULE_NAME_PREFIX, r, &r->product_name);
        if (error == 0)
                error = pattern_compile(&at, "port", d->port, RULE_PORT_PREFIX, r, &r->port);
        if (error == 0 && d->fingerprint)
                error = fingerprint_compile(&at, d->fingerprint, r);
        if (error == 0)
                error = interfaces_compile(&at, d, r);
        if (error == 0 && d->medium)
                error = medium_compile(&at, d->medium, r);
        r->bus = (uint8_t)d->bus;
        return error;
}

static int users_compile(const struct at *at, const struct draft_rule *d, struct rule *r) {
        int error = refuse_unless_people(at->c, at->node, d->users, d->n_users);

        r->users = error < 0 ? 0 : list_put(&at->c->policy->pool, d->users, d->n_users);
        return error;
}

static int hours_compile(const struct at *at, const char *s, struct rule *r) {
        struct hours hours = { 0 };
        const struct phrase *fault = hours_parse(s, &hours);

        if (fault)
                return misfit_hint(at->c->err,
                                   refuse(at->c, at->node, "hours", "「%s」: " IN_JA, "'%s': " IN_EN, shown(s).text,
                                          PHRASE(fault)),
                                   s);
        r->hours = pool_put(&at->c->policy->pool, &hours, offsetof(struct hours, windows[hours.n]));
        return 0;
}

static int conditions_compile(const struct at *at, const struct draft_rule *d, struct rule *r) {
        int error = users_compile(at, d, r);

        r->from = DAY_ALWAYS;
        r->until = DAY_NEVER;
        if (error == 0 && d->hours)
                error = hours_compile(at, d->hours, r);
        if (error == 0)
                error = refuse_unless_day(at->c, at->node, "from", d->from, &r->from);
        if (error == 0)
                error = refuse_unless_day(at->c, at->node, "until", d->until, &r->until);
        if (error == 0 && r->until < r->from)
                return refuse(at->c, at->node, "until", "until が from より前です", "until lies before from");
        r->flags = (uint16_t)(r->flags | (d->partial ? RULE_PARTIAL : 0) | (d->encrypted ? RULE_ENCRYPTED : 0)
                              | (d->malformed ? RULE_MALFORMED : 0));
        return error;
}

static int refuse_node(const struct at *at, uint32_t item, const char *s) {
        const char *names[] = { node_name(NODES_USBFS), node_name(NODES_HIDRAW) };
        int r = refuse(at->c, item, NULL, "「%s」というノードは書けません", "unknown node '%s'", shown(s).text);

        choice_say(at->c->err, s, names, sizeof names / sizeof *names);
        return misfit_hint(at->c->err, r, s);
}

static int nodes_compile(const struct at *at, const struct draft_rule *d, struct rule *r) {
        uint32_t item = outline_first(at->c->outline, outline_key(at->c->outline, at->node, "nodes"));

        for (unsigned i = 0; i < d->n_nodes; i++, item = outline_next(at->c->outline, item)) {
                unsigned node = node_from_name(d->nodes[i]);

                if (!node)
                        return refuse_node(at, item, d->nodes[i]);
                r->nodes = (uint8_t)(r->nodes | node);
        }
        return 0;
}

static bool rule_names_disks(const struct rule *r, const struct interface_set *set) {
        bool disks = set->kinds & KIND_STORAGE || r->medium || r->flags & RULE_ENCRYPTED;

        for (uint32_t i = 0; i < set->n; i++)
                disks = disks || kinds_of_class((uint8_t)set->patterns[i].klass, 0, 0) == KIND_STORAGE;
        return disks || (r->bus != BUS_UNKNOWN && r->bus != BUS_USB);
}

/* Named nodes lead round the drivers of the kernel: for one model, said what it is, and never round a disk's own. */
static int nodes_check(const struct at *at, const struct rule *r) {
        const struct interface_set *set = rule_interfaces(at->c->policy, r);

        if (!r->nodes)
                return 0;
        if (r->action != ACTION_ALLOW)
                return refuse(at->c, at->node, "nodes", "nodes は、許可する規則（action: allow）にだけ書けます",
                              "nodes needs action: allow");
        if (!(r->flags & RULE_PRODUCT) || !set)
                return refuse(
                        at->c, at->node, "nodes",
                        "nodes には、match に id（0951:1666 の形）と interfaces の両方が要ります。`sekimori devices` で分かります",
                        "nodes needs both id (VVVV:PPPP) and interfaces in match; `sekimori devices` shows them");
        if (rule_names_disks(r, set))
                return refuse(
                        at->c, at->node, "nodes",
                        "電磁的記録媒体（storage）の規則には nodes を書けません。ディスクを迂回できてしまうためです",
                        "a rule for storage cannot name nodes: they would lead round the disk");
        return 0;
}

/* Refuse combinations that make no sense, or that this version could not enforce. */
static int sense_check(const struct at *at, const struct draft_rule *d, const struct rule *r) {
        if (d->partial && d->match.n_interfaces == 0)
                return refuse(at->c, at->node, "partial", "partial には、選ぶもとになる interfaces が要ります",
                              "partial needs interfaces to choose from");
        if (d->action == ACTION_DENY && d->encrypted)
                return refuse(at->c, at->node, "encrypted", "拒否する規則（deny）には encrypted を書けません",
                              "a rule that denies cannot ask for encryption");
        if (d->action == ACTION_DENY && d->match.medium)
                return refuse(
                        at->c, at->node, NULL,
                        "medium では拒否できません。応答しない媒体が通り抜け、次の規則が許可するかもしれないためです",
                        "a rule cannot deny by medium: one that does not answer would slip past, and the next rule might allow");
        if (d->action == ACTION_DENY && d->malformed)
                return refuse(at->c, at->node, "malformed", "拒否する規則（deny）には malformed を書けません",
                              "a rule that denies cannot accept what is malformed");
        if (d->malformed && (!(r->flags & RULE_PRODUCT) || !r->fingerprint))
                return refuse(
                        at->c, at->node, "malformed",
                        "malformed: accept には、match に id（0951:1666 の形）と fingerprint の両方が要ります。`sekimori devices --json` で分かります",
                        "malformed: accept needs both id (VVVV:PPPP) and fingerprint in match; `sekimori devices --json` shows them");
        return 0;
}

int rule_compile(const struct compiler *c, const struct draft_rule *d, uint32_t node, struct rule *ret) {
        const struct at at = { c, node };
        struct place place = outline_place(c->outline, node);
        struct rule r = { .action = (uint8_t)d->action, .line = place.line };
        int error = refuse_unless_line(c, node, "name", d->name);

        r.column = (uint8_t)(place.column < UINT8_MAX ? place.column : UINT8_MAX);
        if (error == 0)
                error = refuse_unless_line(c, node, "clause", d->clause);
        if (error == 0)
                error = match_compile(&at, &d->match, &r);
        if (error == 0)
                error = conditions_compile(&at, d, &r);
        if (error == 0)
                error = nodes_compile(&at, d, &r);
        if (error == 0)
                error = sense_check(&at, d, &r);
        if (error == 0)
                error = nodes_check(&at, &r);
        if (error < 0)
                return error;
        r.name = pool_text(&c->policy->pool, d->name);
        r.clause = pool_text(&c->policy->pool, d->clause);
        *ret = r;
        return 0;
}
