/* SPDX-License-Identifier: MIT */
/* keyboard.c — all HID (3) with a boot keyboard (03:01:01), all hub (9), or a boot keyboard beside what carries no data
 * away; then its own interfaces only. See keyboard.h. */
#include "hid/keyboard.h"

#include "decision/kind.h"

/* What may stand beside a keyboard: a slot for cards, a socket for headphones, lights that the maker's program sets. */
#define KINDS_BESIDE (KIND_HID | KIND_SMARTCARD | KIND_AUDIO | KIND_VENDOR)

static uint32_t keyboard_kinds(const struct interface_facts *i) {
        return kinds_of_class(i->klass, i->subclass, i->protocol);
}

/* Is this number a boot keyboard in each of its settings? A driver may choose any of them. */
static bool keyboard_in_each_setting(const struct interfaces *shown, const struct interface_facts *i) {
        for (unsigned k = 0; k < shown->n; k++)
                if (shown->of[k].configuration == i->configuration && shown->of[k].number == i->number
                    && !(keyboard_kinds(&shown->of[k]) & KIND_HID_KEYBOARD))
                        return false;
        return true;
}

uint64_t keyboard_interfaces(const struct interfaces *shown) {
        unsigned hubs = 0, inputs = 0, keyboards = 0, beside = 0;
        uint64_t all = 0, whole = 0;

        for (unsigned i = 0; i < shown->n; i++) {
                uint32_t kinds = keyboard_kinds(&shown->of[i]);

                hubs += (kinds & KIND_HUB) != 0;
                inputs += (kinds & KIND_HID) != 0;
                keyboards += (kinds & KIND_HID_KEYBOARD) != 0;
                beside += (kinds & KINDS_BESIDE) != 0;
                all |= UINT64_C(1) << i;
                whole |= (uint64_t)keyboard_in_each_setting(shown, &shown->of[i]) << i;
        }
        if (shown->overfull || shown->n == 0)
                return 0;
        if (hubs == shown->n || (inputs == shown->n && keyboards > 0))
                return all;
        return beside == shown->n ? whole : 0;
}
