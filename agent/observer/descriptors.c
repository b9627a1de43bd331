/* SPDX-License-Identifier: MIT */
/* descriptors.c — goes from descriptor to descriptor by bLength, with a cursor that cannot leave the buffer
 * (base/bytes.h); the first contradiction is kept, and reading goes on as far as lengths allow. See descriptors.h. */
#include "observer/descriptors.h"

enum type { TYPE_DEVICE = 1, TYPE_CONFIGURATION = 2, TYPE_INTERFACE = 4, TYPE_ENDPOINT = 5, TYPE_CCID = 0x21 };

/* USB 2.0 §9.6.3 and §9.6.6: what every descriptor of the type has at least. */
#define CONFIGURATION_SIZE 9
#define ENDPOINT_SIZE 7

/* Where wTotalLength and bNumEndpoints stand in their descriptors (USB 2.0 §9.6.3, §9.6.5). */
#define TOTAL_AT 2
#define ENDPOINTS_AT 4

/* CCID 1.1 §5.1. HID descriptors have the same type, and other lengths (HID 1.11 §6.2.1: 6 + 3 for each report). */
#define CCID_SIZE 54

/* Beyond these the kernel drops what it reads: USB_MAXINTERFACES, USB_MAXALTSETTING. */
#define NUMBERS_MAX 32
#define ALTERNATES_MAX 128

/* What one configuration has shown so far. */
struct configuration {
        uint8_t value, announced;
        struct interface_facts last; /* the interface being read, if there is one: the next one begins where it ends */
        bool reading, ccid;          /* is there one, and has it a CCID descriptor? */
        uint8_t endpoints, shown;    /* how many it has announced and not shown yet; how many it has shown */
        const uint8_t *last_at;      /* its descriptor */
        unsigned numbers;            /* distinct interface numbers */
        uint8_t alternates[256];     /* how many settings each number has */
        uint8_t seen[256 * 256 / 8]; /* one bit for each (number, setting) */
};

static void descriptors_wrong(struct descriptors *d, enum malformed why) {
        d->wrong = malformed_graver(d->wrong, why);
}

/* More than fit are in more configurations than there may be. */
static void descriptors_mend_byte(struct descriptors *d, const uint8_t *at, size_t value) {
        if (d->n_mends < DESCRIPTORS_MENDS)
                d->mends[d->n_mends++] = (struct mend){ (uint32_t)(at - d->file), (uint8_t)value };
}

static void read_device(struct bytes *raw, struct descriptors *d) {
        uint8_t length = bytes_u8(raw), type = bytes_u8(raw);

        (void)bytes_u16(raw); /* bcdUSB: differs with the port, says nothing of the device */
        d->klass = bytes_u8(raw);
        d->subclass = bytes_u8(raw);
        d->protocol = bytes_u8(raw);
        (void)bytes_u8(raw); /* bMaxPacketSize0 */
        d->vendor = bytes_u16(raw);
        d->product = bytes_u16(raw);
        d->release = bytes_u16(raw);
        (void)bytes_take(raw, 3); /* string indexes */
        d->n_configurations = bytes_u8(raw);
        if (raw->broken)
                descriptors_wrong(d, MALFORMED_DEVICE_CUT);
        else if (length != DESCRIPTORS_DEVICE || type != TYPE_DEVICE)
                descriptors_wrong(d, MALFORMED_NO_DEVICE);
        else if (d->n_configurations == 0 || d->n_configurations > DESCRIPTORS_CONFIGURATIONS)
                descriptors_wrong(d, MALFORMED_CONFIGURATIONS);
}

/* The same setting twice: the kernel keeps the first, another reader may keep the second. */
static bool first_time(struct configuration *c, uint8_t number, uint8_t setting) {
        size_t bit = (size_t)number << 8 | setting;
        uint8_t mask = (uint8_t)(1u << (bit & 7));
        bool fresh = !(c->seen[bit >> 3] & mask);

        c->seen[bit >> 3] |= mask;
        return fresh;
}

static void interface_ends(struct configuration *c, struct descriptors *d) {
        if (c->reading)
                interfaces_add(&d->interfaces, c->last, c->ccid);
        c->reading = c->ccid = false;
}

static void read_interface(struct bytes body, struct configuration *c, struct descriptors *d) {
        struct interface_facts one = { .configuration = c->value };
        uint8_t setting;

        interface_ends(c, d);
        c->last_at = body.at;
        (void)bytes_take(&body, 2);
        one.number = bytes_u8(&body);
        setting = bytes_u8(&body);
        c->endpoints = bytes_u8(&body);
        c->shown = 0;
        one.klass = bytes_u8(&body);
        one.subclass = bytes_u8(&body);
        one.protocol = bytes_u8(&body);
        (void)bytes_u8(&body); /* iInterface */
        if (body.broken) {
                descriptors_wrong(d, MALFORMED_INTERFACE_CUT);
                return;
        }
        if (!first_time(c, one.number, setting)) {
                descriptors_wrong(d, MALFORMED_SETTING_TWICE);
        } else {
                c->numbers += c->alternates[one.number] == 0;
                c->alternates[one.number] = (uint8_t)(c->alternates[one.number] + (c->alternates[one.number] < 255));
                if (c->alternates[one.number] > ALTERNATES_MAX)
                        descriptors_wrong(d, MALFORMED_SETTINGS_MANY);
        }
        c->last = one;
        c->reading = true;
}

