/* SPDX-License-Identifier: MIT */
/* match.c — identity first, then a bit for each interface that fits; a partial permission covers an interface number
 * only with all its alternate settings. See match.h. */
#include "decision/match.h"

#include "decision/kind.h"

#include <string.h>

struct device_view view_of(const struct device_facts *f) {
        struct device_view v = { .facts = f };

        for (size_t i = 0; i < f->n_interfaces; i++) {
                v.kinds[i] = kinds_of_interface(f, i);
                v.all |= UINT64_C(1) << i;
        }
        v.class_kinds = kinds_of_device_class(f);
        v.unread = interfaces_of_generic_hid(f) & ~(f->fido | f->not_fido);
        return v;
}

/* `have` is at most FACTS_STRING long and may lack its NUL; a rule's text is shorter than that. */
static bool text_fits(const char *want, bool prefix, const char *have, size_t size) {
        return strncmp(want, have, prefix ? strlen(want) : size) == 0;
}

/* A medium that was not examined, or could not be read, may have any UUID, and fits. */
static bool medium_fits(const uint8_t *want, const struct medium_facts *have) {
        for (size_t i = 0; i < have->n && i < FACTS_UUIDS; i++)
                if (memcmp(want, have->uuid[i], UUID_SIZE) == 0)
                        return true;
        return have->state == MEDIUM_UNKNOWN || have->state == MEDIUM_UNREADABLE;
}

static bool identity_fits(const struct policy *p, const struct rule *r, const struct device_view *v) {
        const struct device_facts *f = v->facts;

        return (r->bus == BUS_UNKNOWN || r->bus == f->bus) && (!(r->flags & RULE_VENDOR) || r->vendor == f->vendor)
               && (!(r->flags & RULE_PRODUCT) || r->product == f->product)
               && (!r->fingerprint
                   || memcmp(pool_at(&p->pool, r->fingerprint), f->fingerprint, sizeof f->fingerprint) == 0)
               && (!r->serial
                   || text_fits(rule_text(p, r->serial), r->flags & RULE_SERIAL_PREFIX, f->serial, sizeof f->serial))
               && (!r->product_name
                   || text_fits(rule_text(p, r->product_name), r->flags & RULE_NAME_PREFIX, f->name, sizeof f->name))
               && (!r->medium || medium_fits(pool_at(&p->pool, r->medium), &f->medium))
               && (!r->port || text_fits(rule_text(p, r->port), r->flags & RULE_PORT_PREFIX, f->port, sizeof f->port));
}

static bool number_fits(int16_t want, uint8_t have) {
        return want < 0 || want == have;
}

/* A vendor class has no bit but its own, so only `vendor` and a numeric pattern can name it. */
static bool set_holds(const struct interface_set *set, uint32_t kinds, uint8_t klass, uint8_t subclass,
                      uint8_t protocol) {
        if (set->kinds & kinds)
                return true;
        for (uint32_t i = 0; i < set->n; i++)
                if (number_fits(set->patterns[i].klass, klass) && number_fits(set->patterns[i].subclass, subclass)
                    && number_fits(set->patterns[i].protocol, protocol))
                        return true;
        return false;
}

/* Generic HID may be a security key. A rule in part takes it for one until it is read; else it would never be bound.
 * An interface that a driver of another kind takes is what that driver makes of it: a rule that allows fits it only as
 * "vendor". A rule that denies always fits what its class says, too, and takes the vendor's interfaces of a device that
 * is known to speak MTP for what they may do. */
static bool set_fits(const struct interface_set *set, const struct rule *r, const struct device_view *v, size_t i) {
        const bool denies = r->action == ACTION_DENY;
        const struct interface_facts *in = &v->facts->interfaces[i];
        uint32_t says = kinds_of_class(in->klass, in->subclass, in->protocol);
        uint64_t keys = denies ? 0 : v->supposed | (r->flags & RULE_PARTIAL ? v->unread : 0);
        uint32_t supposed = keys >> i & 1 ? KIND_SECURITY_KEY : 0;

        if (denies && set_holds(set, says, in->klass, in->subclass, in->protocol))
                return true;
        if (denies && v->facts->speaks_mtp && says == KIND_VENDOR && set->kinds & KIND_STILL_IMAGE)
                return true;
        if (v->facts->foreign >> i & 1)
                return set->kinds & KIND_VENDOR;
        return set_holds(set, v->kinds[i] | supposed, in->klass, in->subclass, in->protocol);
}

static uint64_t interfaces_in(const struct interface_set *set, const struct rule *r, const struct device_view *v) {
        uint64_t mask = 0;

        for (size_t i = 0; i < v->facts->n_interfaces; i++)
                if (set_fits(set, r, v, i))
                        mask |= UINT64_C(1) << i;
        return mask;
}

static bool same_number(const struct interface_facts *a, const struct interface_facts *b) {
        return a->configuration == b->configuration && a->number == b->number;
}

/* An interface number whose other alternate settings are not covered is not covered at all: the kernel driver that
 * binds it may switch between them. */
static uint64_t whole_numbers(uint64_t mask, const struct device_facts *f) {
        uint64_t whole = mask;

        for (size_t i = 0; i < f->n_interfaces; i++)
                for (size_t k = 0; k < f->n_interfaces; k++)
                        if (!(mask & UINT64_C(1) << k) && same_number(&f->interfaces[i], &f->interfaces[k]))
                                whole &= ~(UINT64_C(1) << i);
        return whole;
}

/* Only a device that stores can be, or hold, the medium that a rule asks for. */
static bool has_storage(const struct device_view *v) {
        for (size_t i = 0; i < v->facts->n_interfaces; i++)
                if (v->kinds[i] & KIND_STORAGE)
                        return true;
        return false;
}

uint64_t rule_covers(const struct policy *p, const struct rule *r, const struct device_view *v) {
        const struct interface_set *set = rule_interfaces(p, r);
        const struct device_facts *f = v->facts;
        uint64_t mask;
        bool class_in;

        if (!identity_fits(p, r, v) || (r->medium && !has_storage(v)))
                return 0;
        if (!set)
                return v->all;
        class_in = v->class_kinds && set_holds(set, v->class_kinds, f->klass, f->subclass, f->protocol);
        mask = interfaces_in(set, r, v);
        if (r->action == ACTION_DENY && r->flags & RULE_PARTIAL)
                return mask || class_in ? v->all : 0;
        if (v->class_kinds && !class_in)
                return 0;
        if (r->flags & RULE_PARTIAL)
                return whole_numbers(mask, f);
        return mask == v->all ? mask : 0;
}
