/* SPDX-License-Identifier: MIT */
/* medium.c — see medium.h. */
#include "cli/medium.h"

#include "audit/record.h"
#include "base/hex.h"
#include "cli/answer.h"

#include <stdio.h>
#include <string.h>

#define BY_DIGEST "sha256:"

/* "0951": four hexadecimal digits. */
static bool id_read(const char *text, uint16_t *ret) {
        int64_t value = strnlen(text, 4) == 4 ? hex_number(text, 4) : -1;

        *ret = (uint16_t)value;
        return value >= 0;
}

/* Some makers write the same letter throughout. */
static bool is_hollow(const char *serial) {
        return strspn(serial, (char[]){ serial[0], '\0' }) == strlen(serial);
}

/* Why a rule cannot name it by this serial; NULL where it can. A backslash is an escape of what does not show, and a
 * rule's trailing * would stand for anything. */
static const char *serial_fault(const char *serial, enum language l) {
        size_t n = strlen(serial);

        if (n == 0)
                return SAY(l, "製造番号がないので、同じ型のほかの媒体と見分けられません",
                           "it has no serial number: it cannot be told apart from others of its model");
        if (is_hollow(serial))
                return SAY(
                        l, "製造番号が同じ文字の繰り返しなので、同じ型のほかの媒体と見分けられません",
                        "its serial number is one letter repeated: it cannot be told apart from others of its model");
        if (strchr(serial, '\\') || serial[n - 1] == '*' || strncmp(serial, BY_DIGEST, strlen(BY_DIGEST)) == 0)
                return SAY(l, "製造番号に、規則に書けない文字があります",
                           "its serial number has characters that a rule cannot hold");
        return NULL;
}

static bool is_storage_alone(const json_t *element) {
        const json_t *kinds = json_object_get(element, "kinds");
        const char *kind = json_string_value(json_array_get(kinds, 0));

        return json_array_size(kinds) == 1 && kind && strcmp(kind, "storage") == 0;
}

const char *medium_of_element(const json_t *element, bool by_fingerprint, enum language l, struct medium *ret) {
        const char *serial = answer_text(element, NULL, "serial");
        struct medium m = { .by_fingerprint = by_fingerprint };

        if (strcmp(answer_text(element, NULL, "bus"), "usb") != 0)
                return SAY(l, "登録できるのは USB の媒体だけです", "only USB media can be enrolled");
        if (reason_from_name(answer_text(element, NULL, "reason")) == REASON_MALFORMED)
                return SAY(l, "機器の申告に矛盾があります。使わないでください",
                           "what it says of itself is contradictory: do not use it");
        if (!is_storage_alone(element))
                return SAY(l, "記憶装置だけの機器ではありません", "it is not storage alone");
        if (!id_read(answer_text(element, NULL, "vid"), &m.vendor)
            || !id_read(answer_text(element, NULL, "pid"), &m.product)
            || !hex_bytes(answer_text(element, NULL, "fingerprint"), m.fingerprint, FACTS_DIGEST))
                return SAY(l, "機器の ID が分かりません", "its ids are not known");
        if (!by_fingerprint && serial_fault(serial, l))
                return serial_fault(serial, l);
        (void)snprintf(m.serial, sizeof m.serial, "%s", serial);
        (void)snprintf(m.name, sizeof m.name, "%s", answer_text(element, NULL, "name"));
        *ret = m;
        return NULL;
}

void medium_text(const struct medium *m, char to[MEDIUM_TEXT]) {
        char digest[2 * FACTS_DIGEST + 1];

        hex_of(m->fingerprint, FACTS_DIGEST, digest);
        (void)snprintf(to, MEDIUM_TEXT, "usb %04x:%04x %s%s", m->vendor, m->product, m->by_fingerprint ? BY_DIGEST : "",
                       m->by_fingerprint ? digest : m->serial);
}

bool medium_parse(const char *text, struct medium *ret) {
        struct medium m = { 0 };
        const char *what;

        if (strncmp(text, "usb ", 4) != 0 || !id_read(text + 4, &m.vendor) || text[8] != ':'
            || !id_read(text + 9, &m.product) || text[13] != ' ' || strlen(text) >= MEDIUM_TEXT)
                return false;
        what = text + 14;
        if (strlen(what) >= sizeof m.serial)
                return false;
        m.by_fingerprint = strncmp(what, BY_DIGEST, strlen(BY_DIGEST)) == 0;
        if (m.by_fingerprint ? !hex_bytes(what + strlen(BY_DIGEST), m.fingerprint, FACTS_DIGEST)
                             : serial_fault(what, LANGUAGE_EN) != NULL)
                return false;
        if (!m.by_fingerprint)
                (void)snprintf(m.serial, sizeof m.serial, "%s", what);
        *ret = m;
        return true;
}

bool medium_is(const struct medium *a, const struct medium *b) {
        char x[MEDIUM_TEXT], y[MEDIUM_TEXT];

        medium_text(a, x);
        medium_text(b, y);
        return strcmp(x, y) == 0;
}

struct device_facts medium_facts(const struct medium *m) {
        struct device_facts f = { .bus = BUS_USB,
                                  .vendor = m->vendor,
                                  .product = m->product,
                                  .n_interfaces = 1,
                                  .interfaces = { { 1, 0, 0x08, 0x06, 0x50 } } }; /* bulk-only, as sticks are */

        (void)snprintf(f.serial, sizeof f.serial, "%s", m->serial);
        (void)snprintf(f.name, sizeof f.name, "%s", m->name);
        memcpy(f.fingerprint, m->fingerprint, FACTS_DIGEST);
        return f;
}
