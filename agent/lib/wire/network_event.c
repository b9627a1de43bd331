/* SPDX-License-Identifier: MIT */
/* network_event.c — version, type, the number of what was not told, then the fields of that type in the order of a
 * table, which serves both directions. See network_event.h. */
#include "wire/network_event.h"

#include <errno.h>

#define VERSION 1 /* of another version nothing is understood */

const char *network_force_name(enum network_force f) {
        static const char *const names[NETWORK_FORCES] = {
                [NETWORK_FORCE_NOT] = "failed",
                [NETWORK_FORCE_OPEN] = "open",
                [NETWORK_FORCE_OBSERVES] = "observes",
                [NETWORK_FORCE_REFUSES] = "refuses",
        };

        return names[f < NETWORK_FORCES ? f : NETWORK_FORCE_NOT];
}

const char *network_way_name(unsigned way) {
        static const char *const names[REFUSED_WAYS] = { "out", "in", "forward" };

        return names[way < REFUSED_WAYS ? way : REFUSED_OUT];
}

const char *network_link_sort_name(enum identity_sort s) {
        static const char *const names[IDENTITY_SORTS] = {
                [IDENTITY_UNNAMED] = "unnamed", [IDENTITY_ENSLAVED] = "enslaved",
                [IDENTITY_RADIO] = "radio",     [IDENTITY_UNREADABLE] = "unreadable",
                [IDENTITY_SECOND] = "second",   [IDENTITY_LOOPBACK] = "loopback",
                [IDENTITY_NAMED] = "named",
        };

        return names[s];
}

enum field_sort { FIELD_NUMBER, FIELD_TEXT, FIELD_BYTES };

struct field {
        enum network_event_type type;
        enum field_sort sort;
        size_t offset, size;
        uint64_t most; /* of a number; 0: whatever fits */
};

#define FIELD(type, sort, member, most)                                                                                \
        { type, sort, offsetof(struct network_event, member), sizeof(((struct network_event *)0)->member), most }
#define NUMBER(type, member, most) FIELD(type, FIELD_NUMBER, member, most)
#define FLAG(type, member) NUMBER(type, member, 1)
#define TEXT(type, member) FIELD(type, FIELD_TEXT, member, 0)
#define BYTES(type, member) FIELD(type, FIELD_BYTES, member, 0)
#define ERRNO_MOST 4095

static const struct field fields[] = {
        NUMBER(NETWORK_EVENT_FORCE, force.force, NETWORK_FORCES - 1),
        NUMBER(NETWORK_EVENT_FORCE, force.serial, 0),
        TEXT(NETWORK_EVENT_FORCE, force.why),
        NUMBER(NETWORK_EVENT_LINK, link.sort, IDENTITY_SORTS - 1),
        NUMBER(NETWORK_EVENT_LINK, link.deed, GUARD_DEEDS - 1),
        NUMBER(NETWORK_EVENT_LINK, link.error, ERRNO_MOST),
        NUMBER(NETWORK_EVENT_LINK, link.index, INT32_MAX),
        NUMBER(NETWORK_EVENT_LINK, link.times, 0),
        FLAG(NETWORK_EVENT_LINK, link.observed),
        FLAG(NETWORK_EVENT_LINK, link.has_mac),
        BYTES(NETWORK_EVENT_LINK, link.mac),
        TEXT(NETWORK_EVENT_LINK, link.name),
        TEXT(NETWORK_EVENT_LINK, link.kind),
        TEXT(NETWORK_EVENT_LINK, link.driver),
        TEXT(NETWORK_EVENT_LINK, link.path),
        TEXT(NETWORK_EVENT_LINK, link.interface),
        TEXT(NETWORK_EVENT_SYSCTL, sysctl.path),
        NUMBER(NETWORK_EVENT_SYSCTL, sysctl.found, 0),
        NUMBER(NETWORK_EVENT_SYSCTL, sysctl.error, ERRNO_MOST),
        NUMBER(NETWORK_EVENT_RADIO, radio.index, 0),
        NUMBER(NETWORK_EVENT_RADIO, radio.type, 0),
        NUMBER(NETWORK_EVENT_RADIO, radio.error, ERRNO_MOST),
        FLAG(NETWORK_EVENT_ROUTE, route.v6),
        FLAG(NETWORK_EVENT_ROUTE, route.has_gateway),
        NUMBER(NETWORK_EVENT_ROUTE, route.prefix, 128),
        NUMBER(NETWORK_EVENT_ROUTE, route.table, 0),
        NUMBER(NETWORK_EVENT_ROUTE, route.out, INT32_MAX),
        TEXT(NETWORK_EVENT_ROUTE, route.link),
        BYTES(NETWORK_EVENT_ROUTE, route.gateway),
        NUMBER(NETWORK_EVENT_REFUSED, refused.way, REFUSED_WAYS - 1),
        FLAG(NETWORK_EVENT_REFUSED, refused.v6),
        BYTES(NETWORK_EVENT_REFUSED, refused.address),
        NUMBER(NETWORK_EVENT_REFUSED, refused.protocol, 0),
        NUMBER(NETWORK_EVENT_REFUSED, refused.port, 0),
        NUMBER(NETWORK_EVENT_REFUSED, refused.uid, 0),
        NUMBER(NETWORK_EVENT_REFUSED, refused.packets, 0),
        NUMBER(NETWORK_EVENT_REFUSED, refused.bytes, 0),
        FLAG(NETWORK_EVENT_REFUSED, refused.observed),
        FLAG(NETWORK_EVENT_RESOLVER, resolver.v6),
        BYTES(NETWORK_EVENT_RESOLVER, resolver.address),
        NUMBER(NETWORK_EVENT_RESOLVER, resolver.error, ERRNO_MOST),
        TEXT(NETWORK_EVENT_RESOLVER, resolver.file),
};

