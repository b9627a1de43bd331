/* SPDX-License-Identifier: MIT */
/* fingerprint.h — one number for "the same device", wherever it is plugged. Knows facts only.
 *
 * SHA-256 over these fields, each preceded by its length in bytes as a 32-bit little-endian number:
 *   1. the text "sekimori-fingerprint-1"
 *   2. idVendor, 3. idProduct: two bytes each, little-endian
 *   4. serial, 5. product string, 6. manufacturer string: bytes as sysfs shows them, without the final newline
 *   7. bDeviceClass, bDeviceSubClass, bDeviceProtocol: three bytes
 *   8. the distinct interfaces: bConfigurationValue, bInterfaceNumber, class, subclass, protocol, five bytes each,
 *      in ascending order of these bytes
 *   9. only of a USB device that contradicts itself: SHA-256 of its `descriptors` file, so that who accepts it by its
 *      fingerprint accepts these very bytes
 * Not in it, because they change with the port or the controller: bcdUSB, speed, bus, port, addresses. */
#pragma once

#include "decision/facts.h"

/* `contradictory`: the digest that is the ninth field, or NULL. Reads everything but f->fingerprint; interfaces must be
 * sorted, as struct interfaces is. */
void fingerprint_of(const struct device_facts *f, const uint8_t *contradictory, uint8_t ret[FACTS_DIGEST]);
