/* SPDX-License-Identifier: MIT */
/* disks.c — KEEPER_READ, KEEPER_WRITE or KEEPER_REVOKE, with the nodes of the kinds that the verdict let in; nothing is
 * sent for hubs and Thunderbolt. See disks.h. */
#include "gate/disks.h"

#include "decision/drivers.h"
#include "decision/kind.h"
#include "enforce/bus.h"

bool disks_can_be_read_only(const struct device_facts *f, const struct verdict *v) {
        return kinds_of_interfaces(f, v->interfaces) == KIND_STORAGE;
}

bool disks_can_be_looked_at(const struct device_facts *f) {
        for (unsigned i = 0; i < f->n_interfaces; i++)
                if (kinds_of_interface(f, i) != KIND_STORAGE)
                        return false;
        return f->n_interfaces > 0;
}

/* Devices behind a hub are judged separately, and to drive it by usbfs would be to drive them. */
static bool is_hub_alone(const struct device_facts *f, const struct verdict *v) {
        return kinds_of_interfaces(f, v->interfaces) == KIND_HUB;
}

/* A hub or a Thunderbolt device has no nodes of its own: those behind a tunnel are on another bus. */
static bool may_have_nodes(const struct device *d) {
        const struct bus_ops *bus = bus_ops(d->sighting.facts.bus);

        return (!bus || bus->has_disks) && !is_hub_alone(&d->sighting.facts, &d->verdict);
}

/* hidraw of the whole device opens by this: nothing else of HID may be let in with the key, and the rule must not be
 * one for what people type with. */
static bool hid_is_keys_alone(const struct device_facts *f, const struct verdict *v) {
        for (unsigned i = 0; i < f->n_interfaces; i++)
                if (v->interfaces >> i & 1 && kinds_of_interface(f, i) & KIND_HID
                    && !(kinds_of_interface(f, i) & KIND_SECURITY_KEY))
                        return false;
        return v->kinds & KIND_SECURITY_KEY;
}

/* An interface of a vendor's own class may be a disk, where the rule does not say what else it is. None of a hub, also
 * where its rule names some. */
static unsigned nodes_let_in(const struct device_facts *f, const struct verdict *v) {
        uint32_t kinds = kinds_of_interfaces(f, v->interfaces);

        if (is_hub_alone(f, v))
                return 0;
        if (!hid_is_keys_alone(f, v))
                kinds &= ~(uint32_t)KIND_SECURITY_KEY;
        return nodes_of_kinds(kinds) | v->nodes | (kinds & KIND_VENDOR && v->kinds & KIND_STORAGE ? NODES_DISK : 0);
}

bool disks_by_usbfs(const struct device_facts *f, const struct verdict *v) {
        return f->bus == BUS_USB && nodes_let_in(f, v) & NODES_USBFS;
}

static struct keeper_terms terms_of(const struct device *d) {
        const struct keeper_terms of_a_disk = { .nodes = NODES_DISK, .diskseq = d->verdict.by_medium ? d->diskseq : 0 };

        if (facts_are_of_a_disk(&d->sighting.facts) || d->verdict.by_medium || d->verdict.action == ACTION_READ_ONLY)
                return of_a_disk;
        return (struct keeper_terms){ .nodes = nodes_let_in(&d->sighting.facts, &d->verdict),
                                      .devnum = d->sighting.devnum };
}

unsigned disks_nodes(const struct device *d) {
        return terms_of(d).nodes;
}

/* What the system stands on must outlast the sleep as it is; which disks those are, the keeper knows. */
static bool disks_may_vanish_in_sleep(const struct keeper *k, const struct device *d) {
        return d->sighting.facts.bus == BUS_USB && d->directory >= 0 && keeper_in_force(k)
               && disks_nodes(d) & NODES_DISK && !keeper_is_system(k, d->sighting.path);
}

bool disks_part_in_sleep(const struct keeper *k, const struct device *d) {
        return !disks_may_vanish_in_sleep(k, d) || usb_persist_not(d->directory) == 0;
}

enum outcome disks_grant(struct keeper *k, const struct device *d, struct err *note) {
        bool read_only = d->verdict.action == ACTION_READ_ONLY;
        const struct keeper_terms terms = terms_of(d);
        int r = may_have_nodes(d) ? keeper_tell(k, read_only ? KEEPER_READ : KEEPER_WRITE, d->sighting.path, &terms)
                                  : 0;

        /* A device already let in keeps its state in the kernel while the keeper restarts. A USB device is authorized
         * as a whole, which works without a keeper, too. */
        if (r == 0 || d->authorized
            || (!read_only && !d->verdict.by_medium && !facts_are_of_a_disk(&d->sighting.facts)))
                return OUTCOME_DONE;
        (void)err_say_errno(note, r, "sekimori-keeper に伝えられません", "tell sekimori-keeper");
        return OUTCOME_FAILED;
}

void disks_revoke(struct keeper *k, const struct device *d) {
        if (may_have_nodes(d))
                (void)keeper_tell(k, KEEPER_REVOKE, d->sighting.path, NULL);
}
