/* SPDX-License-Identifier: MIT */
/* What the kernel is asked for so that a disk comes anew, in a folder that looks like /sys: the right driver, and never
 * where the system would go with it. */
#include "keeper/detach.h"

#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PCI "devices/pci0000:00/0000:00:1c.0/0000:01:00.0"
#define NVME PCI "/nvme/nvme0"
#define CARD "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:aaaa"
#define VIRTIO "devices/pci0000:00/0000:00:05.0/virtio1"
#define HOST "devices/pci0000:00/0000:00:06.0/virtio2/host2"
#define SCSI HOST "/target2:0:1/2:0:1:7"
#define USB "devices/pci0000:00/0000:00:14.0/usb1/1-2"

static struct sysfs_dirs dirs;
static struct grants grants;
static struct err err;

static void given_driver(const char *device, const char *bus, const char *driver) {
        char path[300], to[300];

        (void)snprintf(path, sizeof path, "sys/%s/subsystem", device);
        (void)snprintf(to, sizeof to, "../../../../bus/%s", bus);
        sysfs_write(path, "");
        sysfs_link(path, to);
        if (!driver)
                return;
        (void)snprintf(path, sizeof path, "sys/%s/driver", device);
        (void)snprintf(to, sizeof to, "../../../../bus/%s/drivers/%s", bus, driver);
        sysfs_link(path, to);
        (void)snprintf(path, sizeof path, "sys/bus/%s/drivers/%s/unbind", bus, driver);
        sysfs_write(path, "");
        (void)snprintf(path, sizeof path, "sys/bus/%s/drivers/%s/bind", bus, driver);
        sysfs_write(path, "");
}

static void given_disks(void) {
        dirs = sysfs_begin();
        given_driver(PCI, "pci", "nvme");
        given_driver("devices/pci0000:00/0000:00:1c.0", "pci", "pcieport");
        sysfs_write("sys/" NVME "/nvme0n1/dev", "259:0\n");
        sysfs_write("sys/" NVME "/nvme0n2/dev", "259:1\n");
        sysfs_link("sys/" NVME "/subsystem", "../../../../../../class/nvme");
        sysfs_link("sys/" NVME "/nvme0n1/subsystem", "../../../../../../../class/block");
        sysfs_link("sys/" NVME "/nvme0n2/subsystem", "../../../../../../../class/block");
        given_driver(CARD, "mmc", "mmcblk");
        given_driver(VIRTIO, "virtio", "virtio_blk");
        given_driver(SCSI, "scsi", "sd");
        sysfs_write("sys/" SCSI "/delete", "");
        sysfs_write("sys/" HOST "/scsi_host/host2/scan", "");
        given_driver(USB, "usb", "usb");
}

static void drop(void) {
        sysfs_end(&dirs);
}

static void came_anew(const char *driver, const char *name) {
        char path[200];

        (void)snprintf(path, sizeof path, "bus/%s/unbind", driver);
        cr_expect_str_eq(sysfs_line(&dirs, path), name);
        (void)snprintf(path, sizeof path, "bus/%s/bind", driver);
        cr_expect_str_eq(sysfs_line(&dirs, path), name);
}

TestSuite(detach_disk, .init = given_disks, .fini = drop, .timeout = 10);

Test(detach_disk, a_card_and_a_virtio_disk_by_their_driver) {
        cr_assert_eq(detach_disk(&dirs, &grants, CARD, &err), 1, "%s", err.text);
        came_anew("mmc/drivers/mmcblk", "mmc0:aaaa");
        cr_assert_eq(detach_disk(&dirs, &grants, VIRTIO, &err), 1, "%s", err.text);
        came_anew("virtio/drivers/virtio_blk", "virtio1");
}

Test(detach_disk, a_scsi_disk_with_all_its_nodes_by_its_host) {
        cr_assert_eq(detach_disk(&dirs, &grants, SCSI, &err), 1, "%s", err.text);
        cr_expect_str_eq(sysfs_line(&dirs, SCSI "/delete"), "1");
        cr_expect_str_eq(sysfs_line(&dirs, HOST "/scsi_host/host2/scan"), "0 1 7");
        came_anew("scsi/drivers/sd", "");
}

Test(detach_disk, an_nvme_disk_by_its_controller_and_nothing_above_it) {
        cr_assert_eq(detach_disk(&dirs, &grants, NVME "/nvme0n1", &err), 1, "%s", err.text);
        came_anew("pci/drivers/nvme", "0000:01:00.0");
        came_anew("pci/drivers/pcieport", "");
}

