/* SPDX-License-Identifier: MIT */
/* judge.c — policy_decide(), then deny where read-only cannot be enforced; the lockout check judges each keyboard and
 * the hubs above it by the next policy, with nobody logged in. See judge.h. */
#include "gate/judge.h"

#include "decision/kind.h"
#include "enforce/bus.h"
#include "gate/disks.h"

#include <errno.h>

struct verdict verdict_deny(int rule, enum reason reason) {
        return (struct verdict){ .action = ACTION_DENY, .reason = reason, .rule = rule };
}

struct verdict judge(const struct policy *p, const struct keeper *k, const struct device_facts *f,
                     const struct moment *now, const struct person *who) {
        struct verdict v = policy_decide(p, f, now, who);

        if (!bus_ops(f->bus)) /* nothing would be enforced */
                return verdict_deny(v.rule, v.action == ACTION_DENY ? v.reason : REASON_FAILED);
        v.look = v.look && keeper_in_force(k) && disks_can_be_looked_at(f);
        if (v.action == ACTION_READ_ONLY && !(keeper_in_force(k) && disks_can_be_read_only(f, &v)))
                return verdict_deny(v.rule, REASON_READ_ONLY);
        return v;
}

struct verdict judge_device(const struct policy *p, const struct keeper *k, const struct device *d,
                            const struct moment *now, const struct person *who) {
        struct verdict v = judge(p, k, &d->sighting.facts, now, who);

        if (v.action == ACTION_DENY && !v.look)
                return v;
        if (d->lied)
                return verdict_deny(v.rule, REASON_CONTRADICTED);
        if (d->barred && v.action == ACTION_READ_ONLY)
                return verdict_deny(v.rule, REASON_READ_ONLY);
        return d->forget == FORGET_HELD ? verdict_deny(v.rule, REASON_FAILED) : v;
}

bool judge_needs_plane(const struct policy *p, const struct device_facts *f, const struct moment *now,
                       const struct person *who) {
        struct verdict v = policy_decide(p, f, now, who);

        return (v.look && disks_can_be_looked_at(f)) || (v.action == ACTION_READ_ONLY && disks_can_be_read_only(f, &v));
}

bool is_essential(const struct device_facts *f) {
        return (kinds_to_show(f) & ~(uint32_t)KINDS_ESSENTIAL) == 0;
}

bool judge_is_in_as(const struct device *d, uint32_t kind) {
        const uint64_t in = d->observed ? UINT64_MAX : d->verdict.interfaces;

        return d->authorized && kinds_of_interfaces(&d->sighting.facts, in) & kind;
}

/* Would it be let in, and that kind of it, where not all of it is? */
static bool judge_lets_in(const struct device *d, uint32_t kind, const struct policy *next, const struct moment *now) {
        const struct verdict v = judge_device(next, NULL, d, now, NULL);

        return v.action != ACTION_DENY && (!v.partial || kinds_of_interfaces(&d->sighting.facts, v.interfaces) & kind);
}

/* `d` is a keyboard. */
static bool judge_stays(const struct device_table *t, const struct device *d, const struct policy *next,
                        const struct moment *now) {
        for (const struct device *hub = t->first; hub; hub = hub->next)
                if (hub != d && path_covers(hub->sighting.path, d->sighting.path)
                    && !judge_lets_in(hub, KIND_HUB, next, now))
                        return false;
        return judge_lets_in(d, KIND_HID_KEYBOARD, next, now);
}

int lockout_check(const struct device_table *t, bool built_in, const struct policy *next, const struct moment *now,
                  struct err *err) {
        const struct device *keyboard = NULL;

        for (const struct device *d = t->first; d; d = d->next) {
                if (!judge_is_in_as(d, KIND_HID_KEYBOARD))
                        continue;
                if (!judge_stays(t, d, next, now))
                        keyboard = d;
                else if (!d->sighting.facts.malformed) /* the initramfs accepts no contradiction */
                        return 0;
        }
        if (!keyboard || built_in)
                return 0;
        return err_say(
                err, -EPERM,
                "誰も操作できなくなるため受け入れません: ただ一つのキーボード（%04x:%04x、ポート %s）が新しいポリシーで拒否されます",
                "would lock people out: the only keyboard (%04x:%04x, port %s) is denied by the new policy",
                keyboard->sighting.facts.vendor, keyboard->sighting.facts.product, keyboard->sighting.facts.port);
}
