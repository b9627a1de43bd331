/* SPDX-License-Identifier: MIT */
/* hardware_db_speaks_mtp — with a database that systemd-hwdb made, in place of this computer's (root, in mounts of the
 * test's own). */
#include "observer/hardware_db.h"

#include "observer/gather.h"
#include "support/bed.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static struct udev *udev;

static void given_mounts_of_our_own(void) {
        ceremony_begin();
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                cr_skip_test("only root may have mounts of its own: %s", strerrordesc_np(errno));
        udev = udev_new();
}

static void drop(void) {
        (void)udev_unref(udev);
        ceremony_end();
}

/* Before udev's own in the library's list. */
static void database(const char *text) {
        for (const char **d = (const char *[]){ "etc", "etc/udev", "etc/udev/hwdb.d", NULL }; *d; d++)
                cr_assert_eq(mkdir(*d, 0755), 0);
        spill("etc/udev/hwdb.d/69-libmtp.hwdb", bytes_text(text));
        cr_assert_eq(tool("systemd-hwdb", "--root", ".", "update", NULL), 0);
        cr_assert_eq(mount("etc/udev", "/etc/udev", NULL, MS_BIND, NULL), 0);
}

TestSuite(hardware_db_speaks_mtp, .init = given_mounts_of_our_own, .fini = drop, .timeout = 20);

Test(hardware_db_speaks_mtp, is_said_of_what_the_list_has) {
        database("# Pixel\nusb:v18D1p4EE1*\n ID_MEDIA_PLAYER=1\n ID_MTP_DEVICE=1\n\n"
                 "usb:v054Cp0D9F*\n ID_MEDIA_PLAYER=1\n\nusb:v046DpC31C*\n ID_MODEL_FROM_DATABASE=Keyboard\n");
        cr_expect(hardware_db_speaks_mtp(udev, 0x18d1, 0x4ee1));
        cr_expect(hardware_db_speaks_mtp(udev, 0x054c, 0x0d9f));
        cr_expect_not(hardware_db_speaks_mtp(udev, 0x046d, 0xc31c), "known for something else");
        cr_expect_not(hardware_db_speaks_mtp(udev, 0x18d1, 0x4ee2), "unknown");
}

Test(hardware_db_speaks_mtp, is_said_of_nothing_where_there_is_no_database) {
        spill("empty", bytes_of("", 0));
        cr_expect_not(hardware_db_speaks_mtp(NULL, 0x18d1, 0x4ee1), "not to be asked");
        cr_assert_eq(mount("none", "/etc", "tmpfs", 0, NULL), 0);
        for (const char **f = (const char *[]){ "/usr/lib/udev/hwdb.bin", "/usr/lib/systemd/hwdb/hwdb.bin", NULL }; *f;
             f++)
                (void)mount("empty", *f, NULL, MS_BIND, NULL);
        cr_expect_not(hardware_db_speaks_mtp(udev, 0x18d1, 0x4ee1), "nothing in it");
}

/* udevd has not said anything yet. */
Test(gather_device, tells_a_phone_from_the_first_on, .init = given_mounts_of_our_own, .fini = drop, .timeout = 20) {
        struct bed *bed = bed_new();
        struct readers readers = { 0 };
        struct sighting s;
        char devpath[512];

        database("usb:v18D1p4EE1*\n ID_MTP_DEVICE=1\n");
        cr_assert_eq(libusb_crosscheck_open(&readers.crosscheck), 0);
        readers.udev = udev;
        (void)snprintf(devpath, sizeof devpath, "/devices/%s", plug(bed, a_phone()));
        cr_assert_eq(gather_device(devpath, false, &readers, &s), 0);
        cr_expect(s.facts.speaks_mtp);
        (void)snprintf(devpath, sizeof devpath, "/devices/%s", plug(bed, a_stick()));
        cr_assert_eq(gather_device(devpath, false, &readers, &s), 0);
        cr_expect_not(s.facts.speaks_mtp);
        libusb_crosscheck_close(&readers.crosscheck);
        bed_free(bed);
}
