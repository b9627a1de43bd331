/* SPDX-License-Identifier: MIT */
/* kind.h — what people call an interface: storage, hid, audio … as bits. Knows class codes, nothing else. */
#pragma once

#include "decision/facts.h"

#include <stddef.h>
#include <stdint.h>

enum kind {
        KIND_HID = 1 << 0,
        KIND_HID_KEYBOARD = 1 << 1,
        KIND_HID_MOUSE = 1 << 2,
        KIND_HUB = 1 << 3,
        KIND_STORAGE = 1 << 4,
        KIND_STILL_IMAGE = 1 << 5, /* PTP and MTP */
        KIND_PRINTER = 1 << 6,
        KIND_AUDIO = 1 << 7,
        KIND_MIDI = 1 << 8,
        KIND_VIDEO = 1 << 9,
        KIND_SMARTCARD = 1 << 10,
        KIND_CDC_SERIAL = 1 << 11,
        KIND_NETWORK = 1 << 12, /* CDC-ECM, NCM, EEM, MBIM, RNDIS in each of its spellings */
        KIND_WIRELESS = 1 << 13,
        KIND_DFU = 1 << 14,
        KIND_VENDOR = 1 << 15,       /* never together with another bit: it may speak anything */
        KIND_OTHER = 1 << 16,        /* a class without a name here */
        KIND_SECURITY_KEY = 1 << 17, /* generic HID whose report descriptor announces FIDO and nothing else */
};
#define KIND_COUNT 18

/* What a terminal needs to be usable at all: allowed when sealed, allowed when the audit log cannot be written. */
#define KINDS_ESSENTIAL (KIND_HID | KIND_HID_KEYBOARD | KIND_HID_MOUSE | KIND_HUB | KIND_SMARTCARD)

/* The kinds of one class triple; at least one bit. */
uint32_t kinds_of_class(uint8_t klass, uint8_t subclass, uint8_t protocol);

/* The kinds of interfaces[i]: those of its class, or KIND_SMARTCARD for one of the vendor's class that describes itself
 * as a card reader (struct device_facts, `ccid`). No driver of the kernel knows such an interface. KIND_SECURITY_KEY
 * beside KIND_HID only once its report descriptor was read (`fido`). KIND_VENDOR where a driver of another kind takes
 * it (`foreign`). */
uint32_t kinds_of_interface(const struct device_facts *f, size_t i);

/* Together those of the interfaces in the mask (bit i: interfaces[i]), as of what a verdict lets in. */
uint32_t kinds_of_interfaces(const struct device_facts *f, uint64_t interfaces);

/* A bit for each interface that is HID without a boot protocol: what it is, only its report descriptor tells. */
uint64_t interfaces_of_generic_hid(const struct device_facts *f);

/* The kinds of the device's own class, which counts like one more interface; 0 where it adds nothing to what the
 * interfaces say: it says "look at the interfaces" (00, EF:02:01, 02 without a subclass), or it is the vendor's and
 * each interface is known for a card reader. */
uint32_t kinds_of_device_class(const struct device_facts *f);

/* Every kind of the device, its device class included; KIND_STILL_IMAGE is added for a vendor device known to
 * speak MTP, so that people are told the right thing. For showing; of matching, only a rule that denies minds it. */
uint32_t kinds_to_show(const struct device_facts *f);

/* The policy language's name of the single bit, or NULL. */
const char *kind_name(uint32_t kind);

/* 0 for an unknown name. */
uint32_t kind_from_name(const char *name);
