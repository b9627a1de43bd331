/* SPDX-License-Identifier: MIT */
/* sighting.c — what the observer may say, and how much of anything else is refused. */
#include "wire/sighting.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static struct sighting a_device(void) {
        struct sighting s = { .type = SIGHTING_DEVICE, .path = "pci0000:00/0000:00:14.0/usb1/1-2", .busnum = 1 };

        s.devnum = 127;
        memset(s.descriptors, 0xd5, sizeof s.descriptors);
        s.facts = (struct device_facts){ .bus = BUS_USB, .vendor = 0x0951, .product = 0x1666, .klass = 0xef };
        s.facts.subclass = 2;
        s.facts.protocol = 1;
        s.facts.malformed = MALFORMED_TOTAL_LENGTH;
        s.facts.n_interfaces = 3;
        s.facts.interfaces[0] = (struct interface_facts){ 1, 0, 8, 6, 0x50 };
        s.facts.interfaces[1] = (struct interface_facts){ 1, 1, 3, 1, 1 };
        s.facts.interfaces[2] = (struct interface_facts){ 1, 2, 0xff, 0, 0 };
        s.facts.ccid = 4;
        s.facts.fido = 2;
        strcpy(s.facts.serial, "E0D55EA573F5F3A0");
        strcpy(s.facts.name, "\xe8\xa8\x98\xe6\x86\xb6 \xff\x1b[31m");
        strcpy(s.facts.manufacturer, "Kingston");
        strcpy(s.facts.port, "1-2");
        memset(s.facts.fingerprint, 0xf1, sizeof s.facts.fingerprint);
        return s;
}

static struct sighting the_largest(void) {
        struct sighting s = a_device();

        memset(s.path, 'p', sizeof s.path - 1);
        memset(s.facts.serial, 's', sizeof s.facts.serial - 1);
        memset(s.facts.name, 'n', sizeof s.facts.name - 1);
        memset(s.facts.manufacturer, 'm', sizeof s.facts.manufacturer - 1);
        memset(s.facts.port, '1', sizeof s.facts.port - 1);
        memset(s.facts.driver, 'd', sizeof s.facts.driver - 1);
        s.facts.foreign = UINT64_MAX;
        s.facts.not_fido = 2;
        s.facts.n_interfaces = FACTS_INTERFACES;
        return s;
}

static void comes_back(const struct sighting *s) {
        struct sighting back;
        uint8_t wire[SIGHTING_MAX];
        size_t n = sighting_encode(s, wire, sizeof wire);

        cr_assert_gt(n, 0);
        memset(&back, 0x55, sizeof back);
        cr_assert_eq(sighting_decode(bytes_of(wire, n), &back), 0);
        cr_expect_eq(back.type, s->type);
        cr_expect_eq(back.scan, s->scan);
        cr_expect_str_eq(back.path, s->path);
        cr_expect_eq(back.busnum, s->busnum);
        cr_expect_eq(back.devnum, s->devnum);
        cr_expect_arr_eq(back.descriptors, s->descriptors, sizeof s->descriptors);
        cr_expect_eq(memcmp(&back.facts, &s->facts, sizeof s->facts), 0);
}

Test(sighting_decode, every_type_comes_back_as_it_was) {
        const struct sighting all[] = {
                a_device(),
                the_largest(),
                { .type = SIGHTING_GONE, .path = "pci0000:00/usb1/1-2" },
                { .type = SIGHTING_BOUND, .path = "pci0000:00/usb1/1-2" },
                { .type = SIGHTING_INTERFACE, .path = "pci0000:00/usb1/1-2" },
                { .type = SIGHTING_TAKEN, .path = "pci0000:00/usb1/1-2" },
                { .type = SIGHTING_CONTROLLER, .path = "platform/vhci_hcd.0/usb3" },
                { .type = SIGHTING_DRIVER },
                { .type = SIGHTING_LOST },
                { .type = SIGHTING_SCANNED, .scan = 0xdeadbeef },
        };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                comes_back(&all[i]);
}

Test(sighting_decode, every_truncation_and_every_tail_is_refused) {
        const struct sighting all[] = { a_device(),
                                        { .type = SIGHTING_GONE, .path = "usb1" },
                                        { .type = SIGHTING_LOST } };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                uint8_t wire[SIGHTING_MAX] = { 0 };
                size_t n = sighting_encode(&all[i], wire, sizeof wire - 1);
                struct sighting untouched = { .scan = 42 };

                for (size_t cut = 0; cut < n; cut++)
                        cr_expect_eq(sighting_decode(bytes_of(wire, cut), &untouched), -EBADMSG, "cut at %zu", cut);
                cr_expect_eq(sighting_decode(bytes_of(wire, n + 1), &untouched), -EBADMSG);
                cr_expect_eq(untouched.scan, 42, "a refusal leaves the caller's alone");
        }
}

Test(sighting_encode, what_does_not_fit_is_nothing_rather_than_a_part) {
        const struct sighting s = a_device();
        uint8_t wire[SIGHTING_MAX];
        size_t n = sighting_encode(&s, wire, sizeof wire);

        for (size_t room = 0; room < n; room++)
                cr_expect_eq(sighting_encode(&s, wire, room), 0);
}