/* Fewer endpoints than announced are common and harmless, except at the end, where libusb looks for one that is not
 * there. One too many stands where another parser may expect an interface. */
static void read_endpoint(struct bytes body, struct configuration *c, struct descriptors *d) {
        if (body.left < ENDPOINT_SIZE)
                descriptors_wrong(d, MALFORMED_ENDPOINT_CUT);
        else if (c->endpoints == 0)
                descriptors_wrong(d, MALFORMED_ENDPOINT_MORE);
        else
                c->endpoints--, c->shown++;
}

/* The descriptors behind the configuration's own, each by its length. */
static void read_body(struct bytes body, struct configuration *c, struct descriptors *d) {
        while (body.left) {
                struct bytes head = body, one;
                uint8_t length = bytes_u8(&head), type = bytes_u8(&head);

                one = bytes_take(&body, length);
                if (head.broken || length < 2 || one.broken) {
                        descriptors_wrong(d, MALFORMED_LENGTH);
                        return;
                }
                if (type == TYPE_INTERFACE)
                        read_interface(one, c, d);
                else if (type == TYPE_ENDPOINT)
                        read_endpoint(one, c, d);
                else if (type == TYPE_CCID && length == CCID_SIZE)
                        c->ccid = true;
                else if (type == TYPE_DEVICE || type == TYPE_CONFIGURATION)
                        descriptors_wrong(d, MALFORMED_NESTED);
        }
}

static void judge_configuration(const struct configuration *c, struct descriptors *d) {
        if (c->value == 0)
                descriptors_wrong(d, MALFORMED_CONFIGURATION_ZERO);
        if (c->numbers == 0)
                descriptors_wrong(d, MALFORMED_NO_INTERFACES);
        if (c->numbers > NUMBERS_MAX)
                descriptors_wrong(d, MALFORMED_INTERFACES_MANY);
        if (c->numbers != c->announced)
                descriptors_wrong(d, MALFORMED_INTERFACES);
        if (c->endpoints) {
                descriptors_wrong(d, MALFORMED_ENDPOINTS_MISSING);
                descriptors_mend_byte(d, c->last_at + ENDPOINTS_AT, c->shown);
        }
}

/* More is announced than there is. Behind the last configuration there is nothing that could be taken for a part of it:
 * Linux uses what is there (usb_parse_configuration). */
static size_t configuration_shorter(size_t total, struct bytes raw, bool last, struct descriptors *d) {
        if (total <= raw.left)
                return total;
        if (!last)
                descriptors_wrong(d, MALFORMED_CONFIGURATION_CUT);
        else
                descriptors_wrong(d, total - raw.left == 1 ? MALFORMED_EXCESS_BYTE : MALFORMED_TOTAL_LENGTH);
        descriptors_mend_byte(d, raw.at + TOTAL_AT, raw.left & 0xff);
        descriptors_mend_byte(d, raw.at + TOTAL_AT + 1, raw.left >> 8);
        return raw.left;
}

static void read_configuration(struct bytes *raw, struct descriptors *d, bool last, bool values[256]) {
        struct configuration c = { 0 };
        struct bytes head = *raw, body;
        uint8_t length = bytes_u8(&head), type = bytes_u8(&head);
        size_t total = bytes_u16(&head);

        c.announced = bytes_u8(&head);
        c.value = bytes_u8(&head);
        if (head.broken || type != TYPE_CONFIGURATION || length < CONFIGURATION_SIZE || total < length) {
                descriptors_wrong(d, MALFORMED_NO_CONFIGURATION);
                *raw = (struct bytes){ .broken = true };
                return;
        }
        total = configuration_shorter(total, *raw, last, d);
        if (values[c.value])
                descriptors_wrong(d, MALFORMED_CONFIGURATION_TWICE);
        values[c.value] = true;
        body = bytes_take(raw, total);
        (void)bytes_take(&body, length);
        if (body.broken)
                descriptors_wrong(d, MALFORMED_CONFIGURATION_CUT);
        else
                read_body(body, &c, d);
        interface_ends(&c, d);
        judge_configuration(&c, d);
}

void descriptors_read(struct bytes raw, struct descriptors *ret) {
        struct descriptors d = { .file = raw.at };
        bool values[256] = { 0 };

        if (raw.left >= DESCRIPTORS_MAX)
                descriptors_wrong(&d, MALFORMED_CONFIGURATION_CUT); /* the kernel may have more than it can show */
        read_device(&raw, &d);
        for (unsigned i = 0; i < d.n_configurations && !raw.broken; i++)
                read_configuration(&raw, &d, i + 1 == d.n_configurations, values);
        if (!bytes_done(&raw))
                descriptors_wrong(&d, MALFORMED_TAIL);
        if (d.interfaces.overfull)
                descriptors_wrong(&d, MALFORMED_KINDS_MANY);
        *ret = d;
}

void descriptors_mend(const struct descriptors *d, uint8_t *raw) {
        for (unsigned i = 0; i < d->n_mends; i++)
                raw[d->mends[i].at] = d->mends[i].value;
}
