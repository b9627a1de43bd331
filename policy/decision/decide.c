/* SPDX-License-Identifier: MIT */
/* decide.c — the first rule that fits and holds. A rule that would allow but for its hours, its days, its users or an
 * encrypted medium is passed over and remembered, so that people can be told what was missing. */
#include "decision/policy.h"

#include "decision/kind.h"
#include "decision/list.h"
#include "decision/match.h"

static struct verdict decide_deny(enum reason reason, int rule) {
        return (struct verdict){ .action = ACTION_DENY, .reason = reason, .rule = rule };
}

/* identity_fits() has compared the UUID of the medium already, where it is known. */
static bool medium_suffices(const struct rule *r, const struct medium_facts *medium) {
        if (r->flags & RULE_ENCRYPTED)
                return medium->state == MEDIUM_ENCRYPTED;
        return !r->medium || medium->state == MEDIUM_ENCRYPTED || medium->state == MEDIUM_PLAIN;
}

/* Does the rule apply now, for this person? REASON_RULE: yes; else what is missing, and HOURS only where time is all
 * that is missing. *ret_look: the rule might apply if the medium had been examined. */
static enum reason rule_holds(const struct policy *p, const struct rule *r, const struct medium_facts *medium,
                              const struct moment *now, const struct person *who, bool *ret_look) {
        const struct hours *hours = rule_hours(p, r);
        bool in_time = now->day >= r->from && (!hours || hours_hold(hours, now));

        if (now->day > r->until)
                return REASON_EXPIRED;
        if (r->users && !list_names_person(rule_text(p, r->users), who))
                return REASON_USER;
        if (!medium_suffices(r, medium)) {
                *ret_look = *ret_look || (in_time && medium->state == MEDIUM_UNKNOWN);
                return REASON_ENCRYPTION;
        }
        return in_time ? REASON_RULE : REASON_HOURS;
}

static struct verdict decide_sealed(const struct device_view *v) {
        bool essential = !v->class_kinds || v->class_kinds & KINDS_ESSENTIAL;

        for (size_t i = 0; i < v->facts->n_interfaces; i++)
                essential = essential && v->kinds[i] & KINDS_ESSENTIAL;
        if (!essential)
                return decide_deny(REASON_SEALED, RULE_NONE);
        return (struct verdict){ .action = ACTION_ALLOW,
                                 .reason = REASON_SEALED,
                                 .rule = RULE_NONE,
                                 .interfaces = v->all,
                                 .kinds = KINDS_ESSENTIAL };
}

static struct verdict decide_apply(const struct policy *p, const struct rule *r, int rule, uint64_t covered,
                                   const struct device_view *v, struct verdict missed) {
        const struct interface_set *set = rule_interfaces(p, r);

        if (r->action == ACTION_DENY)
                return missed.reason == REASON_NO_RULE ? decide_deny(REASON_RULE, rule) : missed;
        return (struct verdict){ .action = (enum action)r->action,
                                 .reason = REASON_RULE,
                                 .rule = rule,
                                 .interfaces = covered,
                                 .kinds = set ? set->kinds : UINT32_MAX,
                                 .nodes = r->nodes,
                                 .partial = covered != v->all,
                                 .by_medium = r->medium || r->flags & RULE_ENCRYPTED };
}

/* A device that contradicts itself is let in by a rule that accepts it, and by no other. */
static bool decide_passes_over(const struct rule *r, const struct device_facts *f) {
        return f->malformed && r->action != ACTION_DENY && !(r->flags & RULE_MALFORMED);
}

