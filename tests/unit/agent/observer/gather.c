/* SPDX-License-Identifier: MIT */
/* gather.c — one directory in sysfs becomes facts, whatever stands in it. */
#include "observer/gather.h"

#include "base/hex.h"
#include "observer/fingerprint.h"
#include "support/bed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct bed *bed;
static struct readers readers;

static void given_a_computer(void) {
        bed = bed_new();
        cr_assert_eq(libusb_crosscheck_open(&readers.crosscheck), 0);
}

static void drop(void) {
        libusb_crosscheck_close(&readers.crosscheck);
        bed_free(bed);
}

TestSuite(gather_device, .init = given_a_computer, .fini = drop, .timeout = 20);

static struct sighting gathered(const char *path) {
        struct sighting s;
        char devpath[512];

        (void)snprintf(devpath, sizeof devpath, "/devices/%s", path);
        cr_assert_eq(gather_device(devpath, false, &readers, &s), 0);
        return s;
}

static struct sighting gathered_from(struct hardware h) {
        return gathered(plug_silently(bed, h));
}

/* sha256sum of the descriptors that a_qemu_keyboard() builds, and the fingerprint by a script after fingerprint.h:
 *
 *   import hashlib; b = bytes.fromhex; f = lambda x: len(x).to_bytes(4, "little") + x
 *   hashlib.sha256(b"".join(map(f, (b"sekimori-fingerprint-1", b("2706"), b("0100"), b"68284-0000:00:05.0-1",
 *       b"QEMU USB Keyboard", b"QEMU", b("000000"), b("0100030101"))))).hexdigest() */
Test(gather_device, the_digest_is_of_the_file_and_the_fingerprint_of_the_identity) {
        struct sighting s = gathered_from(a_qemu_keyboard());
        char hex[2 * FACTS_DIGEST + 1];

        hex_of(s.descriptors, FACTS_DIGEST, hex);
        cr_expect_str_eq(hex, "f6abdf4fa4b172e1952e43420977738d1dfb07fd6c415ea4ec0ad419858d6dd4");
        hex_of(s.facts.fingerprint, FACTS_DIGEST, hex);
        cr_expect_str_eq(hex, "2973e902ea31791754fd8ade3bdf7192572b40c57f36e530726a4378b439f1e7");
}

Test(gather_device, the_fingerprint_is_the_same_in_every_port_and_speed) {
        struct hardware fast = a_stick(), slow = a_stick();
        struct sighting one = gathered_from(fast), other;

        slow.speed = "12";
        slow.descriptors[2] = 0x10; /* bcdUSB 1.1 */
        slow.descriptors[3] = 0x01;
        other = gathered_from(slow);
        cr_expect_str_neq(one.facts.port, other.facts.port);
        cr_expect_arr_eq(one.facts.fingerprint, other.facts.fingerprint, FACTS_DIGEST);
        cr_expect_arr_neq(one.descriptors, other.descriptors, FACTS_DIGEST);
}

Test(gather_device, every_part_of_the_identity_changes_the_fingerprint) {
        struct hardware different[6];
        struct sighting original = gathered_from(a_stick());

        for (size_t i = 0; i < 6; i++)
                different[i] = a_stick();
        different[0].serial = "E0D55EA573F5F3A1";
        different[1].product = "DataTraveler 3.1";
        different[2].manufacturer = "Kingstom";
        different[3].descriptors[8]++;      /* idVendor */
        different[4].descriptors[4] = 0xef; /* bDeviceClass */
        different[5].descriptors[27 + 7] = 0x62;
        for (size_t i = 0; i < 6; i++) {
                struct sighting s = gathered_from(different[i]);

                cr_expect_arr_neq(s.facts.fingerprint, original.facts.fingerprint, FACTS_DIGEST, "difference %zu", i);
        }
}

/* Length prefixes: bytes may not wander from one field to the next. */
Test(fingerprint_of, a_boundary_between_fields_is_part_of_it) {
        struct device_facts a = { .serial = "AB", .name = "C" }, b = { .serial = "A", .name = "BC" };
        uint8_t x[FACTS_DIGEST], y[FACTS_DIGEST];

        fingerprint_of(&a, NULL, x);
        fingerprint_of(&b, NULL, y);
        cr_expect_arr_neq(x, y, FACTS_DIGEST);
}

Test(gather_device, strings_are_kept_as_the_device_chose_them) {
        struct hardware h = a_stick();
        struct sighting s;

        h.product = "\x1b[2J\xff\xfe evil \xe8\xa8";
        h.serial = "two\nlines";
        h.manufacturer = "";
        s = gathered_from(h);
        cr_expect_str_eq(s.facts.name, h.product);
        cr_expect_str_eq(s.facts.serial, h.serial);
        cr_expect_str_eq(s.facts.manufacturer, "");
        cr_expect_not(s.facts.malformed);
}

