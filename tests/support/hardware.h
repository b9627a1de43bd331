/* SPDX-License-Identifier: MIT */
/* hardware.h — pieces of hardware as builders: what a device answers when the kernel asks for descriptors and strings.
 * Knows no bus; plug() them into a bed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HARDWARE_DESCRIPTORS 16384

struct hardware {
        uint8_t descriptors[HARDWARE_DESCRIPTORS];
        size_t size;
        size_t configuration;                        /* where the one being built begins */
        const char *serial, *product, *manufacturer; /* NULL: the device has no such string */
        const char *speed;                           /* megabits per second, as sysfs writes it */
        const char *property;                        /* "ID_MTP_DEVICE=1": what the hardware database adds; or NULL */
};

/* Build one from scratch: a device descriptor, then configurations, each followed by what belongs to it. Lengths and
 * counts are kept right; hostile ones are made by writing into `descriptors` afterwards. */
struct hardware hardware_device(uint8_t klass, uint8_t subclass, uint8_t protocol, uint16_t vendor, uint16_t product);
void hardware_configuration(struct hardware *h, uint8_t value);
void hardware_interface(struct hardware *h, uint8_t number, uint8_t setting, uint8_t klass, uint8_t subclass,
                        uint8_t protocol, uint8_t endpoints);
void hardware_endpoint(struct hardware *h, uint8_t address, uint8_t attributes, uint16_t size, uint8_t interval);

/* Any descriptor: its type and what follows the type; the length is put in front. */
void hardware_extra(struct hardware *h, uint8_t type, const void *rest, size_t n);

/* Realistic ones. Serial numbers are made up. */
struct hardware a_keyboard(void); /* low speed, boot keyboard + media keys */
struct hardware a_mouse(void);
struct hardware a_hub(void);      /* USB 2.0, one alternate setting per transaction translator kind */
struct hardware a_fast_hub(void); /* SuperSpeed, with companions */
struct hardware a_stick(void);    /* mass storage, bulk only */
struct hardware a_uas_disk(void); /* SuperSpeed: bulk only, and UAS as its alternate setting */
struct hardware a_qemu_keyboard(void);
struct hardware a_qemu_storage(void);
struct hardware a_headset(void);         /* audio control, streaming with alternate settings, HID buttons */
struct hardware a_webcam(void);          /* IAD, video control and streaming, class-specific descriptors */
struct hardware a_network_adapter(void); /* RNDIS in one configuration, CDC-ECM in the other */
struct hardware a_printer(void);
struct hardware a_card_reader(void);    /* CCID */
struct hardware a_vendor_reader(void);  /* CCID in the vendor's class */
struct hardware a_felica_reader(void);  /* CCID, and a maker's own interface beside it */
struct hardware a_card_keyboard(void);  /* a keyboard with a slot for cards */
struct hardware a_label_printer(void);  /* prints by generic HID, and has its Windows program on a disk */
struct hardware a_phone(void);          /* vendor class; the hardware database says MTP */
struct hardware a_camera(void);         /* PTP */
struct hardware a_bad_keyboard(void);   /* a keyboard that is also mass storage */
struct hardware a_serial_adapter(void); /* CDC-ACM */
