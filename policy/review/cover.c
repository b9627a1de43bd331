/* SPDX-License-Identifier: MIT */
/* cover.c — compares key by key; in doubt, a rule does not cover the other, and the two may meet. See cover.h. */
#include "review/cover.h"

#include "decision/kind.h"

#include <string.h>

static bool cover_unconditional(const struct rule *r) {
        return !r->users && !r->hours && !r->medium && !(r->flags & RULE_ENCRYPTED) && r->from == DAY_ALWAYS
               && r->until == DAY_NEVER;
}

static bool text_covers(const struct policy *p, uint32_t wide, bool wide_prefix, uint32_t narrow, bool narrow_prefix) {
        const char *prefix = rule_text(p, wide);

        if (!wide)
                return true;
        if (!narrow)
                return false;
        if (wide_prefix)
                return strncmp(prefix, rule_text(p, narrow), strlen(prefix)) == 0;
        return wide == narrow && !narrow_prefix; /* the pool keeps a text once */
}

static bool part_covers(int16_t wide, int16_t narrow) {
        return wide < 0 || wide == narrow;
}

static bool pattern_covered(const struct interface_set *wide, const struct interface_pattern *narrow) {
        bool whole = narrow->subclass >= 0 && narrow->protocol >= 0;
        uint32_t kinds = kinds_of_class((uint8_t)narrow->klass, (uint8_t)narrow->subclass, (uint8_t)narrow->protocol);

        /* An interface of the vendor's class is either kind, by its descriptor. */
        if (whole && wide->kinds & kinds && (kinds != KIND_VENDOR || wide->kinds & KIND_SMARTCARD))
                return true;
        for (uint32_t i = 0; i < wide->n; i++)
                if (part_covers(wide->patterns[i].klass, narrow->klass)
                    && part_covers(wide->patterns[i].subclass, narrow->subclass)
                    && part_covers(wide->patterns[i].protocol, narrow->protocol))
                        return true;
        return false;
}

static bool set_covers(const struct interface_set *wide, const struct interface_set *narrow) {
        uint32_t kinds;

        if (!wide)
                return true;
        if (!narrow)
                return false;
        kinds = wide->kinds | (wide->kinds & KIND_HID ? KIND_HID_KEYBOARD | KIND_HID_MOUSE | KIND_SECURITY_KEY : 0);
        for (uint32_t i = 0; i < narrow->n; i++)
                if (!pattern_covered(wide, &narrow->patterns[i]))
                        return false;
        return (narrow->kinds & ~kinds) == 0;
}

/* A rule in part also fits composite devices, which one for whole devices does not. */
static bool partial_covers(const struct rule *wide, const struct rule *narrow) {
        return !wide->interfaces || wide->flags & RULE_PARTIAL || !(narrow->flags & RULE_PARTIAL);
}

/* A rule that allows is passed over for a device that contradicts itself, unless it accepts it. */
static bool malformed_covers(const struct rule *wide, const struct rule *narrow) {
        return wide->action == ACTION_DENY || wide->flags & RULE_MALFORMED || !(narrow->flags & RULE_MALFORMED);
}

bool rule_covers_rule(const struct policy *p, const struct rule *wide, const struct rule *narrow) {
        return cover_unconditional(wide) && (wide->bus == BUS_UNKNOWN || wide->bus == narrow->bus)
               && (!(wide->flags & RULE_VENDOR) || (narrow->flags & RULE_VENDOR && wide->vendor == narrow->vendor))
               && (!(wide->flags & RULE_PRODUCT) || (narrow->flags & RULE_PRODUCT && wide->product == narrow->product))
               && (!wide->fingerprint || wide->fingerprint == narrow->fingerprint)
               && text_covers(p, wide->serial, wide->flags & RULE_SERIAL_PREFIX, narrow->serial,
                              narrow->flags & RULE_SERIAL_PREFIX)
               && text_covers(p, wide->product_name, wide->flags & RULE_NAME_PREFIX, narrow->product_name,
                              narrow->flags & RULE_NAME_PREFIX)
               && text_covers(p, wide->port, wide->flags & RULE_PORT_PREFIX, narrow->port,
                              narrow->flags & RULE_PORT_PREFIX)
               && set_covers(rule_interfaces(p, wide), rule_interfaces(p, narrow)) && partial_covers(wide, narrow)
               && malformed_covers(wide, narrow);
}

static bool texts_may_meet(const struct policy *p, uint32_t a, bool a_prefix, uint32_t b, bool b_prefix) {
        const char *x = rule_text(p, a), *y = rule_text(p, b);

        if (!a || !b || a == b)
                return true;
        return (a_prefix && strncmp(x, y, strlen(x)) == 0) || (b_prefix && strncmp(x, y, strlen(y)) == 0);
}

static bool sets_may_meet(const struct interface_set *a, const struct interface_set *b) {
        uint32_t hid = KIND_HID | KIND_HID_KEYBOARD | KIND_HID_MOUSE | KIND_SECURITY_KEY;

        return !a || !b || a->n || b->n || a->kinds & b->kinds || (a->kinds & hid && b->kinds & hid);
}

bool rules_may_meet(const struct policy *p, const struct rule *a, const struct rule *b) {
        bool parts = (a->flags | b->flags) & RULE_PARTIAL;

        return (a->bus == b->bus || a->bus == BUS_UNKNOWN || b->bus == BUS_UNKNOWN)
               && (!(a->flags & b->flags & RULE_VENDOR) || a->vendor == b->vendor)
               && (!(a->flags & b->flags & RULE_PRODUCT) || a->product == b->product)
               && (!a->fingerprint || !b->fingerprint || a->fingerprint == b->fingerprint)
               && texts_may_meet(p, a->serial, a->flags & RULE_SERIAL_PREFIX, b->serial, b->flags & RULE_SERIAL_PREFIX)
               && texts_may_meet(p, a->product_name, a->flags & RULE_NAME_PREFIX, b->product_name,
                                 b->flags & RULE_NAME_PREFIX)
               && texts_may_meet(p, a->port, a->flags & RULE_PORT_PREFIX, b->port, b->flags & RULE_PORT_PREFIX)
               && (parts || sets_may_meet(rule_interfaces(p, a), rule_interfaces(p, b)));
}

int rule_shadow(const struct policy *p, int rule) {
        const struct rule *r = &p->rules[rule];
        struct candidates c = candidates_like(p, r);

        for (int32_t i = candidates_next(&c); i >= 0 && i < rule; i = candidates_next(&c))
                if (rule_covers_rule(p, &p->rules[i], r))
                        return i;
        return RULE_NONE;
}
