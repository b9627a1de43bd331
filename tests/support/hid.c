/* SPDX-License-Identifier: MIT */
/* hid.c — a directory with `report_descriptor` in that of the interface, on the bus hid. See hid.h. */
#include "support/hid.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const uint8_t hid_report_key[34] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26,
                                     0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00,
                                     0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0 };
const uint8_t hid_report_keyboard[23] = { 0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7,
                                          0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0xc0 };

static void hid_device(const char *path, unsigned number, char *ret, size_t size) {
        (void)snprintf(ret, size, "%s/%s:1.%u/0003:1209:0C0%u.0001", path, strrchr(path, '/') + 1, number, number);
}

void hid_leaves(struct bed *bed, const char *path, unsigned number) {
        char device[512], file[1100];

        hid_device(path, number, device, sizeof device);
        (void)snprintf(file, sizeof file, "%s/sys/devices/%s/report_descriptor", bed_root(bed), device);
        assert(unlink(file) == 0);
}

void hid_reads(struct bed *bed, const char *path, unsigned number, const void *report, size_t size) {
        char device[512], place[1024], link[1100];

        (void)snprintf(place, sizeof place, "%s/sys/bus/hid", bed_root(bed));
        (void)mkdir(place, 0755);
        hid_device(path, number, device, sizeof device);
        (void)snprintf(place, sizeof place, "%s/sys/devices/%s", bed_root(bed), device);
        (void)snprintf(link, sizeof link, "%s/subsystem", place);
        if (mkdir(place, 0755) == 0)
                assert(symlink("../subsystem/../hid", link) == 0);
        bed_write(bed, device, "uevent", "");
        bed_write_bytes(bed, device, "report_descriptor", report, size);
        bed_announce(bed, device, "bind");
}
