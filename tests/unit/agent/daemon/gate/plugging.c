/* SPDX-License-Identifier: MIT */
/* plugging.c — by the device's entry in the gate's table. See plugging.h. */
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define NUMBERS 40 /* the bed gives lower ones to what is plugged in */

struct hardware with_a_disk(struct hardware h) {
        hardware_interface(&h, 2, 0, 8, 6, 0x50, 2);
        hardware_endpoint(&h, 0x85, 2, 512, 0);
        hardware_endpoint(&h, 0x05, 2, 512, 0);
        return h;
}

unsigned number_of(struct terminal *t, const char *path) {
        const struct device *d = terminal_device(t, path);

        return d ? d->sighting.devnum : 0;
}

const char *on_disk(struct kept *k, const char *path, const char *name) {
        static char text[512];

        (void)snprintf(text, sizeof text, "%s/sys/devices/%s/%s", bed_root(k->t.bed), path, name);
        return text;
}

const char *given_a_reader(struct kept *k) {
        const char *reader = plug(k->t.bed, a_card_reader());

        kept_push(k, RULE_HID RULE_CARDS);
        cr_assert(until(&k->t, is_let_in, reader));
        cr_assert(until(&k->t, was_told_to_write, reader), "the plane is in force");
        return reader;
}

bool is_another_plugging(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && number_of(t, path) > NUMBERS;
}

bool is_in_again(struct terminal *t, const char *path) {
        return is_let_in(t, path) && number_of(t, path) > NUMBERS;
}

static bool forget_is(struct terminal *t, const char *path, enum forget what) {
        const struct device *d = terminal_device(t, path);

        return d && d->forget == what;
}

bool is_away(struct terminal *t, const char *path) {
        return forget_is(t, path, FORGET_AWAY);
}

bool is_held(struct terminal *t, const char *path) {
        return forget_is(t, path, FORGET_HELD);
}

bool is_in_force(struct terminal *t, const char *path) {
        (void)path;
        return keeper_in_force(container_of(t, struct kept, t)->keeper);
}

bool has_seen_all(struct terminal *t, const char *path) {
        (void)path;
        return gate_settled(t->gate);
}

bool has_left(struct terminal *t, const char *path) {
        return !terminal_device(t, path);
}
