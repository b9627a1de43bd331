/* SPDX-License-Identifier: MIT */
/* What is written to a port and to a device, and of which plugging. */
#include "enforce/forget.h"
#include "enforce/tree.h"
#include "host/file.h"
#include "support/bed.h"
#include "support/ports.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct bed *bed;
static struct usb *usb;
static const char *reader;

static void given_a_reader(void) {
        struct err err = { 0 };

        bed = bed_new();
        reader = plug(bed, a_card_reader());
        cr_assert_eq(usb_open(&usb, &err), 0, "%s", err.text);
}

static void drop(void) {
        usb_free(usb);
        bed_free(bed);
}

static struct usb_forget opened(void) {
        auto_fd device = directory_open(usb->devices, reader);
        struct usb_forget f;

        cr_assert_geq(device, 0);
        cr_assert_eq(usb_forget_open(usb, device, reader, &f), 0);
        return f;
}

TestSuite(usb_forget_write, .init = given_a_reader, .fini = drop, .timeout = 30);

Test(usb_forget_write, turns_the_port_off_and_on) {
        char before[16];
        struct usb_forget f = opened();

        (void)snprintf(before, sizeof before, "%s", bed_read(bed, reader, "devnum"));
        (void)usb_forget_write(&f);
        usb_forget_close(&f);
        for (int i = 0; i < 10000 && strcmp(bed_read(bed, reader, "devnum"), before) <= 0; i++)
                (void)usleep(1000);
        cr_expect_str_neq(bed_read(bed, reader, "devnum"), before);
        cr_expect_str_neq(bed_read(bed, reader, "devnum"), "");
}

/* Nothing acts on this file: it reads as it was written last. */
static bool stays_on(int disable) {
        struct usb_forget f = opened();
        bool on;

        (void)close(f.disable);
        (void)close(f.remove);
        f.disable = disable, f.remove = -1;
        on = usb_forget_write(&f);
        usb_forget_close(&f);
        return on;
}

Test(usb_forget_write, says_whether_the_port_is_on_again) {
        int silent[2];

        cr_assert_eq(pipe2(silent, O_CLOEXEC), 0);
        cr_expect(stays_on(memfd_create("disable", MFD_CLOEXEC)));
        cr_expect_not(stays_on(silent[1]), "its hub does not say so");
        cr_expect(stays_on(-1), "it was never turned off");
        (void)close(silent[0]);
}

/* Who writes was held up, and by then it was pulled and something else plugged in: the port is that one's. */
Test(usb_forget_write, does_nothing_to_what_is_in_the_port_by_then) {
        struct usb_forget f = opened();
        const char *keyboard;
        char before[16], written[16], port[512], path[512];

        unplug(bed, reader);
        keyboard = plug_in_place(bed, a_keyboard());
        (void)snprintf(before, sizeof before, "%s", bed_read(bed, keyboard, "devnum"));
        cr_expect(usb_forget_write(&f));
        usb_forget_close(&f);
        cr_assert(bed_settle(bed));
        cr_expect_str_eq(bed_read(bed, keyboard, "devnum"), before);
        (void)snprintf(path, sizeof path, "%s/sys/devices/%s", bed_root(bed), keyboard);
        port_of(path, port, sizeof port);
        cr_expect_not(port_written(port, "disable", written), "%s", written);
}
