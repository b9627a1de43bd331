/* SPDX-License-Identifier: MIT */
/* sighting.c — the layout of a sighting, once for both directions; the tests walk every byte of it. */
#include "wire/sighting.h"

#include <errno.h>

/* The first byte of every message: an agent never takes an observer of another version for its own. */
#define VERSION 4

#define CLASS_HID 0x03
#define CLASS_VENDOR 0xff

enum flag { FLAG_SPEAKS_MTP = 1 << 0, FLAGS = FLAG_SPEAKS_MTP };

/* One step of a path: not empty, not "." or "..". */
static bool component_is_plain(const char *at, size_t n) {
        return n > 0 && !(n == 1 && at[0] == '.') && !(n == 2 && at[0] == '.' && at[1] == '.');
}

/* A path that may be opened beneath /sys/devices. The kernel makes these names, without control characters. */
static bool path_is_plain(const char *path) {
        size_t start = 0, i = 0;

        for (;; i++) {
                uint8_t c = (uint8_t)path[i];

                if (c == '/' || c == '\0') {
                        if (!component_is_plain(path + start, i - start))
                                return false;
                        start = i + 1;
                }
                if (c == '\0')
                        return true;
                if (c < 0x20 || c == 0x7f)
                        return false;
        }
}

static bool type_has_path(enum sighting_type type) {
        return type >= SIGHTING_DEVICE && type <= SIGHTING_CONTROLLER;
}

static void put_facts(struct bytes_out *out, const struct device_facts *f) {
        bytes_put_uint(out, f->bus, 1);
        bytes_put_uint(out, f->vendor, 2);
        bytes_put_uint(out, f->product, 2);
        bytes_put_uint(out, f->klass, 1);
        bytes_put_uint(out, f->subclass, 1);
        bytes_put_uint(out, f->protocol, 1);
        bytes_put_uint(out, f->speaks_mtp ? FLAG_SPEAKS_MTP : 0, 1);
        bytes_put_uint(out, f->malformed, 1);
        bytes_put_uint(out, f->n_interfaces, 1);
        for (size_t i = 0; i < f->n_interfaces; i++) {
                const struct interface_facts *in = &f->interfaces[i];
                const uint8_t raw[] = { in->configuration, in->number, in->klass, in->subclass, in->protocol };

                bytes_put(out, raw, sizeof raw);
        }
        bytes_put_uint(out, f->ccid, 8);
        bytes_put_uint(out, f->foreign, 8);
        bytes_put_uint(out, f->fido, 8);
        bytes_put_uint(out, f->not_fido, 8);
        bytes_put_string(out, f->driver);
        bytes_put_string(out, f->serial);
        bytes_put_string(out, f->name);
        bytes_put_string(out, f->manufacturer);
        bytes_put_string(out, f->port);
        bytes_put(out, f->fingerprint, sizeof f->fingerprint);
}

/* Only an interface that is there, of the vendor's class, can be known for a card reader by its CCID descriptor. */
static bool ccid_in_range(const struct device_facts *f) {
        for (unsigned i = 0; i < 64; i++)
                if (f->ccid >> i & 1 && (i >= f->n_interfaces || f->interfaces[i].klass != CLASS_VENDOR))
                        return false;
        return true;
}

static bool foreign_in_range(const struct device_facts *f) {
        return f->n_interfaces == FACTS_INTERFACES || f->foreign >> f->n_interfaces == 0;
}

/* Only HID has report descriptors. */
static bool reports_in_range(const struct device_facts *f) {
        for (unsigned i = 0; i < 64; i++)
                if ((f->fido | f->not_fido) >> i & 1 && (i >= f->n_interfaces || f->interfaces[i].klass != CLASS_HID))
                        return false;
        return true;
}

static bool facts_in_range(const struct device_facts *f) {
        return f->bus < BUS_COUNT && f->malformed < MALFORMED_COUNT && f->n_interfaces <= FACTS_INTERFACES
               && ccid_in_range(f) && foreign_in_range(f) && reports_in_range(f)
               && strnlen(f->driver, FACTS_DRIVER) < FACTS_DRIVER && strnlen(f->serial, FACTS_STRING) < FACTS_STRING
               && strnlen(f->name, FACTS_STRING) < FACTS_STRING && strnlen(f->manufacturer, FACTS_STRING) < FACTS_STRING
               && strnlen(f->port, FACTS_PORT) < FACTS_PORT;
}

