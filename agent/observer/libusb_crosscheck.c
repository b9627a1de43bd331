/* SPDX-License-Identifier: MIT */
/* libusb_crosscheck.c — see libusb_crosscheck.h.
 *
 * libusb's own list of devices follows udevd, milliseconds behind the kernel, and costs a walk over every device
 * present for each one plugged. So libusb is told to discover nothing, and is given the very bytes that we have read
 * and hashed (libusb_wrap_sys_device); its parser is what we want of it. */
#include "observer/libusb_crosscheck.h"

#include "base/cleanup.h"

#include <errno.h>
#include <libusb-1.0/libusb.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* CCID 1.1 §5.1: bDescriptorType, bLength. */
#define CCID_TYPE 0x21
#define CCID_SIZE 54

/* libusb asks the descriptor that it is given for the device's address by ioctl, which a file in memory cannot answer.
 * Only this request is answered here: with address 0, which no device has. libusb's call arrives here because a
 * program's own symbols come first. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...) {
        va_list ap;
        void *to;

        va_start(ap, request);
        to = va_arg(ap, void *);
        va_end(ap);
        if (request != USBDEVFS_CONNECTINFO)
                return (int)syscall(SYS_ioctl, fd, request, to);
        *(struct usbdevfs_connectinfo *)to = (struct usbdevfs_connectinfo){ 0 };
        return 0;
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

/* libusb leaves the descriptors of a class as bytes: those before the first endpoint with the setting, others with the
 * endpoint that they follow. */
static bool extra_has_ccid(const unsigned char *extra, int size) {
        struct bytes in = bytes_of(extra, size > 0 ? (size_t)size : 0);

        while (in.left >= 2) {
                struct bytes one = bytes_take(&in, in.at[0] < 2 ? 2 : in.at[0]);

                if (one.left == CCID_SIZE && one.at[1] == CCID_TYPE)
                        return true;
        }
        return false;
}

static bool setting_has_ccid(const struct libusb_interface_descriptor *a) {
        bool has = extra_has_ccid(a->extra, a->extra_length);

        /* libusb 1.0.26 leaves a number and no endpoints where it gives up in the middle of a configuration. */
        for (int i = 0; a->endpoint && i < a->bNumEndpoints && !has; i++)
                has = extra_has_ccid(a->endpoint[i].extra, a->endpoint[i].extra_length);
        return has;
}

static void add_configuration(const struct libusb_config_descriptor *c, struct interfaces *set) {
        for (size_t i = 0; i < c->bNumInterfaces; i++) {
                const struct libusb_interface *interface = &c->interface[i];

                for (int k = 0; k < interface->num_altsetting; k++) {
                        const struct libusb_interface_descriptor *a = &interface->altsetting[k];

                        const struct interface_facts one = {
                                .configuration = c->bConfigurationValue,
                                .number = a->bInterfaceNumber,
                                .klass = a->bInterfaceClass,
                                .subclass = a->bInterfaceSubClass,
                                .protocol = a->bInterfaceProtocol,
                        };

                        interfaces_add(set, one, setting_has_ccid(a));
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

/* Mostly the file has the size already. */
static bool libusb_crosscheck_put(struct libusb_crosscheck *w, struct bytes raw) {
        if (raw.left != w->size && ftruncate(w->file, (off_t)raw.left) < 0)
                return false;
        w->size = raw.left;
        return pwrite(w->file, raw.at, raw.left, 0) == (ssize_t)raw.left;
}

bool libusb_crosscheck_agrees(struct libusb_crosscheck *w, struct bytes raw, const struct descriptors *ours) {
        libusb_device_handle *handle;
        bool agrees;

        if (!libusb_crosscheck_put(w, raw) || libusb_wrap_sys_device(w->libusb, w->file, &handle) != 0)
                return false;
        agrees = same_reading(libusb_get_device(handle), raw, ours);
        libusb_close(handle);
        return agrees;
}

/* A libusb that reads this otherwise would make all devices malformed: fail at once rather than deny keyboards. */
static bool reads_a_keyboard(struct libusb_crosscheck *w) {
        static const uint8_t keyboard[] = {
                18, 1,    0x10, 1, 0, 0, 0,    8,    0x34, 0x12, 0x78, 0x56, 0, 1, 0, 0, 0, 1, /* device */
                9,  2,    34,   0, 1, 1, 0,    0xa0, 50,                                       /* configuration */
                9,  4,    0,    0, 1, 3, 1,    1,    0,                                        /* interface */
                9,  0x21, 0x11, 1, 0, 1, 0x22, 63,   0,                                        /* HID */
                7,  5,    0x81, 3, 8, 0, 10,                                                   /* endpoint */
        };
        struct bytes raw = bytes_of(keyboard, sizeof keyboard);
        struct descriptors ours;

        descriptors_read(raw, &ours);
        return !ours.wrong && libusb_crosscheck_agrees(w, raw, &ours);
}

int libusb_crosscheck_open(struct libusb_crosscheck *w) {
        auto_fd file = memfd_create("descriptors", MFD_CLOEXEC);

        if (file < 0)
                return -errno;
        if (libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY) != 0)
                return -ENOTSUP;
        *w = (struct libusb_crosscheck){ .file = -1 };
        if (libusb_init(&w->libusb) != 0)
                return -EIO;
        w->file = take_fd(&file);
        if (reads_a_keyboard(w))
                return 0;
        libusb_crosscheck_close(w);
        return -ENOTSUP;
}

void libusb_crosscheck_close(struct libusb_crosscheck *w) {
        if (w->libusb)
                libusb_exit(w->libusb);
        if (w->file >= 0)
                (void)close(w->file);
        *w = (struct libusb_crosscheck){ .file = -1 };
}
