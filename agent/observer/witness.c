/* SPDX-License-Identifier: MIT */
/* witness.c — see witness.h.
 *
 * libusb learns of hot-plugged devices from udevd, milliseconds after the kernel told us. So each question is asked of
 * a fresh context, which reads sysfs by itself, and never of a list that may lag behind. */
#include "observer/witness.h"

#include <errno.h>
#include <libusb-1.0/libusb.h>

int witness_open(struct witness *w) {
        *w = (struct witness){ 0 };
        return libusb_init(&w->anchor) == 0 ? 0 : -EIO;
}

void witness_look_again(struct witness *w) {
        if (w->scan)
                libusb_exit(w->scan);
        w->scan = NULL;
}

void witness_close(struct witness *w) {
        witness_look_again(w);
        if (w->anchor)
                libusb_exit(w->anchor);
        w->anchor = NULL;
}

static bool same_device(const struct libusb_device_descriptor *d, struct bytes raw) {
        uint8_t theirs[DESCRIPTORS_DEVICE];
        struct bytes_out out = bytes_into(theirs, sizeof theirs);

        bytes_put_uint(&out, d->bLength, 1);
        bytes_put_uint(&out, d->bDescriptorType, 1);
        bytes_put_uint(&out, d->bcdUSB, 2);
        bytes_put_uint(&out, d->bDeviceClass, 1);
        bytes_put_uint(&out, d->bDeviceSubClass, 1);
        bytes_put_uint(&out, d->bDeviceProtocol, 1);
        bytes_put_uint(&out, d->bMaxPacketSize0, 1);
        bytes_put_uint(&out, d->idVendor, 2);
        bytes_put_uint(&out, d->idProduct, 2);
        bytes_put_uint(&out, d->bcdDevice, 2);
        bytes_put_uint(&out, d->iManufacturer, 1);
        bytes_put_uint(&out, d->iProduct, 1);
        bytes_put_uint(&out, d->iSerialNumber, 1);
        bytes_put_uint(&out, d->bNumConfigurations, 1);
        return bytes_equal(bytes_of(theirs, out.used), bytes_take(&raw, DESCRIPTORS_DEVICE));
}

static void add_configuration(const struct libusb_config_descriptor *c, struct interfaces *set) {
        for (size_t i = 0; i < c->bNumInterfaces; i++) {
                const struct libusb_interface *interface = &c->interface[i];

                for (int k = 0; k < interface->num_altsetting; k++) {
                        const struct libusb_interface_descriptor *a = &interface->altsetting[k];

                        interfaces_add(set, (struct interface_facts){
                                                    .configuration = c->bConfigurationValue,
                                                    .number = a->bInterfaceNumber,
                                                    .klass = a->bInterfaceClass,
                                                    .subclass = a->bInterfaceSubClass,
                                                    .protocol = a->bInterfaceProtocol,
                                            });
                }
        }
}

static bool same_reading(libusb_device *device, struct bytes raw, const struct descriptors *ours) {
        struct libusb_device_descriptor d;
        struct interfaces theirs = { 0 };

        if (libusb_get_device_descriptor(device, &d) != 0 || !same_device(&d, raw))
                return false;
        for (uint8_t i = 0; i < d.bNumConfigurations; i++) {
                struct libusb_config_descriptor *c;

                if (libusb_get_config_descriptor(device, i, &c) != 0)
                        return false;
                add_configuration(c, &theirs);
                libusb_free_config_descriptor(c);
        }
        return interfaces_equal(&theirs, &ours->interfaces);
}

static bool agrees_now(struct witness *w, uint32_t busnum, uint32_t devnum, struct bytes raw,
                       const struct descriptors *ours) {
        libusb_device **list = NULL;
        bool agrees = false;
        ssize_t n;

        if (!w->scan && libusb_init(&w->scan) != 0) {
                w->scan = NULL;
                return false;
        }
        n = libusb_get_device_list(w->scan, &list);
        for (ssize_t i = 0; i < n && !agrees; i++) {
                if (libusb_get_bus_number(list[i]) == busnum && libusb_get_device_address(list[i]) == devnum)
                        agrees = same_reading(list[i], raw, ours);
        }
        if (n >= 0)
                libusb_free_device_list(list, 1);
        return agrees;
}

bool witness_agrees(struct witness *w, uint32_t busnum, uint32_t devnum, struct bytes raw,
                    const struct descriptors *ours) {
        bool had_looked = w->scan;

        if (agrees_now(w, busnum, devnum, raw, ours))
                return true;
        if (!had_looked)
                return false;
        /* It may have been plugged since: only a fresh look can accuse. */
        witness_look_again(w);
        return agrees_now(w, busnum, devnum, raw, ours);
}