static struct verdict decide_by_rules(const struct policy *p, const struct device_view *v, const struct moment *now,
                                      const struct person *who) {
        struct verdict missed = decide_deny(REASON_NO_RULE, RULE_NONE);
        const struct device_facts *f = v->facts;
        struct candidates c = candidates_of(p, f);
        struct verdict decided;
        bool look = false;

        for (int32_t i = candidates_next(&c); i >= 0; i = candidates_next(&c)) {
                const struct rule *r = &p->rules[i];
                uint64_t covered = decide_passes_over(r, f) ? 0 : rule_covers(p, r, v);
                enum reason reason = covered ? rule_holds(p, r, &f->medium, now, who, &look) : REASON_NO_RULE;

                if (reason == REASON_RULE) {
                        decided = decide_apply(p, r, i, covered, v, missed);
                        decided.look = look;
                        return decided;
                }
                if (covered && r->action != ACTION_DENY && missed.reason == REASON_NO_RULE)
                        missed = decide_deny(reason, i);
        }
        missed.look = look;
        return missed;
}

/* Bound in part as a security key, an interface turned out to be that and more. */
static bool decide_lied_in_part(const struct device_facts *f, const struct verdict *v) {
        return v->action != ACTION_DENY && v->partial
               && (v->kinds & (KIND_SECURITY_KEY | KIND_HID)) == KIND_SECURITY_KEY && f->fido & f->not_fido;
}

/* What generic HID is only its report descriptor tells, and that is read when a driver has it. So a rule for security
 * keys lets in what no other rule does, until something else is read; what calls itself both has lied. */
static struct verdict decide_supposing_keys(const struct policy *p, const struct device_view *v,
                                            const struct moment *now, const struct person *who,
                                            struct verdict decided) {
        const uint64_t generic = interfaces_of_generic_hid(v->facts);
        struct device_view supposing = *v;
        struct verdict supposed;

        if (decide_lied_in_part(v->facts, &decided))
                return decide_deny(REASON_CONTRADICTED, decided.rule);
        if (decided.action != ACTION_DENY || !generic)
                return decided;
        supposing.supposed = generic;
        supposed = decide_by_rules(p, &supposing, now, who);
        if (!(v->facts->not_fido & generic))
                return supposed;
        return supposed.action != ACTION_DENY && v->facts->fido ? decide_deny(REASON_CONTRADICTED, supposed.rule)
                                                                : decided;
}

static bool decide_may_accept(const struct device_facts *f) {
        return f->n_interfaces > 0 && f->n_interfaces <= FACTS_INTERFACES
               && (!f->malformed || malformed_is_acceptable(f->malformed));
}

struct verdict policy_decide(const struct policy *p, const struct device_facts *f, const struct moment *now,
                             const struct person *who) {
        struct verdict decided;
        struct device_view v;

        if (!decide_may_accept(f) || (!p && f->malformed))
                return decide_deny(REASON_MALFORMED, RULE_NONE);
        v = view_of(f);
        if (!p)
                return decide_sealed(&v);
        decided = decide_supposing_keys(p, &v, now, who, decide_by_rules(p, &v, now, who));
        if (f->malformed && (decided.rule == RULE_NONE || !(p->rules[decided.rule].flags & RULE_MALFORMED)))
                return decide_deny(REASON_MALFORMED, RULE_NONE);
        return decided;
}

static void decide_sooner(int64_t at, int64_t now, int64_t *best) {
        if (at > now && at < *best)
                *best = at;
}

bool policy_next_change(const struct policy *p, const struct moment *now, int32_t *ret_day, int32_t *ret_minute) {
        int64_t at = (int64_t)now->day * DAY_MINUTES + now->minute, best = INT64_MAX, window;

        for (size_t i = 0; p && i < p->n_rules; i++) {
                const struct rule *r = &p->rules[i];
                const struct hours *hours = rule_hours(p, r);

                if (now->day > r->until)
                        continue;
                if (r->from != DAY_ALWAYS)
                        decide_sooner((int64_t)r->from * DAY_MINUTES, at, &best);
                if (r->until != DAY_NEVER)
                        decide_sooner(((int64_t)r->until + 1) * DAY_MINUTES, at, &best);
                if (hours && hours_next_change(hours, now, &window))
                        decide_sooner(window, at, &best);
        }
        if (best == INT64_MAX)
                return false;
        *ret_day = (int32_t)(best / DAY_MINUTES);
        *ret_minute = (int32_t)(best % DAY_MINUTES);
        return true;
}
