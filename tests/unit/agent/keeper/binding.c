/* SPDX-License-Identifier: MIT */
/* Where there is no block plane: which disks are left without a driver, in a folder that looks like /sys. */
#include "keeper/binding.h"

#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM "devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0"
#define BAY "devices/pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0"
#define STICK "devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0"
#define CARD "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:aaaa"

static struct sysfs_dirs dirs;
static struct grants grants;
static struct err err;

static void given_bus(const char *bus) {
        char path[128];

        (void)snprintf(path, sizeof path, "sys/bus/%s/drivers_autoprobe", bus);
        sysfs_write(path, "1\n");
        (void)snprintf(path, sizeof path, "sys/bus/%s/drivers_probe", bus);
        sysfs_write(path, "");
}

static void given_device(const char *bus, const char *device, const char *driver) {
        char path[300], to[300];

        (void)snprintf(path, sizeof path, "sys/%s/vendor", device);
        sysfs_write(path, "x\n");
        (void)snprintf(path, sizeof path, "sys/bus/%s/devices%s", bus, strrchr(device, '/'));
        (void)snprintf(to, sizeof to, "../../../%s", device);
        sysfs_link(path, to);
        if (!driver)
                return;
        (void)snprintf(path, sizeof path, "sys/%s/driver/unbind", device); /* in the kernel a link to the driver's */
        sysfs_write(path, "");
}

static void given_disks(void) {
        dirs = sysfs_begin();
        given_bus("scsi");
        given_bus("mmc");
        given_device("scsi", SYSTEM, "sd");
        given_device("scsi", BAY, "sd");
        given_device("mmc", CARD, "mmcblk");
        cr_assert_eq(grants_set_system(&grants, SYSTEM), 0);
}

static void drop(void) {
        sysfs_end(&dirs);
}

static void announce(const char *action, const char *bus, const char *path) {
        struct uevent u = { .seq = 1 };

        (void)snprintf(u.action, sizeof u.action, "%s", action);
        (void)snprintf(u.subsystem, sizeof u.subsystem, "%s", bus);
        (void)snprintf(u.path, sizeof u.path, "%s", path);
        binding_announced(&dirs, &grants, &u);
}

TestSuite(keeper_binding, .init = given_disks, .fini = drop, .timeout = 10);

Test(keeper_binding, disks_that_nobody_needs_lose_their_drivers_and_no_other_gets_one) {
        cr_assert_eq(binding_hold(&dirs, &grants, &err), 0, "%s", err.text);
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_autoprobe"), "0");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/mmc/drivers_autoprobe"), "0");
        cr_expect_str_eq(sysfs_line(&dirs, BAY "/driver/unbind"), "2:0:0:0");
        cr_expect_str_eq(sysfs_line(&dirs, CARD "/driver/unbind"), "mmc0:aaaa");
        cr_expect_str_eq(sysfs_line(&dirs, SYSTEM "/driver/unbind"), "");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_probe"), "0:0:0:0",
                         "it has one already, and the kernel leaves it");
}

Test(keeper_binding, what_comes_on_usb_was_let_in_there) {
        cr_assert_eq(binding_hold(&dirs, &grants, &err), 0);
        announce("add", "scsi", STICK);
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_probe"), "6:0:0:0");
}

Test(keeper_binding, what_comes_elsewhere_gets_none) {
        sysfs_write("sys/bus/scsi/drivers_probe", "");
        announce("add", "scsi", BAY);
        announce("add", "mmc", CARD);
        announce("add", "pci", SYSTEM);
        announce("change", "scsi", STICK);
        announce("add", "scsi", "devices/pci0000:00/usbless/host9/target9:0:0/9:0:0:0");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_probe"), "");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/mmc/drivers_probe"), "");
}

Test(keeper_binding, let_go_all_get_their_drivers) {
        cr_assert_eq(binding_hold(&dirs, &grants, &err), 0);
        cr_assert_eq(unlink("sys/bus/scsi/devices/0:0:0:0"), 0);
        binding_release(&dirs);
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_autoprobe"), "1");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_probe"), "2:0:0:0");
        cr_expect_str_eq(sysfs_line(&dirs, "bus/mmc/drivers_probe"), "mmc0:aaaa");
}

Test(keeper_binding, a_kernel_without_such_a_bus_cannot) {
        cr_assert_eq(unlink("sys/bus/scsi/drivers_autoprobe"), 0);
        cr_assert_eq(unlink("sys/bus/mmc/drivers_autoprobe"), 0);
        cr_expect_eq(binding_hold(&dirs, &grants, &err), -ENOENT);
        binding_release(&dirs);
        cr_expect_str_eq(sysfs_line(&dirs, "bus/scsi/drivers_probe"), "");
}
