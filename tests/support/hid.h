/* SPDX-License-Identifier: MIT */
/* hid.h — what the kernel makes of an interface of the class HID once a driver has it, in a bed. */
#pragma once

#include "support/bed.h"

/* The report descriptors of a FIDO security key, and of a keyboard. */
extern const uint8_t hid_report_key[34], hid_report_keyboard[23];

/* Interface `number` of configuration 1 was read: its HID device appears with this report descriptor, and is announced
 * as bound to its driver. Once more: it is another one now. */
void hid_reads(struct bed *bed, const char *path, unsigned number, const void *report, size_t size);

/* No driver has the interface any more. */
void hid_leaves(struct bed *bed, const char *path, unsigned number);