Test(detach_disk, nothing_is_looked_for_above_what_is_no_disk) {
        sysfs_write("sys/" PCI "/ata3/x", "");
        cr_expect_eq(detach_disk(&dirs, &grants, PCI "/ata3", &err), -ENOTSUP);
        came_anew("pci/drivers/nvme", "");
}

Test(detach_disk, a_controller_without_its_driver_is_not_looked_for_above) {
        cr_assert_eq(unlink("sys/" PCI "/driver"), 0);
        cr_expect_eq(detach_disk(&dirs, &grants, NVME "/nvme0n1", &err), 0, "nobody holds it");
        came_anew("pci/drivers/pcieport", "");
        cr_assert_eq(unlink("sys/" CARD "/driver"), 0);
        cr_expect_eq(detach_disk(&dirs, &grants, CARD, &err), 0);
}

Test(detach_disk, the_systems_disk_on_the_same_controller_keeps_it) {
        cr_assert_eq(grants_set_system(&grants, NVME "/nvme0n2"), 0);
        cr_expect_eq(detach_disk(&dirs, &grants, NVME "/nvme0n1", &err), -EBUSY);
        cr_expect(strstr(err.text, "goes on"), "%s", err.text);
        came_anew("pci/drivers/nvme", "");
}

Test(detach_disk, a_usb_device_is_the_agents_and_what_has_left_is_nobodys) {
        cr_expect_eq(detach_disk(&dirs, &grants, USB, &err), 0);
        came_anew("usb/drivers/usb", "");
        cr_expect_eq(detach_disk(&dirs, &grants, "devices/pci0000:00/0000:00:07.0/virtio9", &err), 0);
        cr_expect_str_eq(err.text, "");
}

Test(detach_disk, a_driver_that_does_not_take_it_again_is_said) {
        cr_assert_eq(unlink("sys/bus/mmc/drivers/mmcblk/bind"), 0);
        cr_expect_lt(detach_disk(&dirs, &grants, CARD, &err), 0);
        cr_expect(strstr(err.text, "stays away"), "%s", err.text);
        cr_assert_eq(unlink("sys/bus/virtio/drivers/virtio_blk/unbind"), 0);
        cr_expect_lt(detach_disk(&dirs, &grants, VIRTIO, &err), 0);
        cr_expect(strstr(err.text, "goes on"), "%s", err.text);
        cr_expect_str_eq(sysfs_line(&dirs, "bus/virtio/drivers/virtio_blk/bind"), "");
}

Test(detach_disk, a_scsi_disk_that_nobody_could_bring_back_is_not_taken_away) {
        cr_assert_eq(rename("sys/" HOST "/scsi_host", "sys/" HOST "/other"), 0);
        cr_expect_lt(detach_disk(&dirs, &grants, SCSI, &err), 0);
        cr_expect_str_eq(sysfs_line(&dirs, SCSI "/delete"), "");
}

Test(detach_disk, no_link_is_followed_out_of_the_drivers_folder) {
        sysfs_write("elsewhere/unbind", "");
        sysfs_write("sys/elsewhere/unbind", "");
        (void)unlink("sys/" CARD "/driver");
        sysfs_link("sys/" CARD "/driver", "../elsewhere");
        cr_expect_eq(detach_disk(&dirs, &grants, CARD, &err), -ENOTSUP);
        (void)unlink("sys/" CARD "/driver");
        sysfs_link("sys/" CARD "/driver", "../../bus/../elsewhere");
        cr_expect_lt(detach_disk(&dirs, &grants, CARD, &err), 0);
        (void)unlink("sys/" CARD "/driver");
        sysfs_link("sys/bus/mmc/drivers/astray", "../../../../elsewhere");
        sysfs_link("sys/" CARD "/driver", "../../bus/mmc/drivers/astray");
        cr_expect_lt(detach_disk(&dirs, &grants, CARD, &err), 0);
        cr_expect_str_eq(sysfs_line(&dirs, "elsewhere/unbind"), "");
        cr_expect_str_eq(sysfs_line(&dirs, "../elsewhere/unbind"), "");
}

Test(detach_disk, a_device_that_is_a_link_is_none) {
        sysfs_link("sys/devices/alias", "pci0000:00");
        cr_expect_lt(detach_disk(&dirs, &grants, "devices/alias/0000:00:1a.0/mmc_host/mmc0/mmc0:aaaa", &err), 0);
        came_anew("mmc/drivers/mmcblk", "");
}

Test(detach_disk, what_nobody_knows_how_to_cut_off_is_said) {
        given_driver("devices/platform/odd/odd0", "odd", "odd");
        cr_expect_eq(detach_disk(&dirs, &grants, "devices/platform/odd/odd0", &err), -ENOTSUP);
        came_anew("odd/drivers/odd", "");
}
