/* SPDX-License-Identifier: MIT */
/* descriptors.h — our own strict reading of a device's raw `descriptors` file (USB 2.0 §9.6). Opens nothing.
 *
 * The file is what the kernel read: the device descriptor (18 bytes, bNumConfigurations already cut to what it got),
 * then each configuration, cut where the kernel stopped parsing it (usb_parse_configuration in
 * drivers/usb/core/config.c). The kernel carries on after lengths and counts that contradict each other; we do not:
 * whatever the kernel would warn about when it counts interfaces is wrong here, so no device can hide an interface by
 * being read differently. Three contradictions are read as the kernel reads them, and told apart, so that a rule can
 * accept them (decision/malformed.h). */
#pragma once

#include "base/bytes.h"
#include "observer/interfaces.h"

#define DESCRIPTORS_DEVICE 18
#define DESCRIPTORS_CONFIGURATIONS 8                 /* USB_MAXCONFIG */
#define DESCRIPTORS_MAX (DESCRIPTORS_DEVICE + 65535) /* what the sysfs attribute can show */

#define DESCRIPTORS_MENDS (DESCRIPTORS_CONFIGURATIONS + 2)

struct mend {
        uint32_t at;
        uint8_t value;
};

struct descriptors {
        enum malformed wrong; /* the one contradiction that counts (malformed_graver); what is known still stands */
        const uint8_t *file;  /* the bytes that were read, to tell where `mends` are */
        uint8_t n_mends;
        struct mend mends[DESCRIPTORS_MENDS]; /* bytes that Linux takes for others, where `wrong` is acceptable */
        uint16_t vendor, product, release;    /* bcdDevice */
        uint8_t klass, subclass, protocol;
        uint8_t n_configurations;
        struct interfaces interfaces;
};

void descriptors_read(struct bytes raw, struct descriptors *ret);

/* Write into the same bytes what Linux takes them for. Only where `wrong` is acceptable: then they are consistent. */
void descriptors_mend(const struct descriptors *d, uint8_t *raw);
