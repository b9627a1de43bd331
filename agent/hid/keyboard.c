/* SPDX-License-Identifier: MIT */
/* keyboard.c — all HID (3), at least one a boot keyboard (03:01:01), or all hub (9). See keyboard.h. */
#include "hid/keyboard.h"

enum { CLASS_HID = 3, CLASS_HUB = 9, SUBCLASS_BOOT = 1, PROTOCOL_KEYBOARD = 1 };

static bool is_boot_keyboard(const struct interface_facts *i) {
        return i->klass == CLASS_HID && i->subclass == SUBCLASS_BOOT && i->protocol == PROTOCOL_KEYBOARD;
}

bool keyboard_is_plain(const struct interfaces *shown) {
        unsigned inputs = 0, hubs = 0, keyboards = 0;

        for (unsigned i = 0; i < shown->n; i++) {
                inputs += shown->of[i].klass == CLASS_HID;
                hubs += shown->of[i].klass == CLASS_HUB;
                keyboards += is_boot_keyboard(&shown->of[i]);
        }
        return !shown->overfull && shown->n > 0 && (hubs == shown->n || (inputs == shown->n && keyboards > 0));
}
