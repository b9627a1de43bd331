/* SPDX-License-Identifier: MIT */
/* disk.c — what disks on other buses than USB say of themselves, whatever stands there. */
#include "observer/disk.h"

#include "support/disks.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct bed *bed;

static void given_a_computer(void) {
        bed = bed_new();
}

static void drop(void) {
        bed_free(bed);
}

TestSuite(disk_gather, .init = given_a_computer, .fini = drop, .timeout = 20);
TestSuite(disk_place, .timeout = 10);

Test(disk_place, is_the_device_that_the_disk_belongs_to) {
        static const struct {
                const char *devpath, *place; /* NULL: none of ours */
        } cases[] = {
                { "/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda",
                  "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0" },
                { "/devices/pci0000:00/0000:00:06.0/mmc_host/mmc0/mmc0:4567/block/mmcblk0",
                  "pci0000:00/0000:00:06.0/mmc_host/mmc0/mmc0:4567" },
                { "/devices/pci0000:00/0000:00:06.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0boot0", NULL },
                { "/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1", "pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1" },
                { "/devices/platform/floppy.0/block/fd0", "platform/floppy.0" },
                { "/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", NULL },
                { "/devices/virtual/block/loop0", NULL },
                { "/devices/virtual/block/dm-0", NULL },
                { "/devices/block/sda", NULL },
                { "/devicesblock/sda", NULL },
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char place[SIGHTING_PATH] = "";

                cr_expect_eq(disk_place(cases[i].devpath, place), cases[i].place != NULL, "%s", cases[i].devpath);
                if (cases[i].place)
                        cr_expect_str_eq(place, cases[i].place);
        }
}

static struct device_facts facts_of(struct disk_made d) {
        struct sighting s;

        cr_assert_eq(disk_gather(insert(bed, &d), &s), 0, "%s", d.node);
        cr_expect_str_eq(s.path, d.unit);
        cr_expect_eq(s.devnum, d.seq);
        cr_expect_not(s.facts.malformed);
        cr_expect_eq(s.facts.n_interfaces, 1);
        cr_expect_eq(s.facts.interfaces[0].klass, 0x08);
        return s.facts;
}

Test(disk_gather, a_card_has_the_ids_of_its_register) {
        struct device_facts f = facts_of(a_card());

        cr_expect_eq(f.bus, BUS_MMC);
        cr_expect_eq(f.vendor, 0xaa);
        cr_expect_eq(f.product, 0x5859);
        cr_expect_str_eq(f.name, "QEMU!");
        cr_expect_str_eq(f.serial, "0xdeadbeef");
        cr_expect_str_eq(f.port, "mmc0:4567");
        cr_expect_eq(f.interfaces[0].subclass, 0x06);
}

Test(disk_gather, a_scsi_disk_is_told_without_its_blanks) {
        struct disk_made d = a_scsi_disk();
        struct device_facts f = facts_of(d);

        cr_expect_eq(f.bus, BUS_SCSI);
        cr_expect_str_eq(f.name, "QEMU HARDDISK");
        cr_expect_str_eq(f.manufacturer, "QEMU");
        cr_expect_str_eq(f.serial, "");
        cr_expect_eq(f.interfaces[0].subclass, 0x06);
}

Test(disk_gather, an_optical_drive_is_one_by_its_type_and_its_cable) {
        struct device_facts f = facts_of(an_optical_drive());

        cr_expect_eq(f.bus, BUS_ATA);
        cr_expect_str_eq(f.name, "QEMU DVD-ROM");
        cr_expect_eq(f.interfaces[0].subclass, 0x02);
}

Test(disk_gather, a_namespace_has_its_controllers_words) {
        struct disk_made d = a_namespace();
        struct device_facts f;

        (void)insert(bed, &d);
        bed_write(bed, "pci0000:00/0000:00:08.0/0000:01:00.0", "vendor", "0x1b36\n");
        bed_write(bed, "pci0000:00/0000:00:08.0/0000:01:00.0", "device", "0x0010\n");
        bed_write(bed, "pci0000:00/0000:00:08.0/0000:01:00.0/nvme/nvme0", "model",
                  "QEMU NVMe Ctrl                          \n");
        bed_write(bed, "pci0000:00/0000:00:08.0/0000:01:00.0/nvme/nvme0", "serial", "NV42                \n");
        take_out(bed, &d);
        f = facts_of(d);
        cr_expect_eq(f.bus, BUS_NVME);
        cr_expect_eq(f.vendor, 0x1b36);
        cr_expect_eq(f.product, 0x0010);
        cr_expect_str_eq(f.name, "QEMU NVMe Ctrl");
        cr_expect_str_eq(f.serial, "NV42");
}

Test(disk_gather, a_virtio_disk_has_its_serial) {
        struct disk_made d = a_virtio_disk();
        struct sighting s;
        const char *devpath = insert(bed, &d);

        bed_write(bed, devpath + strlen("/devices/"), "serial", "VD-7");
        cr_assert_eq(disk_gather(devpath, &s), 0);
        cr_expect_eq(s.facts.bus, BUS_VIRTIO);
        cr_expect_str_eq(s.facts.serial, "VD-7");
}

static struct device_facts with_page(const void *page, size_t n) {
        struct disk_made d = a_scsi_disk();
        struct sighting s;
        const char *devpath = insert(bed, &d);

        bed_write_bytes(bed, d.unit, "vpd_pg80", page, n);
        cr_assert_eq(disk_gather(devpath, &s), 0);
        return s.facts;
}

Test(disk_gather, the_serial_is_on_a_page_of_its_own) {
        struct device_facts f = with_page("\0\x80\0\x0c    DRIVE-42", 16);

        cr_expect_str_eq(f.serial, "DRIVE-42");
        cr_expect_not(f.malformed);
}

Test(disk_gather, a_page_that_contradicts_itself_is_malformed) {
        cr_expect(with_page("\0\x80\0\x20 SHORT", 10).malformed);
}

Test(disk_gather, a_page_without_a_header_is_malformed) {
        cr_expect(with_page("\0\x80", 2).malformed);
}

Test(disk_gather, a_serial_with_a_nul_is_malformed) {
        cr_expect(with_page("\0\x80\0\x04"
                            "A\0BC",
                            8)
                          .malformed);
}

Test(disk_gather, a_name_with_a_nul_is_malformed) {
        struct disk_made d = a_card();
        struct sighting s;
        const char *devpath = insert(bed, &d);

        bed_write_bytes(bed, d.unit, "name", "SD\0card\n", 8);
        cr_assert_eq(disk_gather(devpath, &s), 0);
        cr_expect(s.facts.malformed);
}

Test(disk_gather, what_has_left_has_nothing_to_tell) {
        struct disk_made d = a_card();
        struct sighting s;
        char devpath[512];

        (void)snprintf(devpath, sizeof devpath, "%s", insert(bed, &d));
        take_out(bed, &d);
        cr_expect_eq(disk_gather(devpath, &s), -ENODEV);
        cr_assert_eq(disk_gone(devpath, &s), 0);
        cr_expect_eq(s.type, SIGHTING_GONE);
        cr_expect_str_eq(s.path, d.unit);
}
