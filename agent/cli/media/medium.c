/* SPDX-License-Identifier: MIT */
/* medium.c — JSON, ledger text and device_facts, converted; equal texts are the same medium. See medium.h. */
#include "cli/media/medium.h"

#include "audit/record.h"
#include "base/hex.h"
#include "cli/answer.h"

#include <stdio.h>
#include <string.h>

#define BY_DIGEST "sha256:"
#define BY_UUID "uuid:"

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

/* Why a rule cannot name the medium by this serial; NULL where it can. A backslash means an escaped hidden character,
 * and a trailing * in a rule would stand for anything. */
static const char *serial_fault(const char *serial, enum language l) {
        size_t n = strlen(serial);

        if (n == 0)
                return SAY(l, "製造番号がないので、同じ型のほかの媒体と見分けられません（--token で印を付けられます）",
                           "it has no serial number: it cannot be told apart from others of its model (--token gives "
                           "it one of ours)");
        if (is_hollow(serial))
                return SAY(
                        l,
                        "製造番号が同じ文字の繰り返しなので、同じ型のほかの媒体と見分けられません（--token で印を付けられます）",
                        "its serial number is one letter repeated: it cannot be told apart from others of its model "
                        "(--token gives it one of ours)");
        if (strchr(serial, '\\') || serial[n - 1] == '*' || strncmp(serial, BY_DIGEST, strlen(BY_DIGEST)) == 0
            || strncmp(serial, BY_UUID, strlen(BY_UUID)) == 0)
                return SAY(l, "製造番号に、規則に書けない文字があります",
                           "its serial number has characters that a rule cannot hold");
        return NULL;
}

static bool is_storage_alone(const json_t *element) {
        const json_t *kinds = json_object_get(element, "kinds");
        const char *kind = json_string_value(json_array_get(kinds, 0));

        return json_array_size(kinds) == 1 && kind && strcmp(kind, "storage") == 0;
}

static bool is_for_media(enum bus bus) {
        return bus != BUS_UNKNOWN && bus != BUS_THUNDERBOLT;
}

const char *medium_of_element(const json_t *element, enum medium_how how, enum language l, struct medium *ret) {
        const char *serial = answer_text(element, NULL, "serial");
        struct medium m = { .bus = bus_from_name(answer_text(element, NULL, "bus")), .how = how };

        if (!is_for_media(m.bus))
                return SAY(l, "媒体のつながるところではありません", "no medium is found on such a bus");
        if (reason_from_name(answer_text(element, NULL, "reason")) == REASON_MALFORMED)
                return SAY(l, "機器の名乗る内容が食い違っています（不正な機器のおそれ）。使わないでください",
                           "what it says of itself is contradictory: do not use it");
        if (!is_storage_alone(element))
                return SAY(l, "電磁的記録媒体だけの機器ではありません", "it is not storage alone");
        if (!id_read(answer_text(element, NULL, "vid"), &m.vendor)
            || !id_read(answer_text(element, NULL, "pid"), &m.product)
            || !hex_bytes(answer_text(element, NULL, "fingerprint"), m.fingerprint, FACTS_DIGEST))
                return SAY(l, "機器の ID が分かりません", "its ids are not known");
        if (how == MEDIUM_BY_SERIAL && serial_fault(serial, l))
                return serial_fault(serial, l);
        (void)snprintf(m.serial, sizeof m.serial, "%s", serial);
        (void)snprintf(m.name, sizeof m.name, "%s", answer_text(element, NULL, "name"));
        *ret = m;
        return NULL;
}

void medium_text(const struct medium *m, char to[MEDIUM_TEXT]) {
        static const char *const marks[] = { "", BY_DIGEST, BY_UUID };
        char digest[2 * FACTS_DIGEST + 1], uuid[UUID_TEXT];
        const char *const what[] = { m->serial, digest, uuid };

        hex_of(m->fingerprint, FACTS_DIGEST, digest);
        uuid_text(m->uuid, uuid);
        (void)snprintf(to, MEDIUM_TEXT, "%s %04x:%04x %s%s", bus_name(m->bus), m->vendor, m->product, marks[m->how],
                       what[m->how]);
}

/* The last part of the text, behind bus and ids: what identifies the medium. */
static bool what_parse(const char *text, struct medium *m) {
        if (strncmp(text, BY_DIGEST, strlen(BY_DIGEST)) == 0) {
                m->how = MEDIUM_BY_FINGERPRINT;
                return hex_bytes(text + strlen(BY_DIGEST), m->fingerprint, FACTS_DIGEST);
        }
        if (strncmp(text, BY_UUID, strlen(BY_UUID)) == 0) {
                m->how = MEDIUM_BY_UUID;
                return uuid_parse(text + strlen(BY_UUID), m->uuid);
        }
        if (strlen(text) >= sizeof m->serial || serial_fault(text, LANGUAGE_EN))
                return false;
        (void)snprintf(m->serial, sizeof m->serial, "%s", text);
        return true;
}

bool medium_parse(const char *text, struct medium *ret) {
        struct medium m = { 0 };
        char bus[16] = "";
        int n = 0;

        if (sscanf(text, "%15[a-z]%n", bus, &n) != 1 || text[n] != ' ')
                return false;
        m.bus = bus_from_name(bus);
        text += n + 1;
        if (!is_for_media(m.bus) || !id_read(text, &m.vendor) || text[4] != ':' || !id_read(text + 5, &m.product)
            || text[9] != ' ' || !what_parse(text + 10, &m))
                return false;
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
        struct device_facts f = { .bus = m->bus,
                                  .vendor = m->vendor,
                                  .product = m->product,
                                  .n_interfaces = 1,
                                  .interfaces = { { 0, 0, 0x08, 0x06, 0 } } };

        if (m->bus == BUS_USB)
                f.interfaces[0] = (struct interface_facts){ 1, 0, 0x08, 0x06, 0x50 }; /* bulk-only, as sticks are */
        if (m->how == MEDIUM_BY_UUID) {
                f.medium = (struct medium_facts){ .state = MEDIUM_PLAIN, .n = 1 };
                memcpy(f.medium.uuid[0], m->uuid, UUID_SIZE);
        }
        (void)snprintf(f.serial, sizeof f.serial, "%s", m->serial);
        (void)snprintf(f.name, sizeof f.name, "%s", m->name);
        memcpy(f.fingerprint, m->fingerprint, FACTS_DIGEST);
        return f;
}
