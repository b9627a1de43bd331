/* SPDX-License-Identifier: MIT */
/* descriptors.c — whatever a device says: no crash in either reader, and nothing sound that hides an interface which
 * the kernel would see. */
#include "observer/descriptors.h"

#include "fuzz/fuzz.h"
#include "observer/libusb_crosscheck.h"
#include "support/usbcore.h"

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        static struct hardware (*const catalogue[])(void) = {
                a_keyboard,    a_hub,    a_fast_hub,        a_stick,          a_uas_disk,
                a_headset,     a_webcam, a_network_adapter, a_printer,        a_phone,
                a_card_reader, a_camera, a_bad_keyboard,    a_serial_adapter, a_vendor_reader,
        };

        for (size_t i = 0; i < sizeof catalogue / sizeof *catalogue; i++) {
                struct hardware h = catalogue[i]();

                add(h.descriptors, h.size);
        }
}

/* What the device said, and what the kernel would show of it. */
static void claims(struct libusb_crosscheck *w, const struct hardware *h) {
        struct bytes raw = bytes_of(h->descriptors, h->size);
        struct descriptors d;

        descriptors_read(raw, &d);
        CLAIM(d.interfaces.n <= FACTS_INTERFACES);
        if (!d.wrong || malformed_is_acceptable(d.wrong)) {
                struct interfaces kernels = usbcore_interfaces(h);

                CLAIM(interfaces_equal(&kernels, &d.interfaces));
                CLAIM(d.n_configurations > 0 && d.interfaces.n > 0);
        }
        (void)libusb_crosscheck_agrees(w, raw, &d);
}

void fuzz_try(const uint8_t *p, size_t n) {
        static struct libusb_crosscheck w = { .file = -1 };
        static struct hardware said, shown;

        if (!w.libusb)
                CLAIM(libusb_crosscheck_open(&w) == 0);
        if (n > sizeof said.descriptors)
                return;
        memset(&said, 0, sizeof said);
        if (n)
                memcpy(said.descriptors, p, n);
        said.size = n;
        claims(&w, &said);
        shown = usbcore_shows(&said);
        claims(&w, &shown);
}