/* A struct has its numbers as the machine has them, with 1, 2, 4 or 8 bytes. */
static uint64_t number_of(const uint8_t *at, size_t size) {
        uint16_t two;
        uint32_t four;
        uint64_t eight;

        switch (size) {
        case 1:
                return *at;
        case 2:
                memcpy(&two, at, sizeof two);
                return two;
        case 4:
                memcpy(&four, at, sizeof four);
                return four;
        default:
                memcpy(&eight, at, sizeof eight);
                return eight;
        }
}

static void number_set(uint8_t *at, size_t size, uint64_t value) {
        const uint16_t two = (uint16_t)value;
        const uint32_t four = (uint32_t)value;

        switch (size) {
        case 1:
                *at = (uint8_t)value;
                break;
        case 2:
                memcpy(at, &two, sizeof two);
                break;
        case 4:
                memcpy(at, &four, sizeof four);
                break;
        default:
                memcpy(at, &value, sizeof value);
        }
}

static bool number_fits(const struct field *f, uint64_t value) {
        return !f->most || value <= f->most;
}

static void field_put(struct bytes_out *out, const struct field *f, const uint8_t *at) {
        switch (f->sort) {
        case FIELD_NUMBER:
                out->broken = out->broken || !number_fits(f, number_of(at, f->size));
                return bytes_put_uint(out, number_of(at, f->size), f->size);
        case FIELD_TEXT:
                out->broken = out->broken || !memchr(at, 0, f->size);
                return out->broken ? (void)0 : bytes_put_string(out, (const char *)at);
        case FIELD_BYTES:
                return bytes_put(out, at, f->size);
        }
}

static void field_take(struct bytes *in, const struct field *f, uint8_t *at) {
        uint64_t value;

        switch (f->sort) {
        case FIELD_NUMBER:
                value = bytes_uint(in, f->size);
                in->broken = in->broken || !number_fits(f, value);
                return number_set(at, f->size, value);
        case FIELD_TEXT:
                return bytes_string(in, (char *)at, f->size);
        case FIELD_BYTES:
                return bytes_copy(in, at, f->size);
        }
}

size_t network_event_encode(const struct network_event *e, void *to) {
        struct bytes_out out = bytes_into(to, NETWORK_EVENT_MAX);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, e->type, 1);
        bytes_put_uint(&out, e->untold, 8);
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
                if (fields[i].type == e->type)
                        field_put(&out, &fields[i], (const uint8_t *)e + fields[i].offset);
        return out.broken || e->type >= NETWORK_EVENTS ? 0 : out.used;
}

int network_event_decode(struct bytes from, struct network_event *ret) {
        const uint8_t version = bytes_u8(&from), type = bytes_u8(&from);
        struct network_event e = { .type = (enum network_event_type)type, .untold = bytes_u64(&from) };

        *ret = (struct network_event){ 0 };
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
                if (fields[i].type == type)
                        field_take(&from, &fields[i], (uint8_t *)&e + fields[i].offset);
        if (!bytes_done(&from) || version != VERSION || type >= NETWORK_EVENTS)
                return -EBADMSG;
        *ret = e;
        return 0;
}