Test(sighting_decode, paths_that_lead_elsewhere_are_refused) {
        static const struct {
                const char *path, *why;
        } hostile[] = {
                { "", "empty" },
                { "/etc/shadow", "absolute" },
                { "..", "the parent" },
                { "usb1/../../../etc", "up in the middle" },
                { "usb1/..", "up at the end" },
                { "./usb1", "a dot component" },
                { "usb1/.", "a dot at the end" },
                { "usb1//1-2", "an empty component" },
                { "usb1/", "a slash at the end" },
                { "usb1/1-2\n", "a newline" },
                { "usb1/\x1b[2J", "an escape sequence" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                uint8_t wire[SIGHTING_MAX];
                struct bytes_out out = bytes_into(wire, sizeof wire);
                struct sighting s = { .type = SIGHTING_GONE };

                bytes_put_uint(&out, 4, 1);
                bytes_put_uint(&out, SIGHTING_GONE, 1);
                bytes_put_string(&out, hostile[i].path);
                cr_expect_eq(sighting_decode(bytes_of(wire, out.used), &s), -EBADMSG, "%s", hostile[i].why);
                strcpy(s.path, hostile[i].path);
                cr_expect_eq(sighting_encode(&s, wire, sizeof wire), 0, "%s", hostile[i].why);
        }
}

Test(sighting_decode, dots_that_are_only_names_are_fine) {
        const struct sighting s = { .type = SIGHTING_GONE, .path = ".../..a/a../1-2.3" };

        comes_back(&s);
}

/* Bytes at fixed places behind the path: what each may not be. */
Test(sighting_decode, numbers_out_of_range_are_refused) {
        const struct sighting s = a_device();
        uint8_t wire[SIGHTING_MAX];
        size_t n = sighting_encode(&s, wire, sizeof wire);
        size_t facts = 2 + 2 + strlen(s.path) + 4 + 4 + FACTS_DIGEST;
        const struct {
                size_t at;
                uint8_t value;
                const char *why;
        } hostile[] = {
                { 0, 0, "no version" },
                { 0, 2, "another version" },
                { 1, 0, "no type" },
                { 1, SIGHTING_SCANNED + 1, "a type beyond the last" },
                { facts, BUS_COUNT, "a bus beyond the last" },
                { facts + 8, 2, "an unknown flag" },
                { facts + 9, MALFORMED_COUNT, "a contradiction beyond the last" },
                { facts + 10, FACTS_INTERFACES + 1, "more interfaces than fit" },
                { facts + 11 + 2 * 5 + 2, 3, "a card reader of a class that is not the vendor's" },
                { facts + 11 + 15, 1, "storage that is a card reader" },
                { facts + 11 + 15, 8, "a card reader that is not there" },
                { facts + 11 + 15 + 7, 0x80, "the last card reader of all is not there" },
                { facts + 11 + 15 + 8, 8, "a driver of an interface that is not there" },
                { facts + 11 + 15 + 16, 1, "storage that is a security key" },
                { facts + 11 + 15 + 24, 1, "storage with a report descriptor" },
                { facts + 11 + 15 + 24 + 7, 0x80, "the last of all is not there" },
                { facts + 11 + 15 + 32 + 1, 1, "a driver's name longer than its field" },
                { facts + 11 + 15 + 32 + 2 + 2, 0, "a NUL inside a string" },
                { facts + 11 + 15 + 32 + 2 + 1, 2, "a string longer than its field" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                uint8_t before = wire[hostile[i].at];
                struct sighting ret;

                wire[hostile[i].at] = hostile[i].value;
                cr_expect_eq(sighting_decode(bytes_of(wire, n), &ret), -EBADMSG, "%s", hostile[i].why);
                wire[hostile[i].at] = before;
        }
}

static bool ends_within(const char *s, size_t size) {
        return strnlen(s, size) < size;
}

/* Whatever is accepted can be used without another look. */
Test(sighting_decode, no_random_bytes_are_accepted_out_of_range) {
        const struct sighting s = a_device();
        uint8_t sound[SIGHTING_MAX], wire[SIGHTING_MAX];
        size_t n = sighting_encode(&s, sound, sizeof sound), accepted = 0;

        srandom(2);
        for (int round = 0; round < 200000; round++) {
                struct sighting ret;

                memcpy(wire, sound, n);
                for (int k = 0; k <= round % 4; k++)
                        wire[(size_t)random() % n] = (uint8_t)random();
                if (sighting_decode(bytes_of(wire, n), &ret) < 0)
                        continue;
                accepted++;
                cr_assert(ret.type >= SIGHTING_DEVICE && ret.type <= SIGHTING_SCANNED);
                cr_assert(ret.facts.bus < BUS_COUNT && ret.facts.n_interfaces <= FACTS_INTERFACES);
                cr_assert(ends_within(ret.path, sizeof ret.path) && ret.path[0] && ret.path[0] != '/');
                cr_assert_null(strstr(ret.path, "/../"));
                cr_assert(ends_within(ret.facts.serial, FACTS_STRING) && ends_within(ret.facts.name, FACTS_STRING));
                cr_assert(ends_within(ret.facts.port, FACTS_PORT));
        }
        cr_expect_gt(accepted, 1000, "the bytes were not all refused at the door");
}

Test(scan_request_decode, comes_back_and_refuses_all_else) {
        uint8_t wire[SCAN_REQUEST_SIZE + 1] = { 0 };
        uint32_t scan = 0;

        scan_request_encode(0x01020304, wire);
        cr_assert_eq(scan_request_decode(bytes_of(wire, SCAN_REQUEST_SIZE), &scan), 0);
        cr_expect_eq(scan, 0x01020304);
        for (size_t n = 0; n <= sizeof wire; n++) {
                if (n != SCAN_REQUEST_SIZE)
                        cr_expect_eq(scan_request_decode(bytes_of(wire, n), &scan), -EBADMSG, "%zu bytes", n);
        }
        wire[0] = 9;
        cr_expect_eq(scan_request_decode(bytes_of(wire, SCAN_REQUEST_SIZE), &scan), -EBADMSG);
}