static bool sighting_in_range(const struct sighting *s) {
        if (s->type < SIGHTING_DEVICE || s->type > SIGHTING_SCANNED)
                return false;
        if (type_has_path(s->type) && (strnlen(s->path, SIGHTING_PATH) == SIGHTING_PATH || !path_is_plain(s->path)))
                return false;
        return s->type != SIGHTING_DEVICE || facts_in_range(&s->facts);
}

size_t sighting_encode(const struct sighting *s, void *to, size_t size) {
        struct bytes_out out = bytes_into(to, size);

        if (!sighting_in_range(s))
                return 0;
        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, s->type, 1);
        if (type_has_path(s->type))
                bytes_put_string(&out, s->path);
        if (s->type == SIGHTING_SCANNED)
                bytes_put_uint(&out, s->scan, 4);
        if (s->type == SIGHTING_DEVICE) {
                bytes_put_uint(&out, s->busnum, 4);
                bytes_put_uint(&out, s->devnum, 4);
                bytes_put(&out, s->descriptors, sizeof s->descriptors);
                put_facts(&out, &s->facts);
        }
        return out.broken ? 0 : out.used;
}

/* False: a number is out of range. */
static bool read_facts(struct bytes *in, struct device_facts *f) {
        uint8_t bus = bytes_u8(in), flags, malformed;

        f->bus = bus < BUS_COUNT ? (enum bus)bus : BUS_UNKNOWN;
        f->vendor = bytes_u16(in);
        f->product = bytes_u16(in);
        f->klass = bytes_u8(in);
        f->subclass = bytes_u8(in);
        f->protocol = bytes_u8(in);
        flags = bytes_u8(in);
        malformed = bytes_u8(in);
        f->malformed = malformed < MALFORMED_COUNT ? (enum malformed)malformed : MALFORMED_NOT;
        f->speaks_mtp = flags & FLAG_SPEAKS_MTP;
        f->n_interfaces = bytes_u8(in);
        if (bus >= BUS_COUNT || malformed >= MALFORMED_COUNT || (flags & ~(unsigned)FLAGS)
            || f->n_interfaces > FACTS_INTERFACES)
                return false;
        for (size_t i = 0; i < f->n_interfaces; i++) {
                uint8_t raw[5];

                bytes_copy(in, raw, sizeof raw);
                f->interfaces[i] = (struct interface_facts){ raw[0], raw[1], raw[2], raw[3], raw[4] };
        }
        f->ccid = bytes_u64(in);
        f->foreign = bytes_u64(in);
        f->fido = bytes_u64(in);
        f->not_fido = bytes_u64(in);
        bytes_string(in, f->driver, sizeof f->driver);
        bytes_string(in, f->serial, sizeof f->serial);
        bytes_string(in, f->name, sizeof f->name);
        bytes_string(in, f->manufacturer, sizeof f->manufacturer);
        bytes_string(in, f->port, sizeof f->port);
        bytes_copy(in, f->fingerprint, sizeof f->fingerprint);
        return true;
}

int sighting_decode(struct bytes from, struct sighting *ret) {
        struct sighting s = { 0 };
        uint8_t version = bytes_u8(&from), type = bytes_u8(&from);

        if (version != VERSION || type < SIGHTING_DEVICE || type > SIGHTING_SCANNED)
                return -EBADMSG;
        s.type = (enum sighting_type)type;
        if (type_has_path(s.type))
                bytes_string(&from, s.path, sizeof s.path);
        if (s.type == SIGHTING_SCANNED)
                s.scan = bytes_u32(&from);
        if (s.type == SIGHTING_DEVICE) {
                s.busnum = bytes_u32(&from);
                s.devnum = bytes_u32(&from);
                bytes_copy(&from, s.descriptors, sizeof s.descriptors);
                if (!read_facts(&from, &s.facts))
                        return -EBADMSG;
        }
        if (!bytes_done(&from) || !sighting_in_range(&s))
                return -EBADMSG;
        *ret = s;
        return 0;
}

void scan_request_encode(uint32_t scan, uint8_t to[SCAN_REQUEST_SIZE]) {
        struct bytes_out out = bytes_into(to, SCAN_REQUEST_SIZE);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, scan, 4);
}

int scan_request_decode(struct bytes from, uint32_t *ret_scan) {
        uint8_t version = bytes_u8(&from);
        uint32_t scan = bytes_u32(&from);

        if (!bytes_done(&from) || version != VERSION)
                return -EBADMSG;
        *ret_scan = scan;
        return 0;
}