Test(gather_device, the_longest_string_a_device_can_have_fits) {
        char longest[379] = { 0 };
        struct hardware h = a_stick();
        struct sighting s;

        for (size_t i = 0; i < 378; i += 3)
                memcpy(longest + i, "\xe9\x96\xa2", 3); /* 126 UTF-16 units of three bytes each */
        h.product = longest;
        s = gathered_from(h);
        cr_expect_str_eq(s.facts.name, longest);
        cr_expect_not(s.facts.malformed);
}

Test(gather_device, a_string_that_no_kernel_shows_is_malformed) {
        static char overlong[600];
        struct hardware h = a_stick();
        struct sighting s;
        const char *path;

        memset(overlong, 'x', sizeof overlong - 1);
        h.serial = overlong;
        s = gathered_from(h);
        cr_expect(s.facts.malformed, "overlong");

        path = plug_silently(bed, a_stick());
        bed_write_bytes(bed, path, "product", "a\0b\n", 4);
        s = gathered(path);
        cr_expect(s.facts.malformed, "a NUL inside");
        cr_expect_str_eq(s.facts.name, "a");
}

Test(gather_device, a_liar_is_malformed_and_still_told) {
        struct hardware h = a_bad_keyboard();
        struct sighting s;

        h.descriptors[18 + 4] = 1; /* bNumInterfaces */
        s = gathered_from(h);
        cr_expect_eq(s.facts.malformed, MALFORMED_INTERFACES);
        cr_expect_eq(s.facts.vendor, 0x046d);
        cr_expect_str_eq(s.facts.name, "USB Keyboard");
        cr_expect_eq(s.facts.n_interfaces, 2, "both are known, whatever was announced");
}

/* The fingerprint by the script above, with the digest of these descriptors as a ninth field. */
Test(gather_device, what_linux_mends_is_told_and_named_by_its_very_bytes) {
        struct hardware h = a_qemu_keyboard(), sound = a_qemu_keyboard(), graver = a_qemu_keyboard();
        static char overlong[600];
        char hex[2 * FACTS_DIGEST + 1];
        struct sighting s;

        h.descriptors[18 + 2]++;
        s = gathered_from(h);
        cr_expect_eq(s.facts.malformed, MALFORMED_EXCESS_BYTE);
        cr_expect_eq(s.facts.n_interfaces, 1);
        hex_of(s.descriptors, FACTS_DIGEST, hex);
        cr_expect_str_eq(hex, "25d1331319fb4fa0bc509621795cf33922c23b7f05cc61ac79d7a11e5f2505c1",
                         "of the file, not of what it was mended to");
        hex_of(s.facts.fingerprint, FACTS_DIGEST, hex);
        cr_expect_str_eq(hex, "ee40a058e0006a00254f1a9ee5dee4e63562b7848cf044bdac1cd1ac71ad9802");
        cr_expect_arr_neq(s.facts.fingerprint, gathered_from(sound).facts.fingerprint, FACTS_DIGEST);
        graver.descriptors[18 + 2]++;
        memset(overlong, 'x', sizeof overlong - 1);
        graver.serial = overlong;
        cr_expect_eq(gathered_from(graver).facts.malformed, MALFORMED_IDENTITY, "what no rule can accept is told");
}

Test(gather_device, a_device_without_readable_descriptors_is_malformed) {
        const char *path = plug_silently(bed, a_stick());
        char file[512];

        (void)snprintf(file, sizeof file, "%s/sys/devices/%s/descriptors", bed_root(bed), path);
        cr_assert_eq(unlink(file), 0);
        cr_expect(gathered(path).facts.malformed);
        cr_assert_eq(symlink("/etc/passwd", file), 0);
        cr_expect(gathered(path).facts.malformed, "a symlink is not followed");
}

Test(gather_device, interfaces_are_told_in_one_order) {
        struct sighting s = gathered_from(a_network_adapter());

        cr_assert_eq(s.facts.n_interfaces, 4);
        cr_expect_eq(s.facts.interfaces[0].configuration, 1, "configuration 1 is sent second and told first");
        cr_expect_eq(s.facts.interfaces[2].configuration, 2);
}

Test(gather_device, what_is_gone_has_nothing_to_tell) {
        struct sighting s;

        cr_expect_eq(gather_device("/devices/pci0000:00/usb1/1-9", false, &readers, &s), -ENODEV);
        cr_expect_eq(gather_device("/class/usb/1-9", false, &readers, &s), -ENAMETOOLONG);
}
