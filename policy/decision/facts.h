/* SPDX-License-Identifier: MIT */
/* facts.h — what is known of one device. Plain data: made by the observer, judged by the policy.
 *
 * Strings are the bytes that the device chose: never trusted, never printed unescaped. */
#pragma once

#include "base/uuid.h"
#include "decision/malformed.h"

#include <stdbool.h>
#include <stdint.h>

/* A device shows at most this many distinct interfaces (over all configurations and alternate settings);
 * one with more is `malformed`. The bound is what a verdict's bit mask can hold. */
#define FACTS_INTERFACES 64
#define FACTS_STRING 384 /* 126 UTF-16 units, the most a string descriptor can carry, as UTF-8, and a NUL */
#define FACTS_PORT 64
#define FACTS_DRIVER 64 /* a driver's or a module's name, with its NUL */
#define FACTS_DIGEST 32
#define FACTS_UUIDS 4 /* of one medium; it may be known by any of them */

/* Each bus that a policy can name: its enumerator, its name, and whether there is nothing but disks on it. */
#define BUS_ROWS(ROW)                                                                                                  \
        ROW(BUS_USB, "usb", false)                                                                                     \
        ROW(BUS_MMC, "mmc", true)                                                                                      \
        ROW(BUS_SCSI, "scsi", true)                                                                                    \
        ROW(BUS_ATA, "ata", true)                                                                                      \
        ROW(BUS_NVME, "nvme", true)                                                                                    \
        ROW(BUS_THUNDERBOLT, "thunderbolt", false)                                                                     \
        ROW(BUS_FIREWIRE, "firewire", true)                                                                            \
        ROW(BUS_VIRTIO, "virtio", true)

/* The order is the wire's (wire/sighting.h). BUS_UNKNOWN: in a rule any bus; of a device a disk on none of these. */
#define BUS_ENUMERATOR(bus, name, disks) bus,
enum bus { BUS_UNKNOWN, BUS_ROWS(BUS_ENUMERATOR) BUS_COUNT };

/* As the policy language says it; "unknown" for any other. */
const char *bus_name(enum bus b);

/* BUS_UNKNOWN for any other name. */
enum bus bus_from_name(const char *name);

/* One distinct (configuration, number, class triple). An interface number whose alternate settings differ
 * in class stands here once for each. Classes: usb.org "Defined Class Codes". */
struct interface_facts {
        uint8_t configuration, number;
        uint8_t klass, subclass, protocol;
};

/* The result of examining the medium itself. */
enum medium_state {
        MEDIUM_UNKNOWN,    /* not examined */
        MEDIUM_UNREADABLE, /* examined: there is none, or it does not answer */
        MEDIUM_PLAIN,      /* something on it is no LUKS */
        MEDIUM_ENCRYPTED,  /* all that is on it is LUKS */
        MEDIUM_STATES
};

struct medium_facts {
        enum medium_state state;
        uint8_t n;
        uint8_t uuid[FACTS_UUIDS][UUID_SIZE]; /* of its LUKS headers, and of its enrolment token */
};

struct device_facts {
        enum bus bus;
        uint16_t vendor, product;
        uint8_t klass, subclass, protocol; /* of the device descriptor */
        enum malformed malformed;          /* what it contradicts; denied, unless a rule accepts it by name */
        bool speaks_mtp;                   /* the hardware database knows it for a phone or a camera */
        uint8_t n_interfaces;
        struct interface_facts interfaces[FACTS_INTERFACES];
        uint64_t foreign; /* bit i: by vendor and product, a driver of another kind than its class says takes it */
        char driver[FACTS_DRIVER]; /* the first such driver; "?": which one is not known; "" where there is none */
        uint64_t ccid; /* bit i: interfaces[i] is of the vendor's class, and each setting has a CCID class descriptor */
        /* Bit i: the report descriptor of interfaces[i], which the kernel reads once a driver has it, announces a FIDO
         * security key; anything but that. Neither: it was not read. Both add up while the device is plugged in. */
        uint64_t fido, not_fido;
        char serial[FACTS_STRING], name[FACTS_STRING], manufacturer[FACTS_STRING];
        char port[FACTS_PORT]; /* where it is plugged: "1-2.3" */
        uint8_t fingerprint[FACTS_DIGEST];
        struct medium_facts medium; /* never from the observer: sekimori-keeper examines it, when a rule asks */
};

/* Are there only disks on this bus? True of BUS_UNKNOWN, too: on unlisted buses only disks are reported. */
bool bus_is_of_disks(enum bus b);
bool facts_are_of_a_disk(const struct device_facts *f);
